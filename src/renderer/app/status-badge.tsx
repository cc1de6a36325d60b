import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconClockExclamation, IconCloudCheck, IconCloudOff, IconCloudUp, IconDeviceDesktop, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { SyncStatus } from '../../shared/contract/streams.js'
import { useConnection, useSyncStatus } from '../api/use-stream.js'
import { todayIn, useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { StatusPill, type Tone } from '../ui/status-pill.js'
import { useNow } from '../ui/use-now.js'
import { useSession } from './session.js'
import classes from './shell.module.css'
import { texts } from './texts.js'

const dayMs = 86_400_000
/** Attempts are seconds apart; a longer wait can only come from another clock than this computer's, and is not counted down. */
const longestCountdown = 120

/** Whole days that the oldest operation has waited; 0 where nothing has to be sent. */
const daysWaited = ({ state, waiting, oldestWaitingAt }: SyncStatus, now: number): number =>
  state === 'localOnly' || waiting === 0 || !oldestWaitingAt ? 0 : Math.max(0, Math.floor((now - Date.parse(oldestWaitingAt)) / dayMs))

const calm: Readonly<Record<SyncStatus['state'], Tone>> = {
  redis: 'ok',
  sending: 'info',
  local: 'quiet',
  localOnly: 'quiet',
  reconnecting: 'info',
  attention: 'bad',
}

const icons = {
  redis: IconCloudCheck,
  sending: IconCloudUp,
  local: IconCloudOff,
  localOnly: IconDeviceDesktop,
  reconnecting: IconRefresh,
  attention: IconAlertTriangle,
} as const

/** What the badge says in each of its six states. */
function useStatusText({ state, waiting, since, until, count }: SyncStatus, now: number): string {
  const t = useTexts(texts)
  const { time, shortDateTime, timeZone } = useFormats()
  if (state === 'redis') return t('statusRedis')
  if (state === 'sending') return waiting > 0 ? t('statusSending', { waiting }) : t('statusComparing')
  if (state === 'localOnly') return t('statusLocalOnly')
  if (state === 'attention') return t('statusAttention', { attention: Math.max(1, count ?? 1) })
  if (state === 'reconnecting') {
    const seconds = until ? Math.ceil((Date.parse(until) - now) / 1000) : 0
    return seconds > 0 && seconds <= longestCountdown ? t('statusReconnectingIn', { seconds }) : t('statusReconnecting')
  }
  if (!since) return t('statusLocal', { waiting })
  const isToday = todayIn(timeZone, new Date(since)) === todayIn(timeZone, new Date(now))
  return t('statusLocalSince', { time: isToday ? time(since) : shortDateTime(since), waiting })
}

/** Where the records stand: in the top bar of every screen. A click opens the queue. */
export function StatusBadge() {
  const status = useSyncStatus()
  const { status: line } = useConnection()
  return status && line === 'open' ? <Badge status={status} /> : null
}

/**
 * The badge for a given state. Amber when something has waited for a day, red after three or when somebody must look: the words and the icon say so too.
 */
function Badge({ status }: { status: SyncStatus }) {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  const isCounting = status.state === 'reconnecting'
  const now = useNow(isCounting ? 1000 : 30_000)
  const text = useStatusText(status, now)
  const days = daysWaited(status, now)
  const tone = days >= 3 ? 'bad' : days >= 1 && status.state !== 'attention' ? 'warn' : calm[status.state]
  const Icon = days >= 3 ? IconAlertTriangle : days >= 1 ? IconClockExclamation : icons[status.state]
  const pill = (
    <StatusPill tone={tone} icon={<Icon aria-hidden />}>
      {days >= 1 ? `${text} · ${t('statusWaited', { count: days })}` : text}
    </StatusPill>
  )
  return (
    // A countdown that is read out every second would drown everything else.
    <div className={classes.status} role="status" aria-live={isCounting ? 'off' : 'polite'} aria-label={t('status')}>
      {can('sync.read') ? (
        <UnstyledButton
          className={classes.statusButton}
          onClick={() => void navigate({ to: '/storage', search: { tab: 'queue' } as never })}
          title={t('openQueue')}
        >
          {pill}
        </UnstyledButton>
      ) : (
        pill
      )}
    </div>
  )
}
