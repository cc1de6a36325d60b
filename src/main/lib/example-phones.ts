import { type CountryCode, getExampleNumber, isSupportedCountry } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'

/** A hundred numbers of a country (ISO 3166-1 alpha-2) around the one that its numbering plan is explained with; none for an unknown country. */
export function examplePhones(country: string): string[] {
  const example = isSupportedCountry(country) ? getExampleNumber(country as CountryCode, examples)?.number : undefined
  if (example === undefined) return []
  return Array.from({ length: 100 }, (_, i) => example.slice(0, -2) + String(i).padStart(2, '0'))
}
