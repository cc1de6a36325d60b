import { Button, SegmentedControl } from '@mantine/core'
import { IconDownload, IconListCheck, IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { QueuedOperation } from '../../../shared/contract/sync.js'
import { api, keepPrevious, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { useToasts } from '../../ui/toasts.js'
import { QueueRow } from './queue-row.js'
import classes from './storage.module.css'
import { texts as syncTexts } from './sync-texts.js'
import { texts } from './texts.js'
import { useFacts, useIsAlone } from './use-facts.js'
import { usePlace } from './use-place.js'

const states = ['all', 'waiting', 'sent', 'dead'] as const
const labels = { all: 'all', waiting: 'stateWaiting', sent: 'stateSent', dead: 'stateDead' } as const

/** Takes refused operations up again, one or all, and says how many. */
function useRetry() {
  const s = useTexts(syncTexts)
  const toasts = useToasts()
  const client = useQueryClient()
  const command = useCommand(api.sync.retry)
  const retry = async (seqs?: number[]): Promise<void> => {
    const answer = await command.run(seqs ? { seqs } : {})
    if (!answer) return
    toasts.done(s('retried', { count: answer.retried }))
    await client.invalidateQueries({ queryKey: rpc.sync.key() })
  }
  return { retry, error: command.error, isRunning: command.isRunning }
}

function Table({ items, onRetry }: { items: readonly QueuedOperation[]; onRetry: ((seq: number) => void) | undefined }) {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={t('queueTitle')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            <th scope="col">{s('patient')}</th>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('by')}</th>
            <th scope="col">{t('state')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {items.map((operation) => (
            <QueueRow key={operation.seq} operation={operation} onRetry={onRetry} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The operations of this workstation, newest first, and where each is. Nothing in it can be deleted: what is refused can only be tried again. */
export function QueueTab() {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const { can } = useSession()
  const { state, go } = usePlace()
  const facts = useFacts()
  const isAlone = useIsAlone()
  const queue = useInfiniteQuery(
    rpc.sync.queue.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...(state && { state }), ...(cursor && { cursor }), limit: 50 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
      staleTime: 0,
    }),
  )
  const { retry, error, isRunning } = useRetry()
  const items = queue.data?.pages.flatMap((page) => page.items) ?? []
  if (queue.isError && items.length === 0) return <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />
  const mayRetry = can('sync.run')
  const actions = (
    <div className={classes.row}>
      <SegmentedControl
        size="xs"
        aria-label={t('state')}
        value={state ?? 'all'}
        onChange={(value) => go({ tab: 'queue', state: states.find((each) => each !== 'all' && each === value) as typeof state })}
        data={states.map((value) => ({ value, label: t(labels[value]) }))}
      />
      {mayRetry && (facts.data?.dead ?? 0) > 0 && (
        <Button size="xs" leftSection={<IconRefresh size={15} aria-hidden />} loading={isRunning} onClick={() => void retry()}>
          {s('retryAll')}
        </Button>
      )}
      <Button
        component="a"
        href={`/api/v1/sync/queue/file${state ? `?state=${state}` : ''}`}
        download
        size="xs"
        variant="default"
        leftSection={<IconDownload size={15} aria-hidden />}
        title={s('saveFileHint')}
      >
        {s('saveFile')}
      </Button>
    </div>
  )
  return (
    <div className={classes.stack}>
      <ErrorNotice error={error} />
      <Panel title={t('queueTitle')} actions={actions} isFlush>
        {items.length === 0 && queue.isSuccess ? (
          <EmptyState
            icon={<IconListCheck size={22} />}
            title={isAlone ? t('localOnly') : t('queueEmpty')}
            text={isAlone ? t('localOnlyText') : t('queueEmptyText')}
          />
        ) : (
          <Table items={items} onRetry={mayRetry ? (seq) => void retry([seq]) : undefined} />
        )}
        {queue.hasNextPage && (
          <div className={classes.foot}>
            <Button variant="default" loading={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}
