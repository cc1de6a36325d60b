import { Temporal } from 'temporal-polyfill'

/** Minutes that one row of the time axis stands for. Every change of clocks in use today falls between rows. */
export const rowMinutes = 15
const rowMs = rowMinutes * 60_000

/** A row: a quarter of an hour on the wall clock. When clocks are set back, the repeated hour has rows of its own. */
export interface AxisRow {
  /** Minutes after midnight that the clock shows at its top. */
  wallMinutes: number
  isRepeat: boolean
}

/** The rows of one calendar day that exist: their starts in milliseconds since 1970 and their places on the axis, both ascending. */
export interface DayRows {
  starts: readonly number[]
  places: readonly number[]
}

/**
 * The common time axis of the days shown side by side. A single day has 23 or 25 hours when clocks change; in a week the other days
 * leave the repeated hour empty, and the day that skips an hour leaves that one empty.
 */
export interface Axis {
  rows: readonly AxisRow[]
  days: ReadonlyMap<string, DayRows>
}

interface OwnRow extends AxisRow {
  start: number
  /** Repeated rows come after the first pass through them, so they are ordered by where it ended. */
  order: number
}

function rowsOf(date: string, timeZone: string): OwnRow[] {
  const day = Temporal.PlainDate.from(date)
  const from = day.toZonedDateTime(timeZone).epochMilliseconds
  const to = day.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds
  const isPlain = to - from === 24 * 3_600_000
  const rows: OwnRow[] = []
  let reached = 0
  for (let start = from; start < to; start += rowMs) {
    const clock = isPlain ? undefined : Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone)
    const wallMinutes = clock ? clock.hour * 60 + clock.minute : (start - from) / 60_000
    const isRepeat = wallMinutes < reached
    if (!isRepeat) reached = wallMinutes + rowMinutes
    rows.push({ start, wallMinutes, isRepeat, order: isRepeat ? reached * 2 - 1 : wallMinutes * 2 })
  }
  return rows
}

/** Builds the axis of some days; `visible` cuts it to wall-clock minutes after midnight, `to` exclusive. */
export function buildAxis(dates: readonly string[], timeZone: string, visible: { from: number; to: number } = { from: 0, to: 24 * 60 }): Axis {
  const unique = [...new Set(dates)]
  const days = unique.map((date) => rowsOf(date, timeZone).filter(({ wallMinutes }) => wallMinutes >= visible.from && wallMinutes < visible.to))
  const keyOf = (row: OwnRow): string => `${row.order} ${row.wallMinutes}`
  const all = new Map(days.flat().map((row) => [keyOf(row), row]))
  const rows = [...all.values()].sort((a, b) => a.order - b.order || a.wallMinutes - b.wallMinutes)
  const places = new Map(rows.map((row, place) => [keyOf(row), place]))
  return {
    rows: rows.map(({ wallMinutes, isRepeat }) => ({ wallMinutes, isRepeat })),
    days: new Map(
      unique.map((date, index) => [date, { starts: days[index]!.map(({ start }) => start), places: days[index]!.map((row) => places.get(keyOf(row))!) }]),
    ),
  }
}

/** Index of the last row that starts before `ms` (or at it, unless `isEnd`); -1 when all start later. */
function rowBefore(starts: readonly number[], ms: number, isEnd: boolean): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < ms || (!isEnd && starts[middle]! === ms)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Where an instant lies on the axis, in rows from its top, held within the day. `end` is for the end of something: it stays above a skipped hour. */
export function positionOf(axis: Axis, date: string, ms: number, edge: 'start' | 'end' = 'start'): number {
  const { starts, places } = axis.days.get(date) ?? { starts: [], places: [] }
  const index = rowBefore(starts, ms, edge === 'end')
  if (index < 0) return places[0] ?? 0
  return places[index]! + Math.min(1, (ms - starts[index]!) / rowMs)
}

/** The instant at a place on the axis. A place in an hour that the day does not have is the moment after it. */
export function instantAt(axis: Axis, date: string, position: number): number {
  const { starts, places } = axis.days.get(date) ?? { starts: [], places: [] }
  const index = rowBefore(places, position, false)
  if (index < 0) return starts[0] ?? 0
  const within = position - places[index]!
  if (within < 1) return starts[index]! + Math.round(within * rowMs)
  return starts[index + 1] ?? starts[index]! + rowMs
}

/** First and last visible moment of a day. */
export function boundsOf(axis: Axis, date: string): { from: number; to: number } {
  const starts = axis.days.get(date)?.starts ?? []
  return { from: starts[0] ?? 0, to: (starts.at(-1) ?? -rowMs) + rowMs }
}

/** Stretches of the axis that the day does not have, in rows. */
export function missingOn(axis: Axis, date: string): { from: number; to: number }[] {
  const present = new Set(axis.days.get(date)?.places)
  const missing: { from: number; to: number }[] = []
  for (let place = 0; place < axis.rows.length; place++) {
    if (present.has(place)) continue
    const last = missing.at(-1)
    if (last?.to === place) last.to = place + 1
    else missing.push({ from: place, to: place + 1 })
  }
  return missing
}
