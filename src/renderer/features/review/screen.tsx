import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { IconChecks, IconHandClick } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { QuestionKind } from '../../../shared/contract/review.js'
import { questionKinds } from '../../../shared/entities/review-decision.js'
import { rpc } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { useShortcut } from '../../ui/shortcuts.js'
import { BulkBar } from './bulk-bar.js'
import { DecidedList } from './decided-list.js'
import { Question } from './question.js'
import { QuestionList } from './question-list.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import { usePlace } from './use-place.js'
import { useQuestions } from './use-questions.js'

function Steps({ onStep }: { onStep: (by: 1 | -1) => void }) {
  const t = useTexts(texts)
  useShortcut('j', t('next'), () => onStep(1))
  useShortcut('k', t('previous'), () => onStep(-1))
  return null
}

/** The open questions beside the one that is looked at. */
function OpenQuestions() {
  const t = useTexts(texts)
  const { kind, question, go } = usePlace()
  const { query, items } = useQuestions(kind)
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const pane = useRef<HTMLDivElement>(null)
  const selected = items.filter(({ id }) => marked.has(id))
  const canDecide = items.some(({ canResolve }) => canResolve)
  const open = (id: string | undefined): void => go({ kind, question: id })
  const step = (by: 1 | -1): void => {
    const at = items.findIndex(({ id }) => id === question)
    const next = items[at === -1 ? 0 : at + by]
    if (next) open(next.id)
  }
  /** The next question, or the one before when it was the last. */
  const onSettled = (): void => {
    const at = items.findIndex(({ id }) => id === question)
    open((items[at + 1] ?? items[at - 1])?.id)
  }
  // The question that is opened takes the focus, so that a screen reader reads it and Tab goes on from there.
  useEffect(() => {
    if (question === undefined || !pane.current) return
    const heading = pane.current.querySelector<HTMLElement>('[data-question-heading]')
    if (heading && window.matchMedia('(max-width: 900px)').matches) heading.focus()
  }, [question])

  if (query.isError && items.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.isSuccess && items.length === 0 && question === undefined)
    return <EmptyState icon={<IconChecks size={22} />} title={kind ? t('nothingOfKind') : t('nothingTitle')} text={t('nothingText')} />
  return (
    <div className={classes.panes} data-question={question !== undefined || undefined}>
      <Steps onStep={step} />
      <div className={classes.listPane}>
        {canDecide && (
          <BulkBar
            selected={selected}
            onClear={() => setMarked(new Set())}
            onSelectAll={() => setMarked(new Set(items.filter(({ canResolve }) => canResolve).map(({ id }) => id)))}
          />
        )}
        <QuestionList
          items={items}
          open={question}
          selected={marked}
          onOpen={open}
          onSelect={(id, isSelected) =>
            setMarked((before) => {
              const after = new Set(before)
              if (isSelected) after.add(id)
              else after.delete(id)
              return after
            })
          }
        />
        {query.hasNextPage && (
          <div className={classes.foot}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
      <div className={classes.questionPane} ref={pane}>
        {question === undefined ? (
          <EmptyState icon={<IconHandClick size={22} />} title={t('chooseTitle')} text={t('chooseText')} />
        ) : (
          <Question key={question} id={question} onBack={() => open(undefined)} onSettled={onSettled} />
        )}
      </div>
    </div>
  )
}

/** What two workstations did at once: questions for staff, side by side, and the decisions on them. */
export function Screen() {
  const t = useTexts(texts)
  const { view, kind, go } = usePlace()
  const { data } = useQuery(rpc.review.count.queryOptions({ input: {} }))
  const count = (of: QuestionKind): string => (data?.byKind[of] ? ` (${data.byKind[of]})` : '')
  return (
    <Page>
      <PageHeader title={t('title')} note={data && t('openCount', { count: data.count })}>
        {view === 'open' && (
          <NativeSelect
            aria-label={t('kinds')}
            value={kind ?? ''}
            onChange={(event) => go({ kind: questionKinds.find((each) => each === event.currentTarget.value) })}
            data={[{ value: '', label: t('all') }, ...questionKinds.map((each) => ({ value: each, label: t(each) + count(each) }))]}
          />
        )}
        <SegmentedControl
          aria-label={t('view')}
          value={view}
          onChange={(value) => go({ view: value === 'decided' ? 'decided' : 'open' })}
          data={[
            { value: 'open', label: t('open') },
            { value: 'decided', label: t('decided') },
          ]}
        />
      </PageHeader>
      {view === 'decided' ? <DecidedList /> : <OpenQuestions key={kind ?? ''} />}
    </Page>
  )
}
