/** Languages that every text exists in. */
export const languages = ['en', 'es', 'ar'] as const
export type Language = (typeof languages)[number]

/** Each language by its own name, for choosing. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', es: 'Español', ar: 'العربية' }

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')

const isLanguage = (value: string | undefined | null): value is Language => languages.some((language) => language === value)

/** The language before anybody has signed in: the one last used here, else the browser's, else English. `color-scheme.js` decides the same. */
export function initialLanguage(): Language {
  const shown = globalThis.document?.documentElement.lang
  return isLanguage(shown) ? shown : 'en'
}

/** The locale by which dates, numbers and money are written: the language as the clinic's country uses it, Gregorian days and Western digits. */
export function localeOf(language: Language, country?: string): string {
  const region = country && /^[A-Z]{2}$/.test(country) ? `-${country}` : ''
  return language === 'ar' ? `ar${region}-u-ca-gregory-nu-latn` : `${language}${region}`
}
