import { UnstyledButton } from '@mantine/core'
import { IconFileSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import type { ChartKind, TimelineItem } from '../../../shared/contract/chart.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { isTelling, kindIcons, toneOf, useWords } from '../../app/records/words.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { StatusPill } from '../../ui/status-pill.js'
import { VirtualList } from '../../ui/virtual-list.js'
import classes from './chart.module.css'
import { openRecord } from './open-record.js'
import { texts } from './texts.js'

interface RecordListProps {
  patientId: string
  kinds?: readonly ChartKind[] | undefined
  text?: string
  encounterId?: string
  /** What the list is to a screen reader. */
  label: string
}

const pageSize = 100

function useRecords({ patientId, kinds, text, encounterId }: RecordListProps) {
  const query = useInfiniteQuery(
    rpc.chart.timeline.infiniteOptions({
      input: (cursor: string | undefined) => ({
        patientId,
        limit: pageSize,
        ...(kinds && { kinds: [...kinds] }),
        ...(text && { text }),
        ...(encounterId && { encounterId }),
        ...(cursor && { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
    }),
  )
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { hasNextPage, isFetching, fetchNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  // A search looks through one part of a long chart at a time; a part without a hit leads to the next.
  useEffect(() => {
    if (items.length < 20) more()
  }, [items.length, more])
  return { query, items, more }
}

function Row({ item, before }: { item: TimelineItem; before: TimelineItem | undefined }) {
  const t = useTexts(texts)
  const { time, money } = useFormats()
  const { kindOf, statusOf, dayOf } = useWords()
  const Sign = kindIcons[item.kind]
  const day = item.at ? dayOf(item.at) : t('undated')
  const isSameDay = before !== undefined && (before.at ? dayOf(before.at) : t('undated')) === day
  const detail = [item.title && kindOf(item.kind), item.detail, item.by].filter(Boolean).join(' · ')
  return (
    // biome-ignore lint/a11y/useSemanticElements: the list is virtual, and its rows are divs of its scroller
    <div role="listitem" className={classes.rowItem} data-new-day={!isSameDay || undefined}>
      <UnstyledButton className={classes.row} onClick={() => openRecord(item.kind, item.id)}>
        <span className={classes.rowWhen} data-repeated={isSameDay || undefined}>
          <span className={classes.rowDay}>{day}</span>
          {item.at && item.at.length > 10 && <span className={classes.rowTime}>{time(item.at)}</span>}
        </span>
        <span className={classes.rowSign} data-kind={item.kind}>
          <Sign size={17} stroke={1.75} aria-hidden />
        </span>
        <span className={classes.rowText}>
          <bdi className={classes.rowTitle}>{item.title || kindOf(item.kind)}</bdi>
          <span className={classes.rowDetail} dir="auto">
            {detail}
          </span>
        </span>
        <span className={classes.rowEnd}>
          {item.amount && (
            <span className={classes.amount}>
              <bdi>{money(item.amount)}</bdi>
              {item.paid && <span className={classes.paid}>{t('paidAmount', { amount: money(item.paid) })}</span>}
            </span>
          )}
          {item.isUndecided && <StatusPill tone="warn">{t('twoVersions')}</StatusPill>}
          {isTelling(item) && <StatusPill tone={toneOf(item.status ?? '')}>{statusOf(item)}</StatusPill>}
        </span>
      </UnstyledButton>
    </div>
  )
}

/** Records of a chart, newest first; only the ones in view are in the document. A click opens one in full. */
export function RecordList(props: RecordListProps) {
  const t = useTexts(texts)
  const { query, items, more } = useRecords(props)
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (items.length === 0) {
    if (query.isPending || query.hasNextPage || query.isPlaceholderData) return <p className={classes.searching}>{t('searching')}</p>
    return <EmptyState icon={<IconFileSearch size={22} />} title={t(props.text ? 'noneTitle' : 'emptyTitle')} text={t(props.text ? 'noneText' : 'emptyText')} />
  }
  return (
    <VirtualList
      role="list"
      label={props.label}
      isBusy={query.isFetching}
      className={classes.records}
      items={items}
      rowHeight={56}
      keyOf={({ kind, id }) => `${kind}/${id}`}
      onEnd={more}
    >
      {(item, index) => <Row item={item} before={items[index - 1]} />}
    </VirtualList>
  )
}
