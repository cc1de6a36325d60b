import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchPatients } from '../../../../src/main/store/search/search.js'
import type { SearchablePatient } from '../../../../src/main/store/search/terms.js'
import { contents, searchable } from './support.js'

const name = fc.oneof(fc.constantFrom('Garcia', 'García-Lopez', 'De la Cruz', "O'Brien", 'محمد', 'Lee', ''), fc.string({ unit: 'grapheme', maxLength: 12 }))
const patient: fc.Arbitrary<SearchablePatient> = fc.record(
  {
    familyName: name,
    givenName: name,
    recordNumber: fc.oneof(fc.constantFrom('W1-0001', '17'), fc.string()),
    birthDate: fc.oneof(
      fc.constantFrom('1980-02-29', 'no date'),
      fc.date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
    ),
    phone: fc.oneof(fc.constant('+15551234567'), fc.string()),
    email: fc.oneof(fc.constant('anna@example.com'), fc.string()),
    insuranceNumber: fc.string(),
    otherNames: fc.array(name, { maxLength: 2 }),
  },
  { requiredKeys: ['familyName', 'givenName'] },
)
const step = fc.record({ rowid: fc.integer({ min: 1, max: 6 }), patient: fc.option(patient) })

describe('the patient index', () => {
  it('after any puts and removals equals one built from scratch', () => {
    const { db, index } = searchable()
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        db.transaction(() => {
          index.rebuild([])
          const left = new Map<number, SearchablePatient>()
          for (const { rowid, patient: next } of steps) {
            expect(next ? index.put(rowid, next) : index.remove(rowid)).toBe(next ? undefined : left.has(rowid))
            if (next) left.set(rowid, next)
            else left.delete(rowid)
          }
          const changed = contents(db)
          index.rebuild(left)
          expect(changed).toEqual(contents(db))
        })()
      }),
      { numRuns: 60 },
    )
  })

  it('takes back what a transaction wrote that failed', () => {
    const { db, index } = searchable([{ familyName: 'Garcia', givenName: 'Ana' }])
    const before = contents(db)
    const failing = db.transaction(() => {
      index.put(1, { familyName: 'Lopez', givenName: 'Ana' })
      index.put(2, { familyName: 'Garcia', givenName: 'Luis' })
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    expect(contents(db)).toEqual(before)
  })

  it('no longer finds a former name or a removed patient', () => {
    const { db, index } = searchable([{ familyName: 'Garcia', givenName: 'Ana' }])
    index.put(1, { familyName: 'Lopez', givenName: 'Ana' })
    expect(searchPatients(db, 'garcia')).toEqual([])
    expect(searchPatients(db, 'lopez').map(({ rowid }) => rowid)).toEqual([1])
    expect(index.remove(1)).toBe(true)
    expect(searchPatients(db, 'lopez')).toEqual([])
    expect(index.remove(1)).toBe(false)
    expect(contents(db)).toEqual({ terms: [], patients: [], words: [], grams: [], sounds: [] })
  })
})
