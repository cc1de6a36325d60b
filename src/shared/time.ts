import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

/** An instant on the wire and at rest: ISO 8601 in UTC with `Z`, e.g. `2026-11-20T09:00:00Z`. Fields that hold one end in `At`. */
export const InstantText = z.iso.datetime({ offset: true }).max(40)

/** A calendar day without a time zone, `yyyy-mm-dd`, refused when the day does not exist. Fields that hold one end in `Date`. */
export const DateText = z.iso.date()

/** An IANA time zone name that this computer knows. */
export const TimeZone = z.string().max(64).refine(isTimeZone, { error: 'unknown time zone' })

/** Whether `name` is a time zone that this computer knows. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** The calendar day of an instant in a time zone, `yyyy-mm-dd`. */
export const dayOf = (instant: string, timeZone: string): string => Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString()

/** Start (inclusive) and end (exclusive) of a calendar day as instants; 23 or 25 hours apart when clocks change. */
export function boundsOfDay(date: string, timeZone: string): { startAt: string; endAt: string } {
  const day = Temporal.PlainDate.from(date)
  return {
    startAt: day.toZonedDateTime(timeZone).toInstant().toString(),
    endAt: day.add({ days: 1 }).toZonedDateTime(timeZone).toInstant().toString(),
  }
}

/** Any instant text in UTC with milliseconds, fixed width, so that texts sort as instants do. */
export const normalInstant = (text: string): string => new Date(text).toISOString()
