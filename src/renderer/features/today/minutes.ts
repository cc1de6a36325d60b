import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** Whole minutes from an instant until `now` (milliseconds of the epoch); none when it is still to come. */
export const minutesSince = (instant: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000))

/** A length of time in words, with hours when it is longer than one. */
export function useMinutes(): (minutes: number) => string {
  const t = useTexts(texts)
  return (minutes) => (minutes < 60 ? t('minutes', { count: minutes }) : t('hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 }))
}
