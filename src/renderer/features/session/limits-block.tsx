import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { LimitLine } from '../../../shared/contract/limits.js'
import { api, queryClient, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { actTexts } from './act-texts.js'
import classes from './session.module.css'
import { texts } from './texts.js'

/** No event tells of a use. */
const askEveryMs = 10_000

function Line({ line }: { line: LimitLine }) {
  const t = useTexts(texts)
  const act = useTexts(actTexts)
  const { time, number } = useFormats()
  const { id, name, displayName, used, max, isFull, resetsAt } = line
  const unblock = useCommand((_: { commandId: string }) => api.limits.unblock({ id }))
  const what = name in actTexts.en ? act(name as keyof typeof actTexts.en) : name
  const who = displayName ?? t(line.of === 'service' ? 'service' : 'nobody')
  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <span className={classes.name}>
          <bdi>{who}</bdi> · {what}
        </span>
        <span className={classes.quiet}>
          {t('usedOf', { used: number(used), max: number(max) })} · {t('resets', { time: time(resetsAt) })}
        </span>
        <ErrorNotice error={unblock.error} />
      </div>
      {isFull && <StatusPill tone="warn">{t('full')}</StatusPill>}
      <Button
        variant="default"
        size="xs"
        loading={unblock.isRunning}
        aria-label={t('unblockNamed', { who, what })}
        onClick={() => void unblock.run({}).then(() => queryClient.invalidateQueries({ queryKey: rpc.limits.key() }))}
      >
        {t('unblock')}
      </Button>
    </li>
  )
}

/** Limits in use in the clinic, the fullest first, and letting somebody in again. For who may change the clinic's settings. */
export function LimitsBlock() {
  const t = useTexts(texts)
  const { data, error, refetch } = useQuery(rpc.limits.list.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  return (
    <Panel title={t('limits')} isFlush>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <EmptyState title={t('noLimits')} text={t('noLimitsText')} />}
      <ul className={classes.list} aria-label={t('limits')}>
        {data?.items.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ul>
    </Panel>
  )
}
