import { useContext, useMemo } from 'react'
import type { Money } from '../../shared/money.js'
import { localeOf } from './languages.js'
import { RegionContext } from './region.js'
import { useLanguage } from './texts.js'

/** Writes values as people of the locale do, times in the clinic's time zone. Input texts are ISO; a text that is none comes back as it is. */
export interface Formats {
  locale: string
  timeZone: string | undefined
  /** A calendar day, e.g. 4 Mar 1980. */
  day(date: string): string
  /** A calendar day in digits only, in the order of the locale. */
  shortDay(date: string): string
  /** An instant's day in the clinic's time zone. */
  dayOf(instant: string): string
  time(instant: string): string
  dateTime(instant: string): string
  /** As `dateTime`, without the year, where room is short and the year is clear. */
  shortDateTime(instant: string): string
  number(value: number): string
  money(amount: Money): string
  /** How long ago or until, e.g. 3 hours ago. */
  relative(instant: string, now?: number): string
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

function createFormats(locale: string, timeZone: string | undefined): Formats {
  const format = (options: Intl.DateTimeFormatOptions): ((text: string) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, options)
    return (text) => {
      const value = new Date(text)
      return Number.isNaN(value.getTime()) ? text : formatter.format(value)
    }
  }
  const zone = timeZone ? { timeZone } : {}
  // A calendar day is read and written in UTC, so that no time zone moves it.
  const day = format({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  const shortDay = format({ day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' })
  const dayOf = format({ day: 'numeric', month: 'short', year: 'numeric', ...zone })
  const time = format({ hour: 'numeric', minute: '2-digit', ...zone })
  const dateTime = format({ day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit', ...zone })
  const shortDateTime = format({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', ...zone })
  const number = new Intl.NumberFormat(locale)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const currencies = new Map<string, Intl.NumberFormat>()
  const currencyOf = (currency: string): Intl.NumberFormat => {
    const known = currencies.get(currency) ?? new Intl.NumberFormat(locale, { style: 'currency', currency })
    currencies.set(currency, known)
    return known
  }
  return {
    locale,
    timeZone,
    day,
    shortDay,
    dayOf,
    time,
    dateTime,
    shortDateTime,
    number: (value) => number.format(value),
    money: ({ minor, currency }) => {
      const formatter = currencyOf(currency)
      return formatter.format(minor / 10 ** (formatter.resolvedOptions().maximumFractionDigits ?? 2))
    },
    relative: (instant, now = Date.now()) => {
      const seconds = (Date.parse(instant) - now) / 1000
      const unit = units.find(([, size]) => Math.abs(seconds) >= size)
      return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : relative.format(0, 'second')
    },
  }
}

/** Formats of the language now shown, in the clinic's country and time zone. */
export function useFormats(): Formats {
  const language = useLanguage()
  const { country, timeZone } = useContext(RegionContext)
  return useMemo(() => createFormats(localeOf(language, country), timeZone), [language, country, timeZone])
}

/** Completed years on a day, undefined when there is no birth date. Both are yyyy-mm-dd. */
export function ageOn(birthDate: string | undefined, today: string): number | undefined {
  if (!birthDate || birthDate > today) return undefined
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** Today in a time zone, yyyy-mm-dd; the computer's own when none is given. */
export const todayIn = (timeZone: string | undefined, now = new Date()): string =>
  new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...(timeZone && { timeZone }) }).format(now)
