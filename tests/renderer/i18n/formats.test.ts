import { describe, expect, test } from 'vitest'
import { ageOn, todayIn } from '../../../src/renderer/i18n/formats.js'
import { localeOf } from '../../../src/renderer/i18n/languages.js'

describe('ages and days', () => {
  test('a year is completed on the birthday, not before', () => {
    expect(ageOn('1980-11-21', '2026-11-20')).toBe(45)
    expect(ageOn('1980-11-20', '2026-11-20')).toBe(46)
    expect(ageOn('2024-02-29', '2026-02-28')).toBe(1)
    expect(ageOn(undefined, '2026-11-20')).toBeUndefined()
    expect(ageOn('2027-01-01', '2026-11-20')).toBeUndefined()
  })
  test('today is the clinic’s, not the computer’s', () => {
    const lateInMadrid = new Date('2026-11-20T23:30:00Z')
    expect(todayIn('Europe/Madrid', lateInMadrid)).toBe('2026-11-21')
    expect(todayIn('America/New_York', lateInMadrid)).toBe('2026-11-20')
  })
  test('Arabic is written with Gregorian days and Western digits', () => {
    expect(new Intl.NumberFormat(localeOf('ar', 'EG')).format(1234)).toMatch(/^[1-4,.]+$/)
    expect(new Intl.DateTimeFormat(localeOf('ar', 'SA'), { year: 'numeric', timeZone: 'UTC' }).format(new Date('2026-11-20'))).toContain('2026')
  })
})
