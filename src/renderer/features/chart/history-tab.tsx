import { Button } from '@mantine/core'
import { IconEye, IconPencil } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { HistoryEntry } from '../../../shared/contract/chart.js'
import { rpc } from '../../api/client.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { useWords } from '../../app/records/words.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import classes from './chart.module.css'
import { texts } from './texts.js'

/** Records that one line names; an import touches many. */
const shownRecords = 4

const parts = ['chart', 'symptoms', 'patients', 'appointments', 'media'] as const

function Entry({ entry }: { entry: HistoryEntry }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { kindOf } = useWords()
  const fieldName = useFieldName()
  const part = parts.find((each) => entry.type === 'read' && entry.act.startsWith(`${each}.`))
  const rest = entry.records.length - shownRecords
  const records = entry.records.slice(0, shownRecords).map(({ kind, fields }) => `${kindOf(kind)}: ${fields ? fields.map(fieldName).join(', ') : t('added')}`)
  return (
    <li className={classes.historyEntry}>
      <span className={classes.historySign} data-type={entry.type}>
        {entry.type === 'read' ? <IconEye size={17} stroke={1.75} aria-hidden /> : <IconPencil size={17} stroke={1.75} aria-hidden />}
      </span>
      <span className={classes.rowText}>
        <span className={classes.rowTitle}>
          {t(entry.type === 'read' ? 'read' : 'changedAct')} · <bdi>{entry.userName ?? t('byProgram')}</bdi>
        </span>
        <span className={classes.historyDetail}>
          {part ? t(`read-${part}`) : records.join(' · ')}
          {rest > 0 && ` ${t('moreRecords', { count: rest })}`}
        </span>
      </span>
      <span className={classes.historyEnd}>
        <span>{dateTime(entry.at)}</span>
        <bdi dir="ltr" className={classes.act}>
          {entry.act}
        </bdi>
      </span>
    </li>
  )
}

/** Who read and changed what of this patient, newest first. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const query = useInfiniteQuery(
    rpc.chart.history.infiniteOptions({
      input: (cursor: string | undefined) => ({ patientId, limit: 50, ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      // Reading leaves no event behind, so what was loaded before may be old.
      staleTime: 0,
    }),
  )
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Panel title={t('history')} actions={<span className={classes.hint}>{t('historyHint')}</span>} isFlush>
      <ol className={classes.entries} aria-label={t('history')}>
        {query.data?.pages.flatMap(({ items }) => items.map((entry) => <Entry key={entry.seq} entry={entry} />))}
      </ol>
      {query.hasNextPage && (
        <div className={classes.loadMore}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('loadMore')}
          </Button>
        </div>
      )}
    </Panel>
  )
}
