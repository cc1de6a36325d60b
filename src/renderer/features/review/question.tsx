import { Alert, Anchor, Button, Loader } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReviewItem, ReviewQuestion } from '../../../shared/contract/review.js'
import { rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { directionOf } from '../../i18n/languages.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { DeletionQuestion } from './deletion-question.js'
import { DoubleBookingQuestion } from './double-booking-question.js'
import { EditQuestion } from './edit-question.js'
import { PeopleQuestion } from './people-question.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import { useResolve } from './use-resolve.js'
import { questionIcons, useQuestionWords } from './words.js'

interface QuestionProps {
  id: string
  onBack(): void
  /** The question is settled: the next one is shown. */
  onSettled(): void
}

/** Stamps that are on the screen: whoever decides has seen these and no others. */
function seenIn(question: ReviewQuestion): string[] | undefined {
  if (question.kind === 'edit') return question.versions.map(({ stamp }) => stamp)
  if (question.kind === 'deletion') return [...question.deletions, ...question.edits].map(({ stamp }) => stamp)
  return undefined
}

function Subject({ item }: { item: ReviewItem }) {
  const { recordOf } = useQuestionWords()
  return (
    <p className={classes.subject}>
      {item.patientId && item.kind !== 'duplicate' && item.kind !== 'number' && (
        <>
          <Anchor component={Link} to={`/patients/${item.patientId}` as never}>
            <bdi>{item.patientName}</bdi>
          </Anchor>
          {item.kind === 'edit' && ' · '}
        </>
      )}
      {item.kind === 'edit' && <bdi>{recordOf(item)}</bdi>}
    </p>
  )
}

function Content({ question, onSettled }: { question: ReviewQuestion; onSettled: () => void }) {
  const t = useTexts(texts)
  const { ask } = useQuestionWords()
  const resolving = useResolve(question.id, seenIn(question), onSettled)
  const Sign = questionIcons[question.kind]
  const isTaken = question.kind === 'doubleBooking' && resolving.codes.length > 0
  return (
    <>
      <header>
        <h2 className={classes.questionTitle} tabIndex={-1} data-question-heading>
          <Sign size={20} stroke={1.75} aria-hidden />
          <bdi>{ask(question)}</bdi>
        </h2>
        <Subject item={question} />
      </header>
      {!question.canResolve && (
        <Alert className={classes.note} icon={<IconInfoCircle size={18} />} role="note">
          {t('mayNotDecide')}
        </Alert>
      )}
      {resolving.isOvertaken && (
        <Alert
          className={classes.note}
          icon={<IconInfoCircle size={18} />}
          role="alert"
          withCloseButton
          closeButtonLabel={t('back')}
          onClose={resolving.reload}
        >
          {t(resolving.codes.includes('changed') ? 'changed' : 'goneText')}
        </Alert>
      )}
      {question.kind === 'edit' && <EditQuestion question={question} resolving={resolving} />}
      {question.kind === 'deletion' && <DeletionQuestion question={question} resolving={resolving} />}
      {question.kind === 'doubleBooking' && <DoubleBookingQuestion question={question} resolving={resolving} />}
      {(question.kind === 'duplicate' || question.kind === 'number') && <PeopleQuestion question={question} resolving={resolving} />}
      {!resolving.isOvertaken && !isTaken && <ErrorNotice error={resolving.error} />}
    </>
  )
}

/** One question with all that is needed to settle it. */
export function Question({ id, onBack, onSettled }: QuestionProps) {
  const t = useTexts(texts)
  const isRtl = directionOf(useLanguage()) === 'rtl'
  const { data, error, refetch } = useQuery(rpc.review.get.queryOptions({ input: { question: id } }))
  const Arrow = isRtl ? IconArrowRight : IconArrowLeft
  const isGone = error !== null && codeOf(error) === 'NOT_FOUND'
  return (
    <article className={classes.question} aria-label={t('title')}>
      <Button className={classes.back} variant="subtle" size="compact-sm" leftSection={<Arrow size={16} aria-hidden />} onClick={onBack}>
        {t('back')}
      </Button>
      {isGone ? (
        <EmptyState title={t('goneTitle')} text={t('goneText')} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Content key={id} question={data} onSettled={onSettled} />
      ) : (
        <Loader size="sm" />
      )}
    </article>
  )
}
