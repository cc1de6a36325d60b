import { type Language, localeOf } from './languages.js'

/** ISO 3166 countries that the choice offers. */
const countries =
  'AE AR AT AU BE BG BH BO BR CA CH CL CN CO CR CY CZ DE DK DO DZ EC EE EG ES ET FI FR GB GH GR GT HK HN HR HU ID IE IL IN IQ IS IT JM JO JP KE KR KW LB LT LU LV LY MA MT MX MY NG NI NL NO NZ OM PA PE PH PK PL PR PS PT PY QA RO RS RW SA SD SE SG SI SK SN SV SY TH TN TR TZ UA UG US UY VE VN YE ZA ZM ZW'.split(
    ' ',
  )

/** The usual currency of a country, where the choice begins; every currency can be chosen. */
const currencies: Readonly<Record<string, string>> = {
  AE: 'AED',
  AR: 'ARS',
  AU: 'AUD',
  BG: 'EUR',
  BH: 'BHD',
  BO: 'BOB',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CL: 'CLP',
  CN: 'CNY',
  CO: 'COP',
  CR: 'CRC',
  CZ: 'CZK',
  DK: 'DKK',
  DO: 'DOP',
  DZ: 'DZD',
  EG: 'EGP',
  ET: 'ETB',
  GB: 'GBP',
  GH: 'GHS',
  GT: 'GTQ',
  HK: 'HKD',
  HN: 'HNL',
  HU: 'HUF',
  ID: 'IDR',
  IL: 'ILS',
  IN: 'INR',
  IQ: 'IQD',
  IS: 'ISK',
  JM: 'JMD',
  JO: 'JOD',
  JP: 'JPY',
  KE: 'KES',
  KR: 'KRW',
  KW: 'KWD',
  LB: 'LBP',
  LY: 'LYD',
  MA: 'MAD',
  MX: 'MXN',
  MY: 'MYR',
  NG: 'NGN',
  NI: 'NIO',
  NO: 'NOK',
  NZ: 'NZD',
  OM: 'OMR',
  PE: 'PEN',
  PH: 'PHP',
  PK: 'PKR',
  PL: 'PLN',
  PY: 'PYG',
  QA: 'QAR',
  RO: 'RON',
  RS: 'RSD',
  RW: 'RWF',
  SA: 'SAR',
  SD: 'SDG',
  SE: 'SEK',
  SG: 'SGD',
  SN: 'XOF',
  SY: 'SYP',
  TH: 'THB',
  TN: 'TND',
  TR: 'TRY',
  TZ: 'TZS',
  UA: 'UAH',
  UG: 'UGX',
  US: 'USD',
  UY: 'UYU',
  VE: 'VES',
  VN: 'VND',
  YE: 'YER',
  ZA: 'ZAR',
  ZM: 'ZMW',
  ZW: 'USD',
  EC: 'USD',
  SV: 'USD',
  PA: 'USD',
  PR: 'USD',
  PS: 'ILS',
}

export interface Choice {
  value: string
  label: string
}

/** Countries by their names in a language, in its order. */
export function countryChoices(language: Language): Choice[] {
  const names = new Intl.DisplayNames([language], { type: 'region' })
  return countries.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, language))
}

/** Currencies with their names, e.g. "EUR · Euro". */
export function currencyChoices(language: Language): Choice[] {
  const names = new Intl.DisplayNames([language], { type: 'currency' })
  return Intl.supportedValuesOf('currency').map((value) => ({ value, label: `${value} · ${names.of(value) ?? value}` }))
}

/** Every time zone that this computer knows, UTC included. */
export const timeZoneChoices = (): Choice[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].map((value) => ({ value, label: value.replaceAll('_', ' ') }))

/** The usual currency of a country. */
export const currencyOf = (country: string): string => currencies[country] ?? 'EUR'

/** What this computer suggests: its time zone, and the country of its language. */
export function suggestedRegion(language: Language): { country: string; timeZone: string; currency: string } {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const fromBrowser = navigator.languages.map((name) => new Intl.Locale(name).region).find((region) => region && countries.includes(region))
  const country = fromBrowser ?? new Intl.Locale(localeOf(language)).maximize().region ?? 'US'
  return { country, timeZone, currency: currencyOf(country) }
}
