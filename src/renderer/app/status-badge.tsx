import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconCloudUp, IconDeviceDesktop, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { SyncStatus } from '../../shared/contract/streams.js'
import { useConnection, useSyncStatus } from '../api/use-stream.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { StatusPill, type Tone } from '../ui/status-pill.js'
import { screens } from './screens.js'
import classes from './shell.module.css'
import { texts } from './texts.js'

const dayMs = 86_400_000

/** Quiet while all is well; amber when something has waited a day, red after three or when somebody must look. */
function toneOf({ state, waiting, since }: SyncStatus, now: number): Tone {
  if (state === 'attention') return 'bad'
  const waitedMs = waiting > 0 && since ? now - Date.parse(since) : 0
  if (state !== 'localOnly' && waitedMs >= 3 * dayMs) return 'bad'
  if (state !== 'localOnly' && waitedMs >= dayMs) return 'warn'
  return { redis: 'ok', sending: 'info', local: 'quiet', localOnly: 'quiet', reconnecting: 'info' }[state] as Tone
}

const icons = {
  redis: IconCloudCheck,
  sending: IconCloudUp,
  local: IconCloudOff,
  localOnly: IconDeviceDesktop,
  reconnecting: IconRefresh,
  attention: IconAlertTriangle,
} as const

/** Whole seconds until an instant, counted down; 0 once it is past. */
function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (until === undefined) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [until])
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1000))
}

/** What the badge says in each of its six states. */
function useStatusText(status: SyncStatus): string {
  const t = useTexts(texts)
  const { time, dateTime } = useFormats()
  const seconds = useCountdown(status.state === 'reconnecting' && status.since ? Date.parse(status.since) : undefined)
  const { state, waiting, since } = status
  if (state === 'redis') return t('statusRedis')
  if (state === 'sending') return t('statusSending', { waiting })
  if (state === 'localOnly') return t('statusLocalOnly')
  if (state === 'reconnecting') return seconds > 0 ? t('statusReconnectingIn', { seconds }) : t('statusReconnecting')
  if (state === 'attention') return t('statusAttention', { waiting })
  if (!since) return t('statusLocal', { waiting })
  const isToday = Date.now() - Date.parse(since) < dayMs / 2
  return t('statusLocalSince', { time: isToday ? time(since) : dateTime(since), waiting })
}

/** Where the records stand: in the top bar of every screen. A click opens the queue. */
export function StatusBadge() {
  const status = useSyncStatus()
  const { status: line } = useConnection()
  return status && line === 'open' ? <Badge status={status} /> : null
}

/** The badge for a given state. */
export function Badge({ status }: { status: SyncStatus }) {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const text = useStatusText(status)
  const Icon = icons[status.state]
  const pill = (
    <StatusPill tone={toneOf(status, Date.now())} icon={<Icon aria-hidden />}>
      {text}
    </StatusPill>
  )
  const queue = screens.find(({ id }) => id === 'queue')
  return (
    <div className={classes.status} role="status" aria-label={t('status')}>
      {queue ? (
        <UnstyledButton className={classes.statusButton} onClick={() => void navigate({ to: queue.path })} title={t('openQueue')}>
          {pill}
        </UnstyledButton>
      ) : (
        pill
      )}
    </div>
  )
}
