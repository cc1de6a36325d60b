import { describe, expect, test } from 'vitest'
import { dayOrderOf, parseDay } from '../../../src/renderer/ui/parse-day.js'

const today = '2026-11-20'
const read = (text: string, locale: string) => parseDay(text, locale, today)

describe('a day as people write it', () => {
  test.each([
    ['3/4/1980', 'en-US', '1980-03-04'],
    ['3/4/1980', 'en-GB', '1980-04-03'],
    ['03.04.80', 'es-ES', '1980-04-03'],
    ['23/4/1980', 'en-US', '1980-04-23'],
    ['4/23/1980', 'en-GB', '1980-04-23'],
    ['1980-04-03', 'en-US', '1980-04-03'],
    ['03041980', 'es-ES', '1980-04-03'],
    ['19800403', 'en-US', '1980-04-03'],
    ['030480', 'en-US', '1980-03-04'],
    ['3 apr 1980', 'en-US', '1980-04-03'],
    ['April 3rd, 1980', 'en-US', '1980-04-03'],
    ['3 de abril de 1980', 'es-ES', '1980-04-03'],
    ['3 abr 80', 'es-MX', '1980-04-03'],
    ['٣/٤/١٩٨٠', 'ar-EG-u-ca-gregory-nu-latn', '1980-04-03'],
    ['3 أبريل 1980', 'ar-EG-u-ca-gregory-nu-latn', '1980-04-03'],
    ['1/2/26', 'en-GB', '2026-02-01'],
    ['1/2/27', 'en-GB', '1927-02-01'],
    ['29/2/2024', 'en-GB', '2024-02-29'],
  ])('%s in %s is %s', (text, locale, day) => expect(read(text, locale)).toBe(day))

  test.each([
    ['30/2/1980', 'en-GB'],
    ['29/2/2023', 'en-GB'],
    ['13/13/1980', 'en-GB'],
    ['1980', 'en-GB'],
    ['soon', 'en-GB'],
    ['3/4', 'en-GB'],
    ['', 'en-GB'],
    ['1/1/0001', 'en-GB'],
    ['99999999', 'en-US'],
  ])('%s in %s is no day', (text, locale) => expect(read(text, locale)).toBeUndefined())

  test('the order of the digits is the locale’s', () => {
    expect([dayOrderOf('en-US'), dayOrderOf('en-GB'), dayOrderOf('es-ES'), dayOrderOf('sv-SE')]).toEqual(['mdy', 'dmy', 'dmy', 'ymd'])
  })
})
