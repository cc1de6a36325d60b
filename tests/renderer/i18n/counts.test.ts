import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { useFormats } from '../../../src/renderer/i18n/formats.js'
import { RegionContext } from '../../../src/renderer/i18n/region.js'
import { defineTexts, setLanguage, useTexts } from '../../../src/renderer/i18n/texts.js'

const all = '{{count, number}}'
const texts = defineTexts('counts', { en: { held: all }, es: { held: all }, ar: { held: all } })

function Both({ count }: { count: number }) {
  const [t, { number }] = [useTexts(texts), useFormats()]
  return `${t('held', { count })} ${number(count)}`
}

test.each([
  ['en', 'ES'],
  ['en', 'US'],
  ['es', 'MX'],
  ['ar', 'EG'],
] as const)('a number in a text and one by itself look the same: %s in %s', (language, country) => {
  setLanguage(language)
  const shown = renderToStaticMarkup(createElement(RegionContext, { value: { country } }, createElement(Both, { count: 1_234_567 })))
  const [inText, byItself] = shown.split(' ')
  expect(inText).toBe(byItself)
  expect(inText).toMatch(/^1[.,]234[.,]567$/)
})
