import { useMemo } from 'react'
import { useFormats } from '../../i18n/formats.js'
import { useBytes } from '../../ui/use-bytes.js'
import { largestUnit } from './time-units.js'

/** How figures of the Monitor are written. */
export interface Figures {
  /** Milliseconds; from one second on in seconds. */
  ms(value: number): string
  bytes(value: number): string
  bytesPerSecond(value: number): string
  /** A share from 0 to 1 in percent. */
  share(value: number): string
  /** A whole number, or one with a digit where it is small. */
  number(value: number): string
  /** A time of day with seconds, from milliseconds of the epoch. */
  clock(at: number): string
  /** Some seconds exactly, in the largest unit of which they are a whole number. */
  length(seconds: number): string
}
export type FigureKind = Exclude<keyof Figures, 'clock' | 'length'>

/** Writes figures in the units that suit them, as the locale does. */
export function useFigures(): Figures {
  const { locale, timeZone } = useFormats()
  const bytes = useBytes()
  return useMemo(() => {
    const unit = (name: string, digits: number): Intl.NumberFormat =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits })
    const [whole, fine, seconds] = [unit('millisecond', 0), unit('millisecond', 2), unit('second', 1)]
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
    const finePercent = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 })
    const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
    const fineNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
    const perSecond = new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte-per-second', unitDisplay: 'short', maximumFractionDigits: 1 })
    const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', ...(timeZone && { timeZone }) })
    return {
      ms: (value) => (value >= 1000 ? seconds.format(value / 1000) : value >= 10 ? whole.format(value) : fine.format(value)),
      bytes,
      bytesPerSecond: (value) => perSecond.format(value / 1000),
      share: (value) => (value > 0 && value < 0.1 ? finePercent : percent).format(value),
      number: (value) => (Math.abs(value) < 10 ? fineNumber : number).format(value),
      clock: (at) => clock.format(at),
      length: (whole) => {
        const { amount, unit: name } = largestUnit(whole)
        return new Intl.NumberFormat(locale, { style: 'unit', unit: name.slice(0, -1), unitDisplay: 'long' }).format(amount)
      },
    }
  }, [locale, timeZone, bytes])
}
