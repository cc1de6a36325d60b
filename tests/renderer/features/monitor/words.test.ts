import { describe, expect, test } from 'vitest'
import { texts as alertTexts } from '../../../../src/renderer/features/monitor/alert-texts.js'
import { categoryNames } from '../../../../src/renderer/features/monitor/category-names.js'
import { detailParts } from '../../../../src/renderer/features/monitor/detail-parts.js'
import { largestUnit, secondsOf } from '../../../../src/renderer/features/monitor/time-units.js'
import { cacheCategories } from '../../../../src/shared/cache-categories.js'
import { alertCodes } from '../../../../src/shared/contract/monitor-acts.js'

test('every alert says what is wrong and what to do, in every language', () => {
  for (const code of alertCodes)
    for (const language of ['en', 'es', 'ar'] as const)
      for (const part of ['what', 'todo'] as const) expect(alertTexts[language][`${code}.${part}`]).toBeTruthy()
})

test('every kind of cached value has a name of its own', () => {
  expect(new Set(cacheCategories.map((category) => categoryNames[category].en)).size).toBe(cacheCategories.length)
})

describe('how long a cached value is kept, as it is entered', () => {
  test('is written in the largest unit of which it is a whole number, and means the same again', () => {
    expect(largestUnit(300)).toEqual({ amount: 5, unit: 'minutes' })
    expect(largestUnit(9000)).toEqual({ amount: 150, unit: 'minutes' })
    expect(largestUnit(172_800)).toEqual({ amount: 2, unit: 'days' })
    for (const seconds of [1, 59, 61, 3600, 86_401]) {
      const { amount, unit } = largestUnit(seconds)
      expect(secondsOf(amount, unit)).toBe(seconds)
    }
  })
})

describe('the details of a line of the access log', () => {
  const parts = (detail: Record<string, unknown>): string[] =>
    detailParts(
      detail,
      (kind) => kind.toUpperCase(),
      (field) => `<${field}>`,
    )
  test('name changed records with their fields', () => {
    expect(parts({ changed: { 'patient/0198a7d0': ['phones', 'email'], 'chair/1': [] } })).toEqual(['PATIENT: <phones>, <email>', 'CHAIR'])
  })
  test('give counts and codes, and leave out ids and what other lines say', () => {
    expect(parts({ ids: ['a', 'b'], count: 2, from: { workstationId: 'x' }, state: 'all', nested: { any: 'thing' } })).toEqual(['count: 2', 'state: all'])
  })
  test('of a later version that nobody knows cannot break the page', () => {
    expect(parts({ changed: 'later', fields: 7 })).toEqual([])
    expect(detailParts(undefined, String, String)).toEqual([])
  })
})
