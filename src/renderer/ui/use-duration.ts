import { useMemo } from 'react'
import { useFormats } from '../i18n/formats.js'

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** Writes a length of time in milliseconds in the greatest unit of which it holds two, e.g. 90 minutes, 3 hours; never less than a second. */
export function useDuration(): (ms: number) => string {
  const { locale } = useFormats()
  return useMemo(() => {
    return (ms) => {
      const [unit, size] = units.find(([, each]) => ms >= 2 * each) ?? ['second', 1000]
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.max(1, Math.round(ms / size)))
    }
  }, [locale])
}
