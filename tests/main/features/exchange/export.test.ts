import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { isEqual } from '../../../../src/main/features/exchange/json.js'
import { statusReport } from '../../../../src/main/status.js'
import { symptom } from '../../../../src/shared/entities/clinical.js'
import { media } from '../../../../src/shared/entities/media.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'
import { hasTestData, testData } from '../../../support/test-data.js'
import { medplumErrors, schemaErrors } from './fhir/validators.js'
import { exportFrom, importInto, resourcesIn } from './support-clinic.js'

const newFolder = () => join(temporaryFolder(), 'export')
const changes = (result: { kinds: Record<string, { created: number; updated: number; skipped: number; deletedHere: number }> }) =>
  Object.values(result.kinds).reduce((sum, { created, updated, skipped, deletedHere }) => sum + created + updated + skipped + deletedHere, 0)

/** Cells that spreadsheets run, and texts that programs trip over. */
const naughty = ['=1+1', '+34 600', '-2+3', '@SUM(A1)', "'=quoted", '\u202Eevil', 'Ａｎｎａ', "O'Brien; DROP TABLE", '"x",y', 'line\nbreak', '😀 Zoë', 'مريم']

async function registerNaughty({ clinic }: TestClinic): Promise<string[]> {
  return clinic.store.write({ actor: {}, act: 'test.register' }, (tx) =>
    naughty.map((familyName, at) => tx.create(patient, { recordNumber: `A9${String(at).padStart(4, '0')}`, familyName, givenName: familyName, sex: 'other' })),
  )
}

describe.skipIf(!hasTestData)('exporting the imported Synthea bundles', () => {
  it('gives every resource back as it was, valid, in an export that changes nothing here and fills a new clinic', { timeout: 400_000 }, async () => {
    const test = await openTestClinic()
    await importInto(test, { kind: 'fhir', path: testData('fhir/synthea-r4') })
    const to = newFolder()
    const result = await exportFrom(test, 'fhir', to)
    expect(result.findings).toEqual([])
    const exported = resourcesIn(to)
    const source = resourcesIn(testData('fhir/synthea-r4'))
    expect([...exported.keys()].sort()).toEqual([...source.keys()].sort())
    expect([...source].filter(([name, resource]) => !isEqual(resource, exported.get(name))).map(([name]) => name)).toEqual([])
    expect([...exported.values()].flatMap(schemaErrors)).toEqual([])
    expect([...exported.values()].filter((_, at) => at % 25 === 0).flatMap(medplumErrors)).toEqual([])

    const { digest } = statusReport(test.clinic)
    const again = await importInto(test, { kind: 'fhir', path: to })
    expect([changes(again), again.notes]).toEqual([0, []])
    expect(statusReport(test.clinic).digest).toBe(digest)

    const other = await openTestClinic()
    const filled = await importInto(other, { kind: 'fhir', path: to })
    expect([filled.skipped, filled.notes]).toEqual([[], []])
    const count = (clinic: TestClinic, sql: string) => clinic.clinic.store.db.prepare(sql).pluck().get()
    const withPractitioner = "SELECT count(*) FROM encounter WHERE json_extract(data, '$.practitionerId') IS NOT NULL"
    expect(count(other, withPractitioner)).toBe(count(test, withPractitioner))
    const second = newFolder()
    await exportFrom(other, 'fhir', second)
    const twice = resourcesIn(second)
    expect([...exported].filter(([name, resource]) => !isEqual(resource, twice.get(name))).map(([name]) => name)).toEqual([])
    expect(twice.size).toBe(exported.size)
  })
})

describe('exporting', () => {
  it('writes tables that no spreadsheet runs and that fill a new clinic with the same records', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const ids = await registerNaughty(test)
    const to = newFolder()
    const { records } = await exportFrom(test, 'csv', to)
    expect(records).toMatchObject({ patient: naughty.length, chair: 1 })
    const rows = parse(readFileSync(join(to, 'patient.csv')), { bom: true }) as string[][]
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
    expect(statSync(join(to, 'patient.csv')).mode & 0o777).toBe(0o600)
    expect(changes(await importInto(test, { kind: 'csv', path: to }))).toBe(0)

    const other = await openTestClinic()
    await importInto(other, { kind: 'csv', path: to })
    expect(ids.map((id) => other.clinic.store.get(patient, id).familyName)).toEqual(naughty.map((name) => name.trim()))
    // The clinic's own numbers go on behind those that came.
    const { recordNumber } = await other.admin.patients.register({ familyName: 'Next', givenName: 'Person', sex: 'unknown' })
    expect(Number(recordNumber.slice(1))).toBeGreaterThan(90_000)
    const second = newFolder()
    await exportFrom(other, 'csv', second)
    const mine = readFileSync(join(to, 'patient.csv'), 'utf8').trimEnd().split('\r\n')
    expect(readFileSync(join(second, 'patient.csv'), 'utf8')).toContain(mine.at(-1) as string)
  })

  it('writes what was made here as FHIR, with the files of media, and takes its own export for what it is', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const { store, services } = test.clinic
    const [patientId = ''] = await registerNaughty(test)
    const picture = Buffer.from('89504e470d0a1a0a', 'hex')
    const { hash } = await services.files.put(
      (async function* () {
        yield picture
      })(),
    )
    await store.write({ actor: {}, act: 'test.chart' }, (tx) => {
      tx.create(symptom, {
        patientId,
        concern: 'Toothache',
        symptoms: 'pain, swelling',
        severity: 'severe',
        occurredAt: '2026-03-01T10:00:00Z',
        autoSaved: false,
      })
      tx.create(media, {
        patientId,
        kind: 'image',
        contentHash: hash,
        mimeType: 'image/png',
        bytes: picture.length,
        title: 'Before',
        addedAt: '2026-03-01T10:00:00Z',
      })
    })
    const to = newFolder()
    const result = await exportFrom(test, 'fhir', to)
    expect(result).toMatchObject({ records: { Patient: naughty.length, Observation: 1, Media: 1 }, mediaFiles: 1, findings: [] })
    const resources = [...resourcesIn(to).values()]
    expect(resources.flatMap(schemaErrors)).toEqual([])
    expect(resources.flatMap(medplumErrors)).toEqual([])
    expect(readFileSync(join(to, 'files', `${hash}.png`)).equals(picture)).toBe(true)
    const { digest } = statusReport(test.clinic)
    expect(changes(await importInto(test, { kind: 'fhir', path: to }))).toBe(0)
    expect(statusReport(test.clinic).digest).toBe(digest)
    const other = await openTestClinic()
    expect((await importInto(other, { kind: 'fhir', path: to })).kinds.Patient).toMatchObject({ created: naughty.length, skipped: 0 })
    const found = await other.admin.patients.list({ query: 'brien' })
    expect(found.items.map(({ familyName }) => familyName)).toEqual([naughty[7]])
  })

  it('is noted once in the access log, with counts and no names', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    await registerNaughty(test)
    await exportFrom(test, 'csv', newFolder())
    const rows = test.clinic.store.db.prepare("SELECT detail FROM audit WHERE act = 'export.csv'").pluck().all() as string[]
    expect(rows).toHaveLength(1)
    expect(JSON.parse(rows[0] ?? '')).toEqual({ records: { chair: 1, patient: naughty.length } })
  })

  it('refuses a folder in use and the clinic’s own, and leaves nothing of an export that is cancelled', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const parent = temporaryFolder()
    writeFileSync(join(parent, 'letter.txt'), 'mine')
    await expect(exportFrom(test, 'csv', parent)).rejects.toThrow('not empty')
    await expect(exportFrom(test, 'csv', join(test.folder, 'export'))).rejects.toThrow('own folder')
    await expect(exportFrom(test, 'fhir', join(parent, 'export'), { signal: AbortSignal.abort() })).rejects.toThrow()
    expect(readdirSync(parent)).toEqual(['letter.txt'])
  })
})
