import { Temporal } from 'temporal-polyfill'

/** How the board writes times: in the clinic's time zone, as people of the locale do. */
export interface BoardFormats {
  /** Time of an instant, in milliseconds since 1970. */
  time: (ms: number) => string
  /** The same without AM or PM, for where room is short and the hours beside say it. */
  shortTime: (ms: number) => string
  /** Minutes after midnight as a clock shows them. */
  wall: (minutes: number) => string
  /** A column's day, e.g. Mon 16 Nov. */
  day: (date: string) => string
  /** Wall-clock minutes after midnight of an instant. */
  minutesOf: (ms: number) => number
}

/** Formats of a locale and time zone; making one is costly, keep it. */
export function boardFormats(locale: string, timeZone: string): BoardFormats {
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone })
  const wall = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
  return {
    time: (ms) => time.format(ms),
    shortTime: (ms) =>
      time
        .formatToParts(ms)
        .filter(({ type }) => type !== 'dayPeriod')
        .map(({ value }) => value)
        .join('')
        .trim(),
    wall: (minutes) => wall.format(minutes * 60_000),
    day: (date) => day.format(Date.parse(date)),
    minutesOf: (ms) => {
      const clock = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
      return clock.hour * 60 + clock.minute
    },
  }
}
