import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { showPhone, toE164 } from '../../../src/main/lib/phones.js'
import { hasTestData, testData } from '../../support/test-data.js'

describe.skipIf(!hasTestData)('the valid example numbers of all regions', () => {
  const rows = hasTestData
    ? readFileSync(testData('phones/valid-example-numbers.csv'), 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','))
    : []

  it('are all kept in E.164, most of them flagged valid, the others as typed', () => {
    expect(rows).toHaveLength(421)
    const read = rows.map(([region = '', , , , e164 = '']) => ({ e164, kept: toE164(e164, region) }))
    for (const { e164, kept } of read) expect(kept.phone).toBe(e164)
    expect(read.filter(({ kept }) => kept.isValid).length).toBeGreaterThanOrEqual(410)
  })

  it('are read the same from their national form as shown', () => {
    for (const [region = '', , , , e164 = ''] of rows) {
      const kept = toE164(e164, region)
      if (kept.isValid) expect(toE164(showPhone(kept.phone, region), region)).toEqual(kept)
    }
  })
})

describe('toE164', () => {
  it('reads a national number as one of the clinic’s country', () => {
    expect(toE164('612 34 56 78', 'ES')).toEqual({ phone: '+34612345678', isValid: true })
  })

  it('keeps an extension', () => {
    expect(toE164('(212) 555-0123 ext. 12', 'US')).toEqual({ phone: '+12125550123 ext. 12', isValid: true })
    expect(showPhone('+12125550123 ext. 12', 'US')).toBe('(212) 555-0123 ext. 12')
  })

  it.each(['', '123', 'ask the daughter', '555-0123 (evenings)', '+999 1'])('keeps %j as typed and flags it', (text) => {
    expect(toE164(text, 'US')).toEqual({ phone: text, isValid: false })
    expect(showPhone(text, 'US')).toBe(text)
  })

  it('takes a country it does not know as none', () => {
    expect(toE164('+34612345678', 'XX').isValid).toBe(true)
    expect(toE164('612345678', '').isValid).toBe(false)
  })
})

describe('showPhone', () => {
  it('is national at home and international elsewhere', () => {
    expect(showPhone('+34612345678', 'ES')).toBe('612 34 56 78')
    expect(showPhone('+34612345678', 'US')).toBe('+34 612 34 56 78')
  })
})
