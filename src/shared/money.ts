import { z } from 'zod'

/** An amount in the currency's minor unit (cents), an integer; sums are exact. */
export const Money = z.strictObject({ minor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })
export type Money = z.infer<typeof Money>

const digits = new Map<string, number>()

/** Digits after the decimal point of an ISO 4217 currency, as this runtime knows them; 2 when it does not. */
export function minorDigits(currency: string): number {
  const known = digits.get(currency)
  if (known !== undefined) return known
  // A formatter costs more than the rest of reading an amount, so each currency is asked for once.
  const found = askDigits(currency)
  if (digits.size < 1000) digits.set(currency, found)
  return found
}

function askDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/** A decimal number as FHIR and CSV give it, e.g. 129.16 or "129.16", in minor units, rounded half away from zero. */
export function toMinor(value: number | string, currency: string): number {
  const amount = Number(value) * 10 ** minorDigits(currency)
  return Math.sign(amount) * Math.round(Math.abs(amount) + 1e-6)
}

/** Minor units as a decimal number, for FHIR and CSV. */
export const fromMinor = (minor: number, currency: string): number => minor / 10 ** minorDigits(currency)
