const parts = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** Day and time on the wall clock of a time zone, `yyyy-mm-dd` and `hh:mm`. */
export function wallClock(instant: string, timeZone: string): { date: string; time: string } {
  const [date = '', time = ''] = parts(timeZone).format(new Date(instant)).split(' ')
  return { date, time: time.slice(0, 5) }
}

/** The instant at which the wall clock of a time zone shows a day and a time; one that is skipped when clocks go forward is moved forward with them. */
export function instantAt(date: string, time: string, timeZone: string): string {
  const wanted = Date.parse(`${date}T${time}:00Z`)
  const offsetAt = (instant: number): number => Date.parse(`${parts(timeZone).format(new Date(instant)).replace(' ', 'T')}Z`) - instant
  // The offset before a change of clocks may not be the one after it: the second look uses the offset that holds there.
  const first = wanted - offsetAt(wanted)
  const second = wanted - offsetAt(first)
  return new Date(offsetAt(second) === offsetAt(first) ? second : Math.max(first, second)).toISOString()
}
