import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../../src/main/features/exchange/import.js'
import { undoImport } from '../../../../src/main/features/exchange/undo-import.js'
import { statusReport } from '../../../../src/main/status.js'
import { condition } from '../../../../src/shared/entities/clinical.js'
import { otherResource } from '../../../../src/shared/entities/other-resource.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'
import { hasTestData, testData } from '../../../support/test-data.js'
import { importInto } from './support-clinic.js'

const importFhir = (test: TestClinic, path: string, options: Partial<ImportOptions> = {}) => importInto(test, { kind: 'fhir', path }, options)

/** A folder with one bundle of one patient. */
function bundleOf(change: Record<string, unknown> = {}): string {
  const folder = temporaryFolder()
  const resource = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Ibáñez', given: ['Nuria'] }], gender: 'female', birthDate: '1971-05-04', ...change }
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:p1', resource }] }))
  return folder
}

/** A folder with one resource. */
function fileOf(resource: object): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'resource.json'), JSON.stringify(resource))
  return folder
}

describe.skipIf(!hasTestData)('importing the Synthea tables', () => {
  it('brings in every row, and nothing when repeated', { timeout: 120_000 }, async () => {
    const test = await openTestClinic()
    const { _checks, ...rows } = JSON.parse(readFileSync(testData('csv/EXPECTED-synthea-csv.json'), 'utf8')) as Record<string, number>
    const expected = Object.fromEntries(Object.entries(rows).flatMap(([file, count]) => (count > 0 ? [[file.replace('.csv', ''), count]] : [])))
    const first = await importInto(test, { kind: 'csv', path: testData('csv/synthea') })
    expect(Object.fromEntries(Object.entries(first.kinds).map(([table, { created }]) => [table, created]))).toEqual(expected)
    expect(first.skipped).toEqual([])
    const { digest } = statusReport(test.clinic)
    const again = await importInto(test, { kind: 'csv', path: testData('csv/synthea') })
    expect(Object.values(again.kinds).every(({ created, updated, skipped }) => created + updated + skipped === 0)).toBe(true)
    expect(statusReport(test.clinic).digest).toBe(digest)
  })
})

describe.skipIf(!hasTestData)('importing the Synthea bundles', () => {
  const expected = hasTestData ? JSON.parse(readFileSync(testData('fhir/EXPECTED-synthea.json'), 'utf8')) : {}

  it('brings in exactly what an independent count says, and nothing when repeated; undone, nothing is left', { timeout: 240_000 }, async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    const before = statusReport(test.clinic)
    const first = await importFhir(test, testData('fhir/synthea-r4'))
    expect(Object.fromEntries(Object.entries(first.kinds).map(([kind, { read }]) => [kind, read]))).toEqual(expected.resourceInstances)
    expect(Object.fromEntries(Object.entries(first.kinds).map(([kind, { created }]) => [kind, created]))).toEqual(expected.distinctIdsByType)
    expect(first.skipped).toEqual([])
    const { counts, digest } = statusReport(test.clinic)
    expect(counts).toMatchObject(expected.distinctIdsByType)
    const count = (sql: string) => store.db.prepare(sql).pluck().get()
    expect(count("SELECT count(*) FROM condition WHERE json_extract(data, '$.clinicalStatus') = 'active'")).toBe(expected.conditionClinicalStatus.active)
    expect(count("SELECT count(*) FROM medication_request WHERE json_extract(data, '$.status') = 'active'")).toBe(expected.medicationRequestStatus.active)
    expect(count("SELECT sum(json_extract(data, '$.total.minor')) FROM claim")).toBe(Math.round(Number(expected.claims.sumOfTotals) * 100))
    expect(count("SELECT count(*) FROM claim WHERE json_extract(data, '$.total.currency') = 'USD'")).toBe(expected.claims.count)
    expect(count("SELECT count(*) FROM patient WHERE json_extract(data, '$.deceasedAt') IS NOT NULL")).toBe(expected.deceased)

    const again = await importFhir(test, testData('fhir/synthea-r4'))
    expect(Object.values(again.kinds).every(({ created, updated, skipped }) => created + updated + skipped === 0)).toBe(true)
    expect(statusReport(test.clinic).digest).toBe(digest)

    const undone = await undoImport(store, first.importId, { actor: {}, now: Date.now })
    expect(undone).toEqual({ removed: expected.totalDistinctIds, restored: 0, keptBecauseChanged: 0 })
    expect(statusReport(test.clinic).counts).toEqual(before.counts)
  })
})

describe('importing', () => {
  it('writes nothing in a dry run, and says what it would do', async () => {
    const test = await openTestClinic()
    const { digest } = statusReport(test.clinic)
    const result = await importFhir(test, bundleOf(), { isDryRun: true })
    expect(result.kinds.Patient).toMatchObject({ read: 1, created: 1 })
    expect(statusReport(test.clinic).digest).toBe(digest)
  })

  it('changes a record that changed in the source, and undoing that import gives the earlier fields back', async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    await importFhir(test, bundleOf({ telecom: [{ system: 'phone', value: '+34600111222' }] }))
    const id = store.importedId('fhir', 'Patient/p1')
    const { changedAt: _, ...before } = store.get(patient, id)
    const second = await importFhir(test, bundleOf({ birthDate: '1971-05-14' }))
    expect(second.kinds.Patient).toMatchObject({ created: 0, updated: 1 })
    expect(store.get(patient, id)).toMatchObject({ birthDate: '1971-05-14', recordNumber: before.recordNumber })
    expect(store.get(patient, id)).not.toHaveProperty('phone')
    expect(await undoImport(store, second.importId, { actor: {}, now: Date.now })).toEqual({ removed: 0, restored: 1, keptBecauseChanged: 0 })
    expect(store.get(patient, id)).toMatchObject(before)
  })

  it('leaves a patient deleted here deleted, and one edited since the import as it is when undone', async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    const path = bundleOf()
    const first = await importFhir(test, path)
    const id = store.importedId('fhir', 'Patient/p1')
    await store.write({ actor: {}, act: 'test.edit' }, (tx) => tx.update(patient, id, { email: 'nuria@example.org' }))
    expect(await undoImport(store, first.importId, { actor: {}, now: Date.now })).toMatchObject({ removed: 0, keptBecauseChanged: 1 })
    await store.write({ actor: {}, act: 'test.remove' }, (tx) => tx.remove(patient, id))
    expect((await importFhir(test, path)).kinds.Patient).toMatchObject({ created: 0, updated: 0, deletedHere: 1 })
    expect(store.find(patient, id)).toBeUndefined()
  })

  it('takes a record under its own kind once its patient is here, and undoing that import gives back what was kept whole', async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    const resource = { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Caries' } }
    const alone = fileOf(resource)
    const id = store.importedId('fhir', 'Condition/c1')
    expect((await importFhir(test, alone)).keptWhole).toEqual({ Condition: 1 })
    await importFhir(test, bundleOf())
    const second = await importFhir(test, alone)
    expect(second.kinds.Condition).toMatchObject({ created: 1 })
    expect(store.find(condition, id)?.patientId).toBe(store.importedId('fhir', 'Patient/p1'))
    expect(store.find(otherResource, id)).toBeUndefined()
    expect((await importFhir(test, alone)).kinds.Condition).toMatchObject({ unchanged: 1 })
    await undoImport(store, second.importId, { actor: {}, now: Date.now })
    expect([store.find(condition, id), store.find(otherResource, id)?.source?.rest]).toEqual([undefined, resource])
  })

  it('follows a reference once what it names is here, but leaves a record alone that was edited since', async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    await importFhir(test, bundleOf())
    const conditions = ['c1', 'c2'].map((id) =>
      fileOf({ resourceType: 'Condition', id, subject: { reference: 'Patient/p1' }, encounter: { reference: 'Encounter/e1' }, code: { text: 'Caries' } }),
    )
    for (const path of conditions) expect((await importFhir(test, path)).notes).toMatchObject([{ code: 'referenceAbsent' }])
    await store.write({ actor: {}, act: 'test.edit' }, (tx) => tx.update(condition, store.importedId('fhir', 'Condition/c2'), { note: 'Seen again' }))
    await importFhir(test, fileOf({ resourceType: 'Encounter', id: 'e1', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/p1' } }))
    expect((await importFhir(test, conditions[0] ?? '')).kinds.Condition).toMatchObject({ updated: 1 })
    expect(store.find(condition, store.importedId('fhir', 'Condition/c1'))?.encounterId).toBe(store.importedId('fhir', 'Encounter/e1'))
    expect((await importFhir(test, conditions[1] ?? '')).kinds.Condition).toMatchObject({ unchanged: 1 })
    expect(store.find(condition, store.importedId('fhir', 'Condition/c2'))).toMatchObject({ note: 'Seen again' })
  })

  it('never puts another person’s data over a patient, and leaves what belongs to that person out too', async () => {
    const test = await openTestClinic()
    const { store } = test.clinic
    await importFhir(test, bundleOf())
    const second = await importFhir(test, bundleOf({ name: [{ family: 'Okonkwo', given: ['Chidi'] }], birthDate: '1988-01-30' }))
    expect(second.kinds.Patient).toMatchObject({ updated: 0, skipped: 1 })
    expect(second.skipped).toMatchObject([{ code: 'anotherPerson' }])
    expect(store.get(patient, store.importedId('fhir', 'Patient/p1')).familyName).toBe('Ibáñez')
    expect((await importFhir(test, bundleOf({ name: [{ family: 'Ibáñez Ruiz', given: ['Nuria'] }] }))).kinds.Patient).toMatchObject({ updated: 1 })
  })

  it('goes on behind broken files and says what was wrong with them', async () => {
    const test = await openTestClinic()
    const folder = bundleOf()
    writeFileSync(join(folder, 'broken.json'), '{"resourceType": "Bundle", "entry": [')
    writeFileSync(join(folder, 'deep.json'), `${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    writeFileSync(join(folder, 'impossible.json'), JSON.stringify({ resourceType: 'Patient', id: 'p2', name: [{ family: 'X' }], birthDate: '2001-02-30' }))
    const result = await importFhir(test, folder)
    expect(result.kinds.Patient).toMatchObject({ created: 1 })
    expect(result.skipped.map(({ code }) => code).sort()).toEqual(['impossibleDate', 'notJson', 'tooDeep'])
    expect(JSON.stringify(result)).not.toContain('2001-02-30')
  })

  it('says so when there is nothing to read', async () => {
    const test = await openTestClinic()
    await expect(importFhir(test, join(temporaryFolder(), 'nowhere'))).rejects.toThrow('no such file or folder')
  })
})
