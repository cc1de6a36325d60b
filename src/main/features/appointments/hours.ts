import { Temporal } from 'temporal-polyfill'
import type { WeeklyHours } from '../../../shared/entities/staff.js'
import { boundsOfDay } from '../../../shared/time.js'

/** Half-open time in milliseconds since 1970: `from` belongs to it, `to` does not. */
export interface Interval {
  from: number
  to: number
}

/** Milliseconds since 1970 of an instant text. */
export const at = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds

/** Instant text, in UTC with milliseconds, of milliseconds since 1970. */
export const instantOf = (ms: number): string => new Date(ms).toISOString()

/** A wall-clock time found on a real day: `skipped` when clocks jump over it, `repeated` when it happens twice. */
export interface WallTime {
  startAt: string
  kind: 'once' | 'skipped' | 'repeated'
}

/**
 * The instant at which a clock in `timeZone` shows `minutes` after midnight of `date`. A time that clocks jump over is moved on by the
 * length of the jump, of a time that happens twice the first is taken (RFC 5545, section 3.3.5).
 */
export function wallTime(date: string, minutes: number, timeZone: string): WallTime {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime().add({ minutes })
  const first = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const last = wall.toZonedDateTime(timeZone, { disambiguation: 'later' })
  const kind = first.epochMilliseconds === last.epochMilliseconds ? 'once' : first.toPlainDateTime().equals(wall) ? 'repeated' : 'skipped'
  return { startAt: instantOf((kind === 'skipped' ? last : first).epochMilliseconds), kind }
}

/** The same wall-clock time some days later or earlier: nine o'clock stays nine o'clock when clocks change in between. */
export function shiftDays(startAt: string, days: number, timeZone: string): string {
  return instantOf(Temporal.Instant.from(startAt).toZonedDateTimeISO(timeZone).add({ days }).epochMilliseconds)
}

/** Where opening or closing at a wall-clock time falls: a skipped time is the moment of the jump; of a repeated one, hours last to the second. */
function edge(date: Temporal.PlainDate, minutes: number, timeZone: string, side: 'from' | 'to'): number {
  const wall = date.toPlainDateTime().add({ minutes })
  const first = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const last = wall.toZonedDateTime(timeZone, { disambiguation: 'later' })
  if (first.epochMilliseconds === last.epochMilliseconds || first.toPlainDateTime().equals(wall)) return (side === 'from' ? first : last).epochMilliseconds
  return first.getTimeZoneTransition('next')?.epochMilliseconds ?? last.epochMilliseconds
}

/** Sorts intervals and joins those that overlap or touch; empty ones are dropped. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const { from, to } of intervals.filter((interval) => interval.to > interval.from).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** What is left of sorted, joined intervals when `taken` is cut out. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const cuts = joined(taken)
  return intervals.flatMap((interval) => {
    const left: Interval[] = []
    let from = interval.from
    for (const cut of cuts) {
      if (cut.to <= from || cut.from >= interval.to) continue
      if (cut.from > from) left.push({ from, to: cut.from })
      from = Math.max(from, cut.to)
    }
    if (from < interval.to) left.push({ from, to: interval.to })
    return left
  })
}

/** The times of one calendar day that weekly hours leave open, joined and in order, as instants of the clinic's time zone. */
export function openOn(hours: WeeklyHours, date: string, timeZone: string): Interval[] {
  const day = Temporal.PlainDate.from(date)
  return joined(
    hours
      .filter((entry) => entry.weekday === day.dayOfWeek)
      .map((entry) => ({ from: edge(day, entry.from, timeZone, 'from'), to: edge(day, entry.to, timeZone, 'to') })),
  )
}

/** The clinic's opening times of a day; the whole day when it never said when it is open. */
export function clinicOpenOn(hours: WeeklyHours, date: string, timeZone: string): Interval[] {
  if (hours.length > 0) return openOn(hours, date, timeZone)
  const { startAt, endAt } = boundsOfDay(date, timeZone)
  return [{ from: at(startAt), to: at(endAt) }]
}

/** The calendar days, in `timeZone`, that an interval touches. */
export function daysOf({ from, to }: Interval, timeZone: string): string[] {
  const dayAt = (ms: number): Temporal.PlainDate => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate()
  const last = dayAt(Math.max(from, to - 1))
  const days: string[] = []
  for (let day = dayAt(from); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) days.push(day.toString())
  return days
}

/** Whether weekly hours are open during the whole of an interval, over midnight too. */
export function isOpenDuring(hours: WeeklyHours, interval: Interval, timeZone: string): boolean {
  const open = joined(daysOf(interval, timeZone).flatMap((date) => openOn(hours, date, timeZone)))
  return without([interval], open).length === 0
}
