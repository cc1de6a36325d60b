import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** A phone number as it is kept. */
export interface KeptPhone {
  /** E.164, e.g. `+34612345678`, with ` ext. 12` behind it where there is one; exactly as typed when it is no valid number. */
  phone: string
  isValid: boolean
}

/** Reads a number as typed in a country (ISO 3166-1 alpha-2). Never drops one: what is no valid number stays as typed and is flagged. */
export function toE164(text: string, country: string): KeptPhone {
  const parsed = parsePhoneNumberFromString(text, knownCountry(country))
  if (!parsed?.isValid()) return { phone: text, isValid: false }
  return { phone: parsed.ext ? `${parsed.number} ext. ${parsed.ext}` : parsed.number, isValid: true }
}

/** A kept number for people of a country: national within it, international from elsewhere, as it stands when it is no valid number. */
export function showPhone(phone: string, country: string): string {
  const home = knownCountry(country)
  const parsed = parsePhoneNumberFromString(phone, home)
  if (!parsed?.isValid()) return phone
  return parsed.country !== undefined && parsed.country === home ? parsed.formatNational() : parsed.formatInternational()
}

function knownCountry(country: string): CountryCode | undefined {
  const code = country.toUpperCase()
  return isSupportedCountry(code) ? code : undefined
}
