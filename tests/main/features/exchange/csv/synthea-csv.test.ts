import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { proposeMapping } from '../../../../../src/main/features/exchange/csv/guess.js'
import { columnIssues, inspectAll } from '../../../../../src/main/features/exchange/csv/read.js'
import { syntheaMapping } from '../../../../../src/main/features/exchange/csv/synthea.js'
import type { Draft, Skipped } from '../../../../../src/main/features/exchange/fhir/draft.js'
import { isExported, resourceOf } from '../../../../../src/main/features/exchange/fhir/export.js'
import { faultsOf } from '../../../../../src/main/features/exchange/fhir/validate.js'
import type { Money } from '../../../../../src/shared/money.js'
import { hasTestData, testData } from '../../../../support/test-data.js'
import { schemaErrors } from '../fhir/validators.js'
import { storeOf } from '../support.js'
import { readAll } from './support.js'

describe.skipIf(!hasTestData)('import of the Synthea CSV export', () => {
  const folder = testData('csv/synthea')
  let expected: Record<string, number> & { _checks: Record<string, number | string> }
  let drafts: Draft[]
  let skipped: Skipped[]
  const of = (table: string): Draft[] => drafts.filter((draft) => draft.resourceType === table)
  const sum = (table: string, field: string): string => (of(table).reduce((total, { fields }) => total + (fields[field] as Money).minor, 0) / 100).toFixed(2)

  beforeAll(async () => {
    expected = JSON.parse(readFileSync(testData('csv/EXPECTED-synthea-csv.json'), 'utf8')) as typeof expected
    ;({ drafts, skipped } = await readAll(folder, syntheaMapping))
  }, 60_000)

  test('takes every row of every file', () => {
    expect(skipped).toEqual([])
    for (const [file, rows] of Object.entries(expected)) if (file !== '_checks') expect([file, of(file.replace('.csv', '')).length]).toEqual([file, rows])
    expect(new Set(drafts.map(({ id }) => id)).size).toBe(drafts.length)
  })

  test('sums and counts as expected', () => {
    const checks = expected._checks
    const zip = ({ fields }: Draft): string | undefined => (fields.address as { postalCode?: string } | undefined)?.postalCode
    expect(sum('encounters', 'cost')).toBe(checks.encounterTotalClaimCost)
    expect(sum('medications', 'cost')).toBe(checks.medicationTotalCost)
    expect(of('medications').filter(({ fields }) => fields.status === 'active')).toHaveLength(Number(checks.medicationsOpen))
    expect(of('patients').filter(({ fields }) => fields.deceasedAt !== undefined)).toHaveLength(Number(checks.deceased))
    expect(of('patients').filter((draft) => zip(draft)?.startsWith('0'))).toHaveLength(Number(checks.zipsWithLeadingZero))
    expect(of('patients').filter((draft) => zip(draft) === undefined)).toHaveLength(Number(checks.emptyZip))
    expect(drafts.flatMap(({ issues }) => issues)).toEqual([])
  })

  test('keeps every filled cell: in a field, or with the source', async () => {
    const inspected = await inspectAll(folder)
    for (const { path, table } of inspected) {
      const rows = parse(readFileSync(path), { columns: true, bom: true }) as Record<string, string>[]
      for (const [at, row] of rows.entries()) {
        const draft = of(table)[at] as Draft
        const kept = `${JSON.stringify(draft.fields)} ${draft.label}`
        for (const [name, cell] of Object.entries(row)) {
          if (cell === '' || draft.fields.source.rest?.[name] === cell) continue
          const isReference = /^(PATIENT|ENCOUNTER|ORGANIZATION|PROVIDER|PATIENTID|PROVIDERID|APPOINTMENTID)$/.test(name)
          const shown = JSON.stringify(cell.trim()).slice(1, -1)
          const isMoney = kept.includes(`"minor":${Math.round(Number(cell) * 100)}`)
          const isKept =
            isReference || kept.includes(shown) || isMoney || kept.includes(String(Number(cell))) || cell.split(' ').every((word) => kept.includes(word))
          expect([table, at + 2, name, isKept]).toEqual([table, at + 2, name, true])
        }
      }
    }
  }, 60_000)

  test('is recognised by its columns', async () => {
    const tables = await inspectAll(folder)
    const proposal = proposeMapping(tables)
    expect(proposal.isKnown).toBe(true)
    expect(proposal.mapping.tables).toEqual(syntheaMapping.tables)
  })

  test('tells of the postal codes that the source itself has lost zeros of', async () => {
    const warned = (await inspectAll(folder)).flatMap((info) => columnIssues(info, syntheaMapping.tables[info.table] as (typeof syntheaMapping.tables)[string]))
    expect(warned).toEqual(['organizations.csv', 'providers.csv'].map((file) => ({ file, path: 'ZIP', code: 'leadingZeroLost' })))
  })

  test('is not taken for known when columns are missing', async () => {
    const tables = await inspectAll(folder)
    expect(proposeMapping(tables.map((info) => (info.table === 'patients' ? { ...info, header: ['Id', 'LAST'] } : info))).isKnown).toBe(false)
  })

  test('exports to valid FHIR what FHIR has a place for', { timeout: 120_000 }, () => {
    const store = storeOf(drafts)
    const faults = drafts.filter(isExported).flatMap((draft) => {
      const resource = resourceOf(draft, store)
      return [...schemaErrors(resource), ...faultsOf(resource).map(({ code, path }) => `${code} ${path}`)].map((fault) => `${draft.label} ${fault}`)
    })
    expect(faults.slice(0, 10)).toEqual([])
  })

  test('gives the same records when repeated', async () => {
    const again = await readAll(join(folder, '.'), syntheaMapping)
    expect(again.drafts.map(({ id, fields }) => `${id} ${String(fields.source.digest)}`)).toEqual(
      drafts.map(({ id, fields }) => `${id} ${String(fields.source.digest)}`),
    )
  }, 60_000)
})
