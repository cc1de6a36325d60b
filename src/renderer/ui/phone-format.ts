import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

const known = (country: string | undefined): CountryCode | undefined => (country && isSupportedCountry(country) ? country : undefined)

/** A number nationally when it belongs to the clinic's country, else internationally; text that is no number comes back as it is. */
export function formatPhone(phone: string, country: string | undefined): string {
  const number = parsePhoneNumberFromString(phone, known(country))
  if (!number?.isPossible()) return phone
  return number.country === country ? number.formatNational() : number.formatInternational()
}

/** Whether text reads as a telephone number that can exist. */
export const isPhone = (text: string, country: string | undefined): boolean => parsePhoneNumberFromString(text, known(country))?.isValid() ?? false
