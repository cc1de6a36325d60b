/** Units in which a length of time is entered. */
export const timeUnits = ['seconds', 'minutes', 'hours', 'days'] as const
export type TimeUnit = (typeof timeUnits)[number]

const lengths: Readonly<Record<TimeUnit, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** Longest time that the contract takes. */
export const longestSeconds = 30 * lengths.days

/** The largest unit in which some seconds are a whole number. */
export function largestUnit(seconds: number): { amount: number; unit: TimeUnit } {
  const unit = timeUnits.findLast((each) => seconds > 0 && seconds % lengths[each] === 0) ?? 'seconds'
  return { amount: seconds / lengths[unit], unit }
}

/** An amount of a unit in seconds. */
export const secondsOf = (amount: number, unit: TimeUnit): number => amount * lengths[unit]
