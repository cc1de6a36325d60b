import { Button } from '@mantine/core'
import type { OpenSession } from '../../../shared/contract/sessions.js'
import { api, queryClient, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { StatusPill } from '../../ui/status-pill.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './session.module.css'
import { texts } from './texts.js'

const reload = (): Promise<void> => queryClient.invalidateQueries({ queryKey: rpc.sessions.key() })

/** Ends sessions and says how it went. */
export function useEnding(call: (input: { commandId: string }) => Promise<{ endedCount: number }>) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const command = useCommand(call)
  const end = async (): Promise<void> => {
    const ended = await command.run({})
    if (ended) toasts.done(t('endedCount', { count: ended.endedCount }))
    await reload()
  }
  return { ...command, end }
}

function Line({ session, isOwn }: { session: OpenSession; isOwn: boolean }) {
  const t = useTexts(texts)
  const { shortDateTime } = useFormats()
  const { end, isRunning, error } = useEnding(() => api.sessions.end({ id: session.id }))
  const { displayName, workstationName, isHere, isCurrent, openedAt, expiresAt, seenAt } = session
  const place = workstationName || t('unknownPlace')
  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <span className={classes.name}>
          <bdi>{isOwn ? place : displayName}</bdi>
        </span>
        <span className={classes.quiet}>
          {!isOwn && (
            <>
              <bdi>{place}</bdi> ·{' '}
            </>
          )}
          {t('since', { time: shortDateTime(openedAt) })} · {t('until', { time: shortDateTime(expiresAt) })}
          {seenAt && ` · ${t('seen', { time: shortDateTime(seenAt) })}`}
        </span>
        <ErrorNotice error={error} />
      </div>
      {isHere && <StatusPill tone="info">{t('thisWorkstation')}</StatusPill>}
      {isCurrent ? (
        <StatusPill tone="ok">{t('thisSession')}</StatusPill>
      ) : (
        <Button
          variant="default"
          size="xs"
          loading={isRunning}
          onClick={() => void end()}
          aria-label={t(isOwn ? 'endAt' : 'endOf', { name: displayName, place, time: shortDateTime(openedAt) })}
        >
          {t('end')}
        </Button>
      )}
    </li>
  )
}

/** Sessions in lines: of oneself by place, of everybody by name. */
export function SessionList({ sessions, isOwn, label }: { sessions: readonly OpenSession[]; isOwn: boolean; label: string }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {sessions.map((session) => (
        <Line key={session.id} session={session} isOwn={isOwn} />
      ))}
    </ul>
  )
}
