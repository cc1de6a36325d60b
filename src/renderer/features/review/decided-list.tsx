import { Button } from '@mantine/core'
import { IconGavel } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReviewDecision } from '../../../shared/contract/review.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import classes from './review.module.css'
import { texts } from './texts.js'
import { useUndo } from './use-resolve.js'
import { useQuestionWords } from './words.js'

function Row({ decision }: { decision: ReviewDecision }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { recordOf } = useQuestionWords()
  const fieldName = useFieldName()
  const undo = useUndo()
  const [isRunning, setRunning] = useState(false)
  const what = [decision.patientName, recordOf(decision), decision.field && fieldName(decision.field)].filter(Boolean).join(' · ')
  const takeBack = async (): Promise<void> => {
    setRunning(true)
    await undo([decision.id])
    setRunning(false)
  }
  return (
    <tr>
      <td className={classes.nowrap}>{dateTime(decision.at)}</td>
      <td>
        <bdi>{decision.by ?? t('byProgram')}</bdi>
      </td>
      <td>
        <bdi>{what}</bdi>
      </td>
      <td>
        {t(`answer.${decision.answer}`)}
        {decision.reason && (
          <span className={classes.sideNote}>
            {' '}
            <bdi>{decision.reason}</bdi>
          </span>
        )}
        {decision.undoneAt && <span className={classes.sideNote}> {t('takenBackAt', { time: dateTime(decision.undoneAt) })}</span>}
      </td>
      <td>
        {decision.canUndo && (
          <Button size="compact-sm" variant="default" loading={isRunning} aria-label={t('undoLabel', { what })} onClick={() => void takeBack()}>
            {t('undo')}
          </Button>
        )}
      </td>
    </tr>
  )
}

/** Decisions, newest first, each to be taken back while nothing was built on it. */
export function DecidedList() {
  const t = useTexts(texts)
  const query = useInfiniteQuery(
    rpc.review.decisions.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: 50, ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
    }),
  )
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  if (query.isError && items.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.isSuccess && items.length === 0) return <EmptyState icon={<IconGavel size={22} />} title={t('nothingDecided')} text={t('nothingDecidedText')} />
  return (
    <Panel title={t('decided')} isFlush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard */}
      <section className={table.scroll} tabIndex={0} aria-label={t('decided')}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('when')}</th>
              <th scope="col">{t('who')}</th>
              <th scope="col">{t('what')}</th>
              <th scope="col">{t('decision')}</th>
              <th scope="col">
                <span className={classes.hidden}>{t('undo')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((decision) => (
              <Row key={decision.id} decision={decision} />
            ))}
          </tbody>
        </table>
      </section>
      {query.hasNextPage && (
        <div className={classes.foot}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </Panel>
  )
}
