import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Draft } from '../../../../../src/main/features/exchange/fhir/draft.js'
import { resourceOf } from '../../../../../src/main/features/exchange/fhir/export.js'
import { DanglingReferences, faultsOf } from '../../../../../src/main/features/exchange/fhir/validate.js'
import { isEqual, type JsonObject } from '../../../../../src/main/features/exchange/json.js'
import type { Money } from '../../../../../src/shared/money.js'
import { hasTestData, testData } from '../../../../support/test-data.js'
import { type Imported, idFor, importFrom, storeOf } from '../support.js'
import { medplumErrors, schemaErrors } from './validators.js'

interface Expected {
  resourceInstances: Record<string, number>
  distinctIdsByType: Record<string, number>
  totalInstances: number
  medicationRequestStatus: Record<string, number>
  conditionClinicalStatus: Record<string, number>
  encounterClass: Record<string, number>
  gender: Record<string, number>
  deceased: number
  claims: { count: number; sumOfTotals: string }
  encountersByYear: Record<string, number>
  patients: { file: string; patientId: string; family: string; birthDate: string; entries: number }[]
}

const tally = (items: readonly unknown[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const item of items) counts[String(item)] = (counts[String(item)] ?? 0) + 1
  return counts
}

describe.skipIf(!hasTestData)('import of the Synthea bundles', () => {
  let expected: Expected
  let imported: Imported
  let exported: { draft: Draft; resource: JsonObject }[]
  const of = (kind: string): Draft[] => imported.drafts.filter((draft) => draft.kind === kind)
  const distinct = (kind: string): Draft[] => [...new Map(of(kind).map((draft) => [draft.id, draft])).values()]

  beforeAll(async () => {
    expected = JSON.parse(readFileSync(testData('fhir/EXPECTED-synthea.json'), 'utf8')) as Expected
    imported = await importFrom(testData('fhir/synthea-r4'))
    const store = storeOf(imported.drafts)
    exported = imported.drafts.map((draft) => ({ draft, resource: resourceOf(draft, store) }))
  }, 120_000)

  test('takes every instance of every type and skips none', () => {
    expect(imported.skipped).toEqual([])
    expect(imported.drafts).toHaveLength(expected.totalInstances)
    expect(tally(imported.drafts.map((draft) => draft.resourceType))).toEqual(expected.resourceInstances)
    expect(of('otherResource')).toEqual([])
  })

  test('makes one record of instances that share an id', () => {
    const byType = tally([...new Map(imported.drafts.map((draft) => [draft.id, draft.resourceType])).values()])
    expect(byType).toEqual(expected.distinctIdsByType)
    expect(distinct('practitioner')).toHaveLength(39)
  })

  test('reads statuses, sexes and deaths as they are', () => {
    expect(tally(of('medicationRequest').map(({ fields }) => fields.status))).toEqual(expected.medicationRequestStatus)
    expect(tally(of('condition').map(({ fields }) => fields.clinicalStatus))).toEqual(expected.conditionClinicalStatus)
    expect(tally(of('encounter').map(({ fields }) => fields.class))).toEqual(expected.encounterClass)
    expect(tally(of('patient').map(({ fields }) => fields.sex))).toEqual(expected.gender)
    expect(of('patient').filter(({ fields }) => fields.deceasedAt !== undefined)).toHaveLength(expected.deceased)
    expect(tally(of('encounter').map(({ fields }) => (fields.period as { start: string }).start.slice(0, 4)))).toEqual(expected.encountersByYear)
  })

  test('reads each patient’s name and birth date, and gives everything of a bundle to its patient', () => {
    for (const { file, patientId, family, birthDate } of expected.patients) {
      const id = idFor(`Patient/${patientId}`)
      expect(of('patient').find((draft) => draft.id === id)?.fields).toMatchObject({ familyName: family, birthDate })
      const charted = imported.drafts.filter((draft) => draft.place.file === file && !['patient', 'practitioner', 'organization'].includes(draft.kind))
      expect(charted.every(({ fields }) => fields.patientId === id)).toBe(true)
    }
  })

  test('claims sum to the cent', () => {
    const totals = of('claim').map(({ fields }) => fields.total as Money)
    expect(totals).toHaveLength(expected.claims.count)
    expect(totals.every(({ currency }) => currency === 'USD')).toBe(true)
    expect(totals.reduce((sum, { minor }) => sum + minor, 0)).toBe(Math.round(Number(expected.claims.sumOfTotals) * 100))
  })

  test('resolves every reference', () => {
    expect(imported.drafts.flatMap((draft) => draft.issues)).toEqual([])
  })

  test('yields organisations, practitioners and patients before what refers to them', () => {
    const seen = new Set<string>()
    const links = (value: unknown): string[] => (typeof value === 'string' && value.length === 36 ? [value] : Array.isArray(value) ? value.flatMap(links) : [])
    for (const draft of imported.drafts) {
      for (const name of ['patientId', 'encounterId', 'practitionerId', 'organizationId'])
        for (const id of links(draft.fields[name])) if (draft.kind !== 'encounter' || name !== 'encounterId') expect(seen.has(id)).toBe(true)
      seen.add(draft.id)
    }
  })

  test('exports every instance exactly as it was imported', () => {
    const originals = new Map<string, JsonObject>()
    for (const file of readdirSync(testData('fhir/synthea-r4'))) {
      const bundle = JSON.parse(readFileSync(join(testData('fhir/synthea-r4'), file), 'utf8')) as { entry: { resource: JsonObject }[] }
      for (const { resource } of bundle.entry) originals.set(`${file} ${String(resource.resourceType)}/${String(resource.id)}`, resource)
    }
    expect(originals.size).toBe(expected.totalInstances)
    const different = exported.filter(({ draft, resource }) => !isEqual(resource, originals.get(`${draft.place.file} ${draft.label}`)))
    expect(different.map(({ draft }) => draft.label)).toEqual([])
  })

  test('every exported resource satisfies the official schema, Medplum and the product’s own checks', { timeout: 240_000 }, () => {
    const dangling = new DanglingReferences()
    const faults: string[] = []
    for (const { resource, draft } of exported) {
      dangling.add(resource)
      const found = [...schemaErrors(resource), ...medplumErrors(resource), ...faultsOf(resource).map(({ code, path }) => `${code} ${path}`)]
      if (found.length > 0) faults.push(`${draft.label}: ${found.join('; ')}`)
    }
    expect(faults.slice(0, 10)).toEqual([])
    expect(dangling.found()).toEqual([])
  })

  test('importing again gives the same ids and digests', async () => {
    const again = await importFrom(testData('fhir/synthea-r4'))
    const print = ({ drafts }: Imported): string[] => drafts.map(({ id, fields }) => `${id} ${String(fields.source.digest)}`)
    expect(print(again)).toEqual(print(imported))
  }, 60_000)
})
