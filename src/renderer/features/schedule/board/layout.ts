import { type Axis, boundsOf, positionOf } from './axis.js'
import type { BoardAppointment, BoardColumn, BoardPeriod } from './types.js'

/** Something with a length on the axis, in rows. */
export interface Stretch {
  from: number
  to: number
}

/** Where an appointment stands in its column: rows on the axis, and its share of the width when several overlap. */
export interface Placed extends Stretch {
  appointment: BoardAppointment
  /** Lane within the column, from the inline start, out of `laneCount`; it is `span` lanes wide. */
  lane: number
  laneCount: number
  span: number
  /** Starts on this column's day, so it can be taken from here. */
  isMovable: boolean
}

/** Ends of an appointment in milliseconds since 1970. */
export const timesOf = ({ startAt, durationMinutes }: Pick<BoardAppointment, 'startAt' | 'durationMinutes'>): Stretch => {
  const from = Date.parse(startAt)
  return { from, to: from + durationMinutes * 60_000 }
}

/** Puts overlapping stretches side by side: each gets a lane, and widens over lanes to its end side that are free beside it. */
export function pack<Item extends Stretch>(items: readonly Item[]): (Item & { lane: number; laneCount: number; span: number })[] {
  const sorted = [...items].sort((a, b) => a.from - b.from || b.to - a.to)
  const packed: (Item & { lane: number; laneCount: number; span: number })[] = []
  let cluster: typeof packed = []
  let clusterEnd = Number.NEGATIVE_INFINITY
  const close = (): void => {
    const laneCount = Math.max(0, ...cluster.map(({ lane }) => lane + 1))
    for (const item of cluster) {
      const beside = cluster.filter((other) => other.lane > item.lane && other.from < item.to && item.from < other.to).map(({ lane }) => lane)
      item.laneCount = laneCount
      item.span = Math.min(laneCount, ...beside) - item.lane
    }
    packed.push(...cluster)
    cluster = []
  }
  for (const item of sorted) {
    if (item.from >= clusterEnd) close()
    const busy = new Set(cluster.filter((other) => other.to > item.from).map(({ lane }) => lane))
    let lane = 0
    while (busy.has(lane)) lane++
    cluster.push({ ...item, lane, laneCount: 1, span: 1 })
    clusterEnd = Math.max(clusterEnd, item.to)
  }
  close()
  return packed
}

/** Appointments by resource, so that each column looks only through its own. */
export function byResource(appointments: readonly BoardAppointment[]): Map<string | undefined, BoardAppointment[]> {
  return Map.groupBy(appointments, ({ resourceId }) => resourceId)
}

/** Places the appointments of a column's resource that touch its visible day. Short ones take `minRows` of height, so that they can be read and hit. */
export function placeColumn(column: BoardColumn, appointments: readonly BoardAppointment[], axis: Axis, minRows: number): Placed[] {
  const day = boundsOf(axis, column.date)
  const touching = appointments.flatMap((appointment) => {
    const { from, to } = timesOf(appointment)
    if (from >= day.to || to <= day.from) return []
    const start = positionOf(axis, column.date, from)
    const end = Math.min(axis.rows.length, Math.max(positionOf(axis, column.date, to, 'end'), start + minRows))
    return [{ appointment, from: Math.min(start, end - minRows), to: end, isMovable: from >= day.from }]
  })
  return pack(touching)
}

/** The stretches of a column in which nobody works: what `working` leaves of the visible day. */
export function shadedRows(working: readonly BoardPeriod[], date: string, axis: Axis): Stretch[] {
  const day = boundsOf(axis, date)
  const shaded: Stretch[] = []
  let from = day.from
  for (const period of [...working].sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt))) {
    const start = Date.parse(period.startAt)
    if (start > from) shaded.push({ from, to: Math.min(start, day.to) })
    from = Math.max(from, Date.parse(period.endAt))
  }
  if (from < day.to) shaded.push({ from, to: day.to })
  return shaded.filter(({ from: start, to }) => start < to).map((stretch) => stretchOn(stretch, date, axis))
}

/** A stretch of time, in milliseconds since 1970, as rows of the axis. */
export const stretchOn = ({ from, to }: Stretch, date: string, axis: Axis): Stretch => ({
  from: positionOf(axis, date, from),
  to: positionOf(axis, date, to, 'end'),
})

/** Wall-clock hours worth showing, in minutes: all working times and appointments, an hour around them, whole hours. The whole day when nothing says. */
export function visibleHours(
  columns: readonly BoardColumn[],
  appointments: readonly BoardAppointment[],
  minutesOf: (ms: number) => number,
): { from: number; to: number } {
  const visits = appointments.map(({ startAt, durationMinutes }) => {
    const from = minutesOf(Date.parse(startAt))
    const to = from + durationMinutes
    // One over midnight is also at the beginning of the next day.
    return { from: to > 24 * 60 ? 0 : from, to: Math.min(to, 24 * 60) }
  })
  const work = columns.flatMap(({ working }) =>
    working.map(({ startAt, endAt }) => ({ from: minutesOf(Date.parse(startAt)), to: minutesOf(Date.parse(endAt) - 1) + 1 })),
  )
  const spans = [...visits, ...work]
  if (spans.length === 0) return { from: 0, to: 24 * 60 }
  const from = Math.min(...spans.map((span) => span.from))
  const to = Math.max(...spans.map((span) => span.to))
  return { from: Math.max(0, Math.floor(from / 60) * 60 - 60), to: Math.min(24 * 60, Math.ceil(to / 60) * 60 + 60) }
}

/** The items of equal size that are in view, `over` more on each side, in steps of `over` so that scrolling seldom changes it. */
export function windowOf(scroll: number, viewport: number, itemSize: number, count: number, over: number): Stretch {
  const first = Math.floor(Math.max(0, scroll) / itemSize / over) * over - over
  const last = Math.ceil((Math.max(0, scroll) + viewport) / itemSize / over) * over + over
  return { from: Math.max(0, first), to: Math.min(count, last) }
}
