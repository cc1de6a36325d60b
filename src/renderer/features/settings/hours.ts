import type { WeeklyHours } from '../../../shared/entities/staff.js'

/** A time of a day that is open, in minutes after midnight; undefined while nothing readable stands in the field. */
export interface Span {
  from: number | undefined
  to: number | undefined
}
/** Open times by weekday, 1 Monday to 7 Sunday; an empty list is a closed day. */
export type Week = Readonly<Record<number, readonly Span[]>>

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
const midnight = 24 * 60

/** What the editor shows of stored hours. */
export const weekOf = (hours: WeeklyHours): Week =>
  Object.fromEntries(
    weekdays.map((weekday) => [
      weekday,
      hours
        .filter((each) => each.weekday === weekday)
        .map(({ from, to }) => ({ from, to }))
        .sort((a, b) => a.from - b.from),
    ]),
  )

/** What is wrong with a day: a time that cannot be read, an end before its start, or two times that overlap. */
export function problemOf(spans: readonly Span[]): 'incomplete' | 'order' | 'overlap' | undefined {
  if (spans.some(({ from, to }) => from === undefined || to === undefined)) return 'incomplete'
  const sorted = (spans as readonly { from: number; to: number }[]).toSorted((a, b) => a.from - b.from)
  if (sorted.some(({ from, to }) => to <= from)) return 'order'
  return sorted.some(({ from }, at) => at > 0 && from < (sorted[at - 1]?.to ?? 0)) ? 'overlap' : undefined
}

/** The stored form of a week; undefined when a day is not right. */
export function hoursOf(week: Week): WeeklyHours | undefined {
  if (weekdays.some((weekday) => problemOf(week[weekday] ?? []) !== undefined)) return undefined
  return weekdays.flatMap((weekday) => (week[weekday] ?? []).map(({ from, to }) => ({ weekday, from: from ?? 0, to: to ?? 0 })).sort((a, b) => a.from - b.from))
}

/** Adds a time to a day: a usual day when it was closed, else an hour's break is cut out of its last time, or an hour added after it. */
export function withSpan(spans: readonly Span[]): Span[] {
  const last = spans.at(-1)
  if (last?.from === undefined || last.to === undefined) return [...spans, { from: 9 * 60, to: 17 * 60 }]
  const { from, to } = last
  if (to - from >= 3 * 60) {
    const half = Math.round((from + to) / 2 / 60) * 60
    return [...spans.slice(0, -1), { from, to: half }, { from: Math.min(half + 60, to - 30), to }]
  }
  const next = Math.min(to + 60, midnight - 60)
  return [...spans, { from: next, to: Math.min(next + 120, midnight) }]
}

/** Minutes as `<input type="time">` has them; the end of the day reads 00:00. */
export const timeText = (minutes: number | undefined): string =>
  minutes === undefined ? '' : `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Minutes of a time field; 00:00 as an end is midnight at the day's end. */
export function minutesOf(text: string, isEnd: boolean): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const total = Number(hours) * 60 + Number(minutes)
  return isEnd && total === 0 ? midnight : total
}

/** Weekdays in the order in which the locale's weeks run. */
export function weekdaysOf(locale: string): readonly (typeof weekdays)[number][] {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } }
  const first = (info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1
  const at = (weekdays as readonly number[]).indexOf(first)
  return at <= 0 ? weekdays : [...weekdays.slice(at), ...weekdays.slice(0, at)]
}

/** Name of a weekday in a locale. */
export function weekdayName(weekday: number, locale: string, style: 'long' | 'short' = 'long'): string {
  // 5 January 1970 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(new Date(Date.UTC(1970, 0, 4 + weekday)))
}
