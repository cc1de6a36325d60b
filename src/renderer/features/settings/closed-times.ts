import { Temporal } from 'temporal-polyfill'
import { boundsOfDay } from '../../../shared/time.js'

/** A closed time as the form has it: days and clock times of the clinic. */
export interface ClosedForm {
  fromDate: string | undefined
  toDate: string | undefined
  isWholeDays: boolean
  /** hh:mm, read only when not whole days. */
  fromTime: string
  toTime: string
}

/** The instants of a closed time in the clinic's time zone; the last day counts whole. Undefined when something is missing or the end is not after the start. */
export function instantsOf({ fromDate, toDate, isWholeDays, fromTime, toTime }: ClosedForm, timeZone: string): { startAt: string; endAt: string } | undefined {
  const last = toDate ?? fromDate
  if (!fromDate || !last) return undefined
  const at = (date: string, time: string): string => Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone).toInstant().toString()
  try {
    const startAt = isWholeDays ? boundsOfDay(fromDate, timeZone).startAt : at(fromDate, fromTime)
    const endAt = isWholeDays ? boundsOfDay(last, timeZone).endAt : at(last, toTime)
    return Date.parse(endAt) > Date.parse(startAt) ? { startAt, endAt } : undefined
  } catch {
    return undefined
  }
}

/** Whether a closed time runs from midnight to midnight in the clinic's time zone, and its first and last day. */
export function wholeDaysOf({ startAt, endAt }: { startAt: string; endAt: string }, timeZone: string): { first: string; last: string } | undefined {
  const start = Temporal.Instant.from(startAt).toZonedDateTimeISO(timeZone)
  const end = Temporal.Instant.from(endAt).toZonedDateTimeISO(timeZone)
  const isMidnight = (time: Temporal.ZonedDateTime): boolean => time.startOfDay().equals(time)
  if (!isMidnight(start) || !isMidnight(end)) return undefined
  return { first: start.toPlainDate().toString(), last: end.toPlainDate().subtract({ days: 1 }).toString() }
}
