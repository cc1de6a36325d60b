import { useMemo } from 'react'
import { useFormats } from '../i18n/formats.js'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Writes a number of bytes in the unit that suits it, as the locale does. */
export function useBytes(): (bytes: number) => string {
  const { locale } = useFormats()
  return useMemo(() => {
    return (bytes) => {
      const step = bytes === 0 ? 0 : Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(bytes)) / 3)))
      const value = bytes / 1000 ** step
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: units[step] ?? 'byte',
        unitDisplay: step === 0 ? 'long' : 'short',
        maximumFractionDigits: step > 0 && Math.abs(value) < 100 ? 1 : 0,
      }).format(value)
    }
  }, [locale])
}
