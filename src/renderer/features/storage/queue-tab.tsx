import { Button, SegmentedControl } from '@mantine/core'
import { IconListCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { QueuedOperation } from '../../../shared/contract/sync.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill, type Tone } from '../../ui/status-pill.js'
import { actName, kindNames } from './names.js'
import classes from './storage.module.css'
import { texts } from './texts.js'

type State = 'all' | 'waiting' | 'sent' | 'dead'

const stateShown: Record<QueuedOperation['state'], { text: 'stateLocal' | 'stateWaiting' | 'stateSent' | 'stateDead'; tone: Tone }> = {
  local: { text: 'stateLocal', tone: 'ok' },
  waiting: { text: 'stateWaiting', tone: 'warn' },
  sent: { text: 'stateSent', tone: 'ok' },
  dead: { text: 'stateDead', tone: 'bad' },
}

function Row({ operation }: { operation: QueuedOperation }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { dateTime, number } = useFormats()
  const { text, tone } = stateShown[operation.state]
  return (
    <tr>
      <td className={classes.fit}>{dateTime(operation.at)}</td>
      <td>{actName(operation.act, language)}</td>
      <td className={classes.fit}>{operation.by ?? <span className={classes.note}>{t('program')}</span>}</td>
      <td>{operation.records.map(({ kind, count }) => `${kindNames[kind]?.[language] ?? kind}: ${number(count)}`).join(' · ')}</td>
      <td>
        <StatusPill tone={tone}>{t(text)}</StatusPill>
      </td>
    </tr>
  )
}

/** The operations of this workstation, newest first, and which of them still wait. */
export function QueueTab() {
  const t = useTexts(texts)
  const [state, setState] = useState<State>('all')
  const status = useQuery(rpc.sync.status.queryOptions({ input: {} }))
  const isLocalOnly = status.data?.state === 'localOnly'
  const queue = useInfiniteQuery(
    rpc.sync.queue.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...(state !== 'all' && { state }), ...(cursor && { cursor }), limit: 50 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
      staleTime: 0,
    }),
  )
  const items = queue.data?.pages.flatMap((page) => page.items) ?? []
  if (queue.isError && items.length === 0) return <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />
  const filter = (
    <SegmentedControl
      size="xs"
      aria-label={t('state')}
      value={state}
      onChange={(value) => setState(value as State)}
      data={[
        { value: 'all', label: t('all') },
        { value: 'waiting', label: t('stateWaiting') },
        { value: 'sent', label: t('stateSent') },
        { value: 'dead', label: t('stateDead') },
      ]}
    />
  )
  return (
    <div className={classes.stack}>
      <Panel title={t('queueTitle')} actions={filter} isFlush>
        {items.length === 0 && queue.isSuccess ? (
          <EmptyState
            icon={<IconListCheck size={22} />}
            title={isLocalOnly ? t('localOnly') : t('queueEmpty')}
            text={isLocalOnly ? t('localOnlyText') : t('queueEmptyText')}
          />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
          <section className={classes.scroll} tabIndex={0} aria-label={t('queueTitle')}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t('time')}</th>
                  <th scope="col">{t('what')}</th>
                  <th scope="col">{t('by')}</th>
                  <th scope="col">{t('records')}</th>
                  <th scope="col">{t('state')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((operation) => (
                  <Row key={operation.seq} operation={operation} />
                ))}
              </tbody>
            </table>
          </section>
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
