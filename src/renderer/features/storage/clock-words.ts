import { useTexts } from '../../i18n/texts.js'
import { useDuration } from '../../ui/use-duration.js'
import { texts } from './sync-texts.js'

/** Within this a clock counts as right, in milliseconds. */
const rightWithinMs = 2000
/** From this on it is worth setting. */
const wrongFromMs = 60_000

/** Whether somebody should set a clock. */
export const isClockWrong = (offsetMs: number | null | undefined): boolean => offsetMs !== null && offsetMs !== undefined && Math.abs(offsetMs) >= wrongFromMs

/** A clock in words, from what has to be added to it to be the server's. */
export function useClockWords(): (offsetMs: number | null | undefined) => string {
  const t = useTexts(texts)
  const durationOf = useDuration()
  return (offsetMs) => {
    if (offsetMs === null || offsetMs === undefined) return t('clockUnknown')
    if (Math.abs(offsetMs) < rightWithinMs) return t('clockRight')
    const duration = durationOf(Math.abs(offsetMs))
    return offsetMs < 0 ? t('clockAhead', { duration }) : t('clockBehind', { duration })
  }
}
