import i18next from 'i18next'
import { useCallback, useContext } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { initialLanguage, type Language, languages, localeOf } from './languages.js'
import { RegionContext } from './region.js'

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
/** A key as a screen names it: the plural forms of one text share a name. */
type Name<Key> = Key extends `${infer Stem}_${PluralForm}` ? Stem : Key
type Trim<Text> = Text extends `${infer Before},${string}` ? Before : Text
/** Names of the values that stand in a text as {{name}}. */
type Values<Text> = Text extends `${string}{{${infer Value}}}${infer Rest}` ? Trim<Value> | Values<Rest> : never
type TextsOf<English, Key extends string> = { [Each in keyof English]: Name<Each> extends Key ? English[Each] : never }[keyof English]
type Given<English, Key extends string> = Values<TextsOf<English, Key>> | (`${Key}_other` extends keyof English ? 'count' : never)

/** Another language has every key of the English texts, and plural forms that English lacks. */
type Translation<English> = { readonly [Key in keyof English]: string } & { readonly [Key in `${Name<keyof English & string>}_${PluralForm}`]?: string }

/** The texts of one feature in all languages. A key that is missing in one does not compile. */
export interface Texts<English> {
  readonly namespace: string
  readonly en: English
  readonly es: Translation<English>
  readonly ar: Translation<English>
}

/** Gives the text of a key, with its values filled in; `count` chooses the plural form. Values that the text needs do not compile when left out. */
export type Translate<English> = <Key extends Name<keyof English & string>>(
  key: Key,
  ...values: [Given<English, Key>] extends [never] ? [] : [Record<Given<English, Key>, string | number>]
) => string

/** i18next with the texts of all features; texts are modules, so nothing is fetched. */
const i18n = i18next.createInstance()
void i18n.use(initReactI18next).init({
  lng: initialLanguage(),
  fallbackLng: 'en',
  supportedLngs: [...languages],
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
})

/**
 * Declares a feature's texts. Plural forms end in `_one`, `_other` (Arabic also `_zero`, `_two`, `_few`, `_many`); values stand as
 * {{name}}, numbers as {{count, number}}.
 */
export function defineTexts<const English extends Readonly<Record<string, string>>>(
  namespace: string,
  texts: { en: English; es: Translation<English>; ar: Translation<English> },
): Texts<English> {
  for (const language of languages) i18n.addResourceBundle(language, namespace, texts[language], true, true)
  return { namespace, ...texts }
}

/** The texts of a feature in the language now shown, numbers as the clinic's country writes them: `const t = useTexts(texts); t('title')`. */
export function useTexts<English>(texts: Texts<English>): Translate<English> {
  const { t, i18n: shown } = useTranslation(texts.namespace, { i18n })
  const locale = localeOf(shown.language as Language, useContext(RegionContext).country)
  return useCallback(((key: string, values?: Record<string, string | number>) => t(key, { ...values, locale })) as Translate<English>, [t, locale])
}

/** One short text in all languages, where a list of such (screens, actions) is clearer than keys. */
export type Title = Readonly<Record<Language, string>>

/** The language now shown; components that call it are rendered again when it changes. */
export function useLanguage(): Language {
  const { i18n: current } = useTranslation(undefined, { i18n })
  return current.language as Language
}

/** Changes the language of every text; the layout's direction is the providers' matter. */
export function setLanguage(language: Language): void {
  try {
    localStorage.setItem('language', language)
  } catch {
    // Without storage the choice holds for this page.
  }
  void i18n.changeLanguage(language)
}
