import { Temporal } from 'temporal-polyfill'

/** A time as a clock in the clinic shows it. `isSecond` is the later one of a time that happens twice when clocks go back. */
export interface WallClock {
  /** yyyy-mm-dd */
  date: string
  /** hh:mm */
  time: string
  isSecond: boolean
}

/** The instant that is meant, and whether clocks skip the time (it is then moved on) or show it twice. */
export interface Meant {
  startAt: string
  kind: 'once' | 'skipped' | 'repeated'
}

/** The instant of a wall-clock time; undefined while day or time are not complete. */
export function instantOf({ date, time, isSecond }: WallClock, timeZone: string): Meant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return undefined
  const wall = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(time))
  const first = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const last = wall.toZonedDateTime(timeZone, { disambiguation: 'later' })
  const textOf = (at: Temporal.ZonedDateTime): string => new Date(at.epochMilliseconds).toISOString()
  if (first.epochMilliseconds === last.epochMilliseconds) return { startAt: textOf(first), kind: 'once' }
  if (first.toPlainDateTime().equals(wall)) return { startAt: textOf(isSecond ? last : first), kind: 'repeated' }
  return { startAt: textOf(last), kind: 'skipped' }
}

/** What a clock in the clinic shows at an instant. */
export function wallClockOf(instant: string, timeZone: string): WallClock {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone)
  const first = at.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  return { date: at.toPlainDate().toString(), time: at.toPlainTime().toString().slice(0, 5), isSecond: first.epochMilliseconds !== at.epochMilliseconds }
}

/** The end of a slot as an instant. */
export const endOf = ({ startAt, durationMinutes }: { startAt: string; durationMinutes: number }): string =>
  new Date(Date.parse(startAt) + durationMinutes * 60_000).toISOString()
