import { useMemo } from 'react'
import { useFormats } from '../../i18n/formats.js'
import { addDays, type Place, weekStart } from './place.js'

/** Calendar days in words; all take yyyy-mm-dd. */
export interface DayFormats {
  /** e.g. Friday 20 November 2026 */
  full(date: string): string
  /** e.g. Fri 20 Nov */
  short(date: string): string
  month(date: string): string
  weekday(date: string): string
  /** One letter or so, for the head of a small calendar. */
  weekdayLetter(date: string): string
  /** The days that a place shows. */
  title(place: Place, firstDay: number): string
}

/** Writes the schedule's days as the locale does. */
export function useDayFormats(): DayFormats {
  const { locale } = useFormats()
  return useMemo(() => {
    const formatter = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
    const formatters = {
      full: formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
      short: formatter({ weekday: 'short', day: 'numeric', month: 'short' }),
      month: formatter({ month: 'long', year: 'numeric' }),
      weekday: formatter({ weekday: 'short' }),
      weekdayLetter: formatter({ weekday: 'narrow' }),
      range: formatter({ day: 'numeric', month: 'short', year: 'numeric' }),
    }
    const write = (name: keyof typeof formatters) => (date: string) => formatters[name].format(new Date(date))
    return {
      full: write('full'),
      short: write('short'),
      month: write('month'),
      weekday: write('weekday'),
      weekdayLetter: write('weekdayLetter'),
      title: ({ view, date }, firstDay) => {
        if (view === 'day') return formatters.full.format(new Date(date))
        if (view === 'month') return formatters.month.format(new Date(date))
        const from = view === 'week' ? weekStart(date, firstDay) : date
        return formatters.range.formatRange(new Date(from), new Date(addDays(from, 6)))
      },
    }
  }, [locale])
}
