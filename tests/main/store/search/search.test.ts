import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { mistyped, people, seeded } from '../../../../bench/search/people.js'
import { searchPatients } from '../../../../src/main/store/search/search.js'
import { wordsOf } from '../../../../src/shared/names.js'
import { hasTestData, testData } from '../../../support/test-data.js'
import { searchable } from './support.js'

const clinic = [
  {
    recordNumber: 'W1-000001',
    familyName: 'García Márquez',
    givenName: 'María José',
    birthDate: '1980-02-29',
    phone: '+34612345678',
    email: 'maria@example.com',
  },
  { recordNumber: 'W1-000002', familyName: "O'Brien", givenName: 'Seán', birthDate: '1975-12-01', phone: '+12125550123', insuranceNumber: 'QX 12 34 56 C' },
  { recordNumber: 'W2-000017', familyName: 'Smith-Jones', givenName: 'Anna', birthDate: '1990-04-03' },
  { recordNumber: 'W2-000018', familyName: 'McDonald', givenName: 'Steven', phone: '0161 496' },
  { recordNumber: 'W2-000019', familyName: 'مُحَمَّد', givenName: 'أحمد' },
  { recordNumber: 'W2-000020', familyName: 'Łukasiewicz', givenName: 'Søren' },
  { recordNumber: 'W2-000021', familyName: '王', givenName: '小明' },
  { recordNumber: 'W2-000022', familyName: 'Dickens475', givenName: 'Aaron697', otherNames: ['Boz'] },
  { recordNumber: 'W2-000023', familyName: 'Garci', givenName: 'Bo' },
  { recordNumber: 'W2-000024', familyName: 'Knight', givenName: 'Philippa' },
]

const found = (query: string): [rowid: number, ...why: string[]][] => searchPatients(searchable(clinic).db, query).map(({ rowid, why }) => [rowid, ...why])

describe('patient search', () => {
  it.each([
    ['garcía', 1, 'name'],
    ['marquez garcia', 1, 'name'],
    ['jose mar', 1, 'name'],
    ['obrien', 2, 'name'],
    ['o brien', 2, 'name'],
    ["o'brien sean", 2, 'name'],
    ['jones', 3, 'name'],
    ['smithjones', 3, 'name'],
    ['mc donald', 4, 'name'],
    ['محمد احمد', 5, 'name'],
    ['lukasiewicz soren', 6, 'name'],
    ['王', 7, 'name'],
    ['dickens', 8, 'name'],
    ['boz', 8, 'name'],
    ['maruqez', 1, 'typo'],
    ['dikcens', 8, 'typo'],
    ['mcdonlad stven', 4, 'typo'],
    ['nite', 10, 'sound'],
    ['philippa nite', 10, 'sound'],
    ['612 345', 1, 'phone'],
    ['0612345678', 1, 'phone'],
    ['(212) 555-0123', 2, 'phone'],
    ['3456', 1, 'phone'],
    ['0161', 4, 'phone'],
    ['29.2.1980', 1, 'birthDate'],
    ['2/29/1980', 1, 'birthDate'],
    ['29 de febrero de 1980', 1, 'birthDate'],
    ['19800229', 1, 'birthDate'],
    ['1990', 3, 'birthDate'],
    ['W2-000018', 4, 'recordNumber'],
    ['w2000018', 4, 'recordNumber'],
    ['17', 3, 'recordNumber'],
    ['qx123456c', 2, 'insuranceNumber'],
    ['maria@ex', 1, 'email'],
  ])('finds %s', (query, rowid, why) => expect(found(query)[0]).toEqual([rowid, why]))

  it.each([
    ['garcia 1980', 1, ['name', 'birthDate']],
    ['1980 garcia', 1, ['name', 'birthDate']],
    ['maria 612 34', 1, ['name', 'phone']],
    ['garcia, 29 feb 1980', 1, ['name', 'birthDate']],
    ['marqez 1980', 1, ['typo', 'birthDate']],
  ])('finds the combination %s', (query, rowid, why) => expect(found(query)[0]).toEqual([rowid, ...why]))

  it('puts whole words before beginnings before typing errors', () => {
    const hits = searchPatients(searchable(clinic).db, 'garci')
    expect(hits.map(({ rowid }) => rowid)).toEqual([9, 1])
    expect(hits.map(({ rank }) => rank)).toEqual([0, 1])
    expect(searchPatients(searchable(clinic).db, 'garcia').map(({ rowid, why }) => [rowid, why])).toEqual([
      [1, ['name']],
      [9, ['typo']],
    ])
  })

  it('finds nobody for a combination that nobody fits', () => {
    expect(found('smith 1975')).toEqual([])
    expect(found('xyzzyq')).toEqual([])
  })

  it('gives no more than asked for, nobody twice, and the same every time', () => {
    const { db } = searchable(people(300, 3))
    for (const query of ['ma', 'a', 'maria', '555', '19']) {
      const hits = searchPatients(db, query, 7)
      expect(hits).toEqual(searchPatients(db, query, 7))
      expect(hits.length).toBeLessThanOrEqual(7)
      expect(new Set(hits.map(({ rowid }) => rowid)).size).toBe(hits.length)
      expect(hits.map(({ rank }) => rank)).toEqual(hits.map(({ rank }) => rank).sort((a, b) => a - b))
    }
  })
})

describe('any text', () => {
  let db: ReturnType<typeof searchable>['db']
  const search = (query: string) => searchPatients(db, query)

  it.skipIf(!hasTestData)('of the naughty strings is searched for without an error', () => {
    db = searchable(clinic).db
    for (const query of JSON.parse(readFileSync(testData('strings/blns-part.json'), 'utf8')) as string[]) expect(() => search(query)).not.toThrow()
  })

  it('is searched for without an error', () => {
    db = searchable(clinic).db
    const parts = fc.constantFrom(
      '"',
      "'",
      '*',
      '(',
      ')',
      ':',
      '^',
      '-',
      '+',
      '#',
      '@',
      '~',
      '=',
      ' AND ',
      ' OR ',
      ' NOT ',
      ' NEAR(',
      '{',
      '}',
      'terms',
      '\0',
      '12',
      '1980',
      'garcia',
      '\ud800',
      ' ',
      '29.2.',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(parts, { maxLength: 12 }).map((some) => some.join('')),
        ),
        (query) => void search(query),
      ),
    )
  })

  it('that is empty or only punctuation finds nobody', () => {
    for (const query of ['', '   ', '"*"', '()-', '\0']) expect(found(query)).toEqual([])
  })

  it('that has no letter or digit is no word of a name', () => {
    expect(wordsOf('\u{11000} - ́')).toEqual([])
  })

  it('that was stored as a name is found by it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (familyName) => {
        const [word] = wordsOf(familyName)
        fc.pre(word !== undefined)
        const { db: one } = searchable([{ familyName, givenName: '' }])
        expect(searchPatients(one, word as string)).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  })
})

describe('2,000 invented patients', () => {
  const everybody = people(2_000, 21)
  const random = seeded(5)
  const sample = Array.from({ length: 200 }, () => Math.floor(random() * everybody.length))
  /** The part of the sample found in the first 20 by a query; `undefined` queries do not count. */
  const recall = (db: ReturnType<typeof searchable>['db'], query: (patient: (typeof everybody)[number]) => string | undefined, limit = 20): number => {
    const results = sample.flatMap((at) => {
      const text = query(everybody[at] as (typeof everybody)[number])
      return text === undefined ? [] : [searchPatients(db, text, limit).some(({ rowid }) => rowid === at + 1)]
    })
    return results.filter(Boolean).length / results.length
  }
  beforeAll(() => expect(everybody).toHaveLength(2_000))

  it('are all found by each word of the name and by its first three letters', () => {
    const { db } = searchable(everybody)
    for (const at of [0, 1, -1]) expect(recall(db, ({ familyName, givenName }) => wordsOf(`${familyName} ${givenName}`).at(at), 2_000)).toBe(1)
    expect(
      recall(
        db,
        ({ familyName }) =>
          Array.from(wordsOf(familyName)[0] ?? '')
            .slice(0, 3)
            .join(''),
        2_000,
      ),
    ).toBe(1)
  })

  it('are all found by phone number, birth date and record number', () => {
    const { db } = searchable(everybody)
    expect(recall(db, ({ phone }) => phone)).toBe(1)
    expect(recall(db, ({ phone }) => phone?.slice(2))).toBe(1)
    for (let from = 2; from <= 8; from++) expect(recall(db, ({ phone }) => phone?.slice(from, from + 4), 2_000)).toBe(1)
    for (const form of [
      (y: string, m: string, d: string) => `${y}-${m}-${d}`,
      (y: string, m: string, d: string) => `${d}.${m}.${y}`,
      (y: string, m: string, d: string) => `${m}/${d}/${y}`,
      (y: string, m: string, d: string) => `${d}/${m}/${y.slice(2)}`,
    ])
      expect(recall(db, ({ birthDate = '' }) => form(...(birthDate.split('-') as [string, string, string])))).toBe(1)
    expect(recall(db, ({ recordNumber }) => recordNumber)).toBe(1)
  })

  it('are found with a typing error among the first 20, nearly always', () => {
    const { db } = searchable(everybody)
    expect(recall(db, ({ familyName, givenName }) => `${wordsOf(givenName)[0]} ${mistyped(wordsOf(familyName)[0] ?? '', random)}`)).toBeGreaterThanOrEqual(0.97)
    expect(
      recall(db, ({ familyName, givenName }) => `${mistyped(wordsOf(givenName)[0] ?? '', random)} ${mistyped(wordsOf(familyName)[0] ?? '', random)}`),
    ).toBeGreaterThanOrEqual(0.9)
    expect(recall(db, ({ familyName }) => mistyped(wordsOf(familyName)[0] ?? '', random))).toBeGreaterThanOrEqual(0.85)
  })
})
