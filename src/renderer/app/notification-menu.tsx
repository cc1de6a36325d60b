import { ActionIcon, Indicator, Popover, UnstyledButton } from '@mantine/core'
import {
  type Icon,
  IconAdjustments,
  IconAlertTriangle,
  IconArrowLeft,
  IconBell,
  IconCalendarEvent,
  IconCloudX,
  IconDatabaseOff,
  IconDoorEnter,
  IconHourglass,
  IconListCheck,
  IconQuestionMark,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { NotificationKind } from '../../shared/entities/notification-kinds.js'
import { api, rpc } from '../api/client.js'
import { useStream } from '../api/use-stream.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorNotice } from '../ui/error-notice.js'
import classes from './live.module.css'
import { texts } from './live-texts.js'
import menus from './menus.module.css'
import { type Line, linesOf, placeOf, useNotificationSentence } from './notification-sentence.js'
import { NotificationWishes } from './notification-wishes.js'
import shell from './shell.module.css'
import { useSystemNotifications } from './system-notifications.js'

const icons: Readonly<Record<NotificationKind, Icon>> = {
  visitBooked: IconCalendarEvent,
  visitMoved: IconCalendarEvent,
  visitCancelled: IconCalendarEvent,
  arrived: IconDoorEnter,
  waiting: IconHourglass,
  review: IconQuestionMark,
  server: IconAlertTriangle,
  backup: IconDatabaseOff,
  task: IconListCheck,
  notSent: IconCloudX,
}

const stream = (signal: AbortSignal) => api.streams.notifications(undefined, { signal })

/** How many are unread, as the stream tells; what came in is shown by the system too where somebody wants that. */
function useUnread(): number {
  const client = useQueryClient()
  const [unread, setUnread] = useState(0)
  const show = useSystemNotifications()
  const reload = () => void client.invalidateQueries({ queryKey: rpc.notifications.list.key() })
  useStream(
    stream,
    (event) => {
      setUnread(event.unread)
      show(event)
      if (event.news.length > 0) reload()
    },
    reload,
  )
  return unread
}

function Item({ line, onGo }: { line: Line; onGo: () => void }) {
  const t = useTexts(texts)
  const { time, timeZone } = useFormats()
  const sentence = useNotificationSentence()
  const { first, isRead } = line
  const { to, search } = placeOf(first, timeZone)
  const Sign = icons[first.kind]
  return (
    <li>
      <Link to={to} search={search as never} className={classes.item} data-unread={!isRead || undefined} onClick={onGo}>
        <Sign size={18} stroke={1.75} aria-hidden />
        <span className={classes.itemText}>
          <span className={classes.sentence}>
            {sentence(line)}
            {!isRead && <span className={shell.hidden}> ({t('isNew')})</span>}
          </span>
          <span className={menus.quiet}>{first.by ? t('byWhom', { time: time(first.at), name: first.by }) : time(first.at)}</span>
        </span>
        {!isRead && <span className={classes.dot} aria-hidden />}
      </Link>
    </li>
  )
}

/** What was told, read once it has been shown: the marks of what was new stay until the panel is closed. */
function List({ onGo }: { onGo: () => void }) {
  const t = useTexts(texts)
  const { data, error } = useQuery(rpc.notifications.list.queryOptions({ input: {}, staleTime: 0, refetchOnMount: 'always' }))
  const [seen, setSeen] = useState<string>()
  useEffect(() => {
    if (!data || data.unread === 0 || data.asOf === seen) return
    setSeen(data.asOf)
    // Not read is no harm: it is marked the next time.
    void api.notifications.markRead({ upTo: data.asOf }).catch(() => undefined)
  }, [data, seen])
  if (error && !data) return <ErrorNotice error={error} />
  if (!data) return null
  if (data.items.length === 0) return <EmptyState title={t('noNotifications')} text={t('noNotificationsText')} />
  return (
    <ul className={classes.told}>
      {linesOf(data.items).map((line) => (
        <Item key={line.first.id} line={line} onGo={onGo} />
      ))}
    </ul>
  )
}

/** The bell of the top bar: how many notifications are unread, what they say and where they lead. */
export function NotificationMenu() {
  const t = useTexts(texts)
  const unread = useUnread()
  const [isOpen, setIsOpen] = useState(false)
  const [isChoosing, setIsChoosing] = useState(false)
  const label = unread === 0 ? t('notifications') : t('unread', { count: unread })
  const set = (open: boolean): void => {
    setIsOpen(open)
    setIsChoosing(false)
  }
  return (
    <Popover opened={isOpen} onChange={set} position="bottom-end" width={380} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={shell.barButton} aria-label={label} title={label} onClick={() => set(!isOpen)}>
          <Indicator disabled={unread === 0} label={unread > 99 ? '99+' : unread} size={15} color="clinic.8" className={menus.bell}>
            <IconBell size={19} stroke={1.75} aria-hidden />
          </Indicator>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.head}>
          <h2 className={classes.title}>{t(isChoosing ? 'chooseKinds' : 'notifications')}</h2>
          <ActionIcon variant="subtle" color="gray" onClick={() => setIsChoosing(!isChoosing)} aria-label={t(isChoosing ? 'backToList' : 'chooseKinds')}>
            {isChoosing ? <IconArrowLeft size={18} aria-hidden className={classes.flips} /> : <IconAdjustments size={18} aria-hidden />}
          </ActionIcon>
        </div>
        {isChoosing ? <NotificationWishes /> : <List onGo={() => set(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}
