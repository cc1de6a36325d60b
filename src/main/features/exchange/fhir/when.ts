import { Refusal } from '../issues.js'
import type { Json } from '../json.js'

const shape = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** Days of a month in the Gregorian calendar; 0 for a month that does not exist. */
export function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** What is wrong with the text of a FHIR date, dateTime or instant; undefined when nothing is. */
export function whenFault(value: string): 'invalidDate' | 'impossibleDate' | 'dateWithoutZone' | undefined {
  const match = shape.exec(value)
  if (!match) return 'invalidDate'
  const [, year, month, day, hour, minute, second, zone] = match
  if (year === '0000') return 'impossibleDate'
  if (month !== undefined && daysIn(Number(year), Number(month)) < (day === undefined ? 1 : Number(day))) return 'impossibleDate'
  if (day === '00') return 'impossibleDate'
  if (hour === undefined) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return 'impossibleDate'
  if (zone === undefined) return 'dateWithoutZone'
  return zone === 'Z' || (Number(zone.slice(1, 3)) <= 14 && Number(zone.slice(4)) <= 59) ? undefined : 'invalidDate'
}

/** The text of a time that exists, as written. Throws `Refusal` otherwise: a day that never was is never guessed. */
export function acceptWhen(value: Json, path: string): string {
  if (typeof value !== 'string') throw new Refusal('wrongType', path)
  const fault = whenFault(value)
  if (fault) throw new Refusal(fault, path)
  return value
}

/** Like `acceptWhen` for whole days; undefined for a month or a year alone. */
export function acceptDate(value: Json, path: string): string | undefined {
  const accepted = acceptWhen(value, path)
  if (accepted.length > 10) throw new Refusal('invalidDate', path)
  return accepted.length === 10 ? accepted : undefined
}
