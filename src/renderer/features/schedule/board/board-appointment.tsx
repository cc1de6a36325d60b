import {
  IconAlertTriangle,
  IconArmchair,
  IconBan,
  IconCalendar,
  IconCalendarCheck,
  IconCircleCheck,
  IconDoorEnter,
  IconDoorExit,
  IconUserOff,
} from '@tabler/icons-react'
import { type CSSProperties, memo } from 'react'
import type { AppointmentStatus } from '../../../../shared/entities/appointment.js'
import classes from './board.module.css'
import type { BoardFormats } from './board-formats.js'
import { type Placed, timesOf } from './layout.js'
import type { BoardText } from './texts.js'

/** The icon of each status; shapes differ, so that the colour only repeats what they say. */
export const statusIcons: Readonly<Record<AppointmentStatus, typeof IconBan>> = {
  booked: IconCalendar,
  confirmed: IconCalendarCheck,
  arrived: IconDoorEnter,
  inChair: IconArmchair,
  done: IconCircleCheck,
  left: IconDoorExit,
  noShow: IconUserOff,
  cancelled: IconBan,
}

export interface BoardAppointmentProps {
  placed: Placed
  itemKey: string
  position: number
  count: number
  rowHeight: number
  columnWidth: number
  formats: BoardFormats
  isTabStop: boolean
  isLifted: boolean
  isReadOnly: boolean
  /** Handed down: a subscription to the language for each of hundreds of appointments is the costliest part of drawing them. */
  t: BoardText
}

/** Height in pixels from which a second line has room. */
const twoLines = 38
const lineHeight = 17

/** One appointment on the board. Clicks, keys and drags are handled by the board around it. */
export const AppointmentBlock = memo(function AppointmentBlock(props: BoardAppointmentProps) {
  const { placed, itemKey, position, count, rowHeight, columnWidth, formats, isTabStop, isLifted, isReadOnly, t } = props
  const { appointment, from, to, lane, laneCount, span, isMovable } = placed
  const times = timesOf(appointment)
  const [start, end, status] = [formats.time(times.from), formats.time(times.to), t(appointment.status)]
  const height = (to - from) * rowHeight
  // A time cut off is a wrong time: where it does not fit, the place on the board and the label say it.
  const width = (columnWidth * span) / laneCount
  const Icon = statusIcons[appointment.status]
  const more = [appointment.detail, appointment.place, appointment.hasOverride ? t('override') : undefined].filter((text) => text)
  const lines = [appointment.detail, appointment.place].filter((text) => text !== undefined).slice(0, Math.max(0, Math.floor((height - twoLines) / lineHeight)))
  const style: CSSProperties = {
    insetBlockStart: from * rowHeight,
    blockSize: height - 2,
    insetInlineStart: `calc(${(lane / laneCount) * 100}% + 2px)`,
    inlineSize: `calc(${(span / laneCount) * 100}% - 4px)`,
  }
  return (
    <li className={classes.item} style={style} aria-setsize={count} aria-posinset={position}>
      <button
        type="button"
        className={classes.appointment}
        data-appointment={itemKey}
        data-status={appointment.status}
        data-lifted={isLifted || undefined}
        data-movable={(isMovable && !isReadOnly) || undefined}
        tabIndex={isTabStop ? 0 : -1}
        aria-label={[t('item', { name: appointment.title, start, end, status }), ...more].join(', ')}
      >
        <span className={classes.title}>
          <Icon size={14} aria-hidden />
          <span className={classes.name} dir="auto">
            {appointment.title}
          </span>
          {appointment.hasOverride && <IconAlertTriangle className={classes.override} size={14} aria-hidden />}
          {height < twoLines && width >= 92 && <bdi className={classes.when}>{formats.shortTime(times.from)}</bdi>}
        </span>
        {height >= twoLines && (
          <span className={classes.status}>
            {width >= 56 && <bdi>{formats.shortTime(times.from)}</bdi>}
            <span className={classes.name}>{status}</span>
          </span>
        )}
        {lines.map((text) => (
          <span key={text} className={classes.line} dir="auto">
            {text}
          </span>
        ))}
      </button>
      {isMovable && !isReadOnly && <span className={classes.handle} data-resize={itemKey} aria-hidden />}
    </li>
  )
})
