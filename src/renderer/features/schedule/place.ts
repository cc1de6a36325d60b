import { Temporal } from 'temporal-polyfill'

export const views = ['day', 'week', 'month', 'agenda'] as const
export type View = (typeof views)[number]

/** What the schedule shows. It stands in the address, so that back and forward work; empty id lists mean all. */
export interface Place {
  view: View
  by: 'provider' | 'chair'
  /** Calendar day in the clinic's time zone, yyyy-mm-dd. */
  date: string
  providerIds: readonly string[]
  chairIds: readonly string[]
}

const isDate = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
const idsOf = (text: unknown): string[] => (typeof text === 'string' ? text.split(',').filter((id) => /^[0-9a-f-]{36}$/.test(id)) : [])

/** Reads the place from an address; what is missing or unreadable comes from `usual`. */
export function placeOf(search: Readonly<Record<string, unknown>>, usual: Pick<Place, 'view' | 'by' | 'date'>): Place {
  return {
    view: views.find((view) => view === search.view) ?? usual.view,
    by: search.by === 'chair' || search.by === 'provider' ? search.by : usual.by,
    date: isDate(search.date) ? search.date : usual.date,
    providerIds: idsOf(search.providers),
    chairIds: idsOf(search.chairs),
  }
}

/** The place as parts of an address. */
export const searchOf = ({ view, by, date, providerIds, chairIds }: Place): Record<string, string> => ({
  view,
  by,
  date,
  ...(providerIds.length > 0 && { providers: providerIds.join(',') }),
  ...(chairIds.length > 0 && { chairs: chairIds.join(',') }),
})

/** A day some days later or earlier. */
export const addDays = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** The same day some months later or earlier, the last of a shorter month. */
export const addMonths = (date: string, months: number): string => Temporal.PlainDate.from(date).add({ months }).toString()

/** The first day of the week that holds a day; `firstDay` is 1 for Monday … 7 for Sunday. */
export const weekStart = (date: string, firstDay: number): string => addDays(date, -((Temporal.PlainDate.from(date).dayOfWeek - firstDay + 7) % 7))

/** The days of the weeks that a month touches, week by week. */
export function weeksOf(date: string, firstDay: number): string[][] {
  const first = `${date.slice(0, 8)}01`
  const after = addMonths(first, 1)
  const weeks: string[][] = []
  for (let day = weekStart(first, firstDay); day < after; day = addDays(day, 7)) weeks.push(Array.from({ length: 7 }, (_, i) => addDays(day, i)))
  return weeks
}

/** The place one page on or back: a day, a week or a month. */
export function turned(place: Place, way: 1 | -1): Place {
  const { view, date } = place
  return { ...place, date: view === 'month' ? addMonths(date, way) : addDays(date, way * (view === 'day' ? 1 : 7)) }
}

/** The weekday on which weeks begin in a locale, 1 Monday … 7 Sunday. */
export function firstDayOf(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } }
  return known.getWeekInfo?.().firstDay ?? 1
}
