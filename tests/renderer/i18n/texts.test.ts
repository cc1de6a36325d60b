import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Texts } from '../../../src/renderer/i18n/texts.js'

type AnyTexts = Texts<Record<string, string>>
const files = globSync('src/renderer/**/{texts,*-texts}.ts').filter((file) => !file.endsWith('i18n/texts.ts'))
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{([^},]+)/g)].map(([, name]) => name ?? '').sort()
const pluralForms = /_(zero|one|two|few|many|other)$/

describe.each(files)('%s', (file) => {
  const load = async (): Promise<AnyTexts[]> => {
    const module: Record<string, unknown> = await import(`../../../${file}`)
    return Object.values(module).filter((value): value is AnyTexts => typeof value === 'object' && value !== null && 'namespace' in value)
  }

  test('every language names the same values in every text', async () => {
    for (const { en, es, ar } of await load())
      for (const [key, text] of Object.entries(en).filter(([name]) => !pluralForms.test(name))) {
        expect(placeholders(es[key] ?? ''), key).toEqual(placeholders(text))
        expect(placeholders(ar[key] ?? ''), key).toEqual(placeholders(text))
      }
  })

  test('counted texts have every plural form of their language', async () => {
    const formsOf = (language: string): string[] => new Intl.PluralRules(language).resolvedOptions().pluralCategories
    for (const texts of await load()) {
      const stems = new Set(
        Object.keys(texts.en)
          .filter((key) => key.endsWith('_other'))
          .map((key) => key.replace(pluralForms, '')),
      )
      for (const stem of stems)
        for (const [language, wanted] of [
          ['en', formsOf('en')],
          ['es', ['one', 'other']],
          ['ar', formsOf('ar')],
        ] as const)
          expect(
            wanted.filter((form) => !(`${stem}_${form}` in texts[language as 'en'])),
            `${language} ${stem}`,
          ).toEqual([])
    }
  })

  test('no text is empty', async () => {
    for (const { en, es, ar } of await load()) for (const texts of [en, es, ar]) expect(Object.entries(texts).filter(([, text]) => !text?.trim())).toEqual([])
  })
})
