import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findDuplicates } from '../../../../src/main/store/search/duplicates.js'
import type { SearchablePatient } from '../../../../src/main/store/search/terms.js'
import { hasTestData, testData } from '../../../support/test-data.js'
import { searchable } from './support.js'

const clinic: SearchablePatient[] = [
  { familyName: 'García', givenName: 'María José', birthDate: '1980-04-03', phone: '+34612345678', email: 'Maria@Example.com', insuranceNumber: 'QX 12 34' },
  { familyName: 'Smith', givenName: 'John', birthDate: '1955-07-21', phone: '+12125550123' },
  { familyName: 'Smith', givenName: 'John', birthDate: '2012-10-30' },
  { familyName: 'Smith', givenName: 'Jane', birthDate: '1957-01-02', phone: '+12125550123' },
]

const found = (person: Partial<SearchablePatient>): [number, ...string[]][] =>
  findDuplicates(searchable(clinic).db, person).map(({ rowid, reasons }) => [rowid, ...[...reasons].sort()])

describe('possible duplicates', () => {
  it('are found by a name written otherwise and the same birth date', () => {
    expect(found({ familyName: 'Garcia', givenName: 'Maria Jose', birthDate: '1980-04-03' })).toEqual([[1, 'birthDate', 'name']])
    expect(found({ familyName: 'Gracia', givenName: 'Maria', birthDate: '1980-04-03' })).toEqual([[1, 'birthDate', 'name']])
  })

  it('are found with day and month swapped', () => {
    expect(found({ familyName: 'Garcia', givenName: 'Maria', birthDate: '1980-03-04' })).toEqual([[1, 'birthDateSwapped', 'name']])
  })

  it('are found by phone however it is written, e-mail and insurance number', () => {
    expect(found({ phone: '612 34 56 78' })).toEqual([[1, 'phone']])
    expect(found({ phone: '0034 612-345-678' })).toEqual([[1, 'phone']])
    expect(found({ email: 'maria@example.com' })).toEqual([[1, 'email']])
    expect(found({ insuranceNumber: 'qx1234' })).toEqual([[1, 'insuranceNumber']])
  })

  it('come with the likelier first', () => {
    const hits = findDuplicates(searchable(clinic).db, { familyName: 'Smith', givenName: 'John', birthDate: '1955-07-21', phone: '(212) 555-0123' })
    expect(hits.map(({ rowid }) => rowid)).toEqual([2, 4])
    expect(hits[0]?.reasons.toSorted()).toEqual(['birthDate', 'name', 'phone'])
  })

  it('are all namesakes while no birth date is given, and only those near it afterwards', () => {
    expect(found({ familyName: 'Smith', givenName: 'John' })).toEqual([
      [2, 'name'],
      [3, 'name'],
    ])
    expect(found({ familyName: 'Smith', givenName: 'John', birthDate: '1955-07-12' })).toEqual([[2, 'name']])
  })

  it('are looked for while fields are empty or half written', () => {
    expect(found({})).toEqual([])
    expect(found({ familyName: 'Garc' })).toEqual([[1, 'name']])
    expect(found({ familyName: '', phone: '61', email: 'maria@', birthDate: '1980-0', insuranceNumber: '-' })).toEqual([])
  })
})

describe.skipIf(!hasTestData)('the Febrl records with known duplicates', () => {
  const expected = hasTestData
    ? (JSON.parse(readFileSync(testData('duplicates/EXPECTED-febrl.json'), 'utf8')) as { dataset1: { records: number; truePairs: number } }).dataset1
    : { records: 0, truePairs: 0 }
  const records = hasTestData
    ? readFileSync(testData('duplicates/febrl/dataset1.csv'), 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(',').map((cell) => cell.trim()))
    : []
  const patients = records.map(([, givenName = '', familyName = '', , , , , , , born = '', insuranceNumber]) => ({
    familyName,
    givenName,
    birthDate: /^\d{8}$/.test(born) ? `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}` : undefined,
    insuranceNumber,
  }))
  const entity = (at: number): string => records[at]?.[0]?.split('-')[1] ?? ''

  /** Pairs of records that the search takes for one person, against the known ones. */
  function measure(people: SearchablePatient[]): { recall: number; precision: number } {
    const { db } = searchable(people)
    const pairs = new Set<string>()
    people.forEach((person, at) => {
      for (const { rowid } of findDuplicates(db, person, 5)) if (rowid !== at + 1) pairs.add([at, rowid - 1].sort((a, b) => a - b).join(' '))
    })
    const right = [...pairs].filter((pair) => new Set(pair.split(' ').map((at) => entity(Number(at)))).size === 1).length
    const result = { recall: right / expected.truePairs, precision: right / pairs.size }
    process.stdout.write(`Febrl duplicates: recall ${(100 * result.recall).toFixed(1)} %, precision ${(100 * result.precision).toFixed(1)} %\n`)
    return result
  }

  it('are all read', () => expect(records).toHaveLength(expected.records))

  it('are found with their number', () => {
    const { recall, precision } = measure(patients)
    expect(recall).toBeGreaterThanOrEqual(0.99)
    expect(precision).toBeGreaterThanOrEqual(0.9)
  })

  it('are found by name and birth date alone', () => {
    const { recall, precision } = measure(patients.map(({ insuranceNumber: _, ...person }) => person))
    expect(recall).toBeGreaterThanOrEqual(0.85)
    expect(precision).toBeGreaterThanOrEqual(0.85)
  })
})
