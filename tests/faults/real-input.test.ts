import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isEqual, type JsonObject } from '../../src/main/features/exchange/json.js'
import { canonical } from '../../src/main/records/canonical.js'
import { statusReport } from '../../src/main/status.js'
import type { Transaction } from '../../src/main/store/transaction.js'
import { allergy, condition, observation, symptom } from '../../src/shared/entities/clinical.js'
import { keptVersion } from '../../src/shared/entities/kept-version.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { exportFrom, importInto, resourcesIn } from '../main/features/exchange/support-clinic.js'
import { foundClinic, joinBy, type OpenWorkstation } from '../support/clinic-server.js'
import { redisOfTest } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { hasTestData, testData } from '../support/test-data.js'

const openedOf = ({ clinic, place }: OpenWorkstation) => ({ clinic, folder: place.folder })

const digestsOf = (...all: OpenWorkstation[]) => all.map(({ clinic }) => statusReport(clinic).digest)

/** Both send and receive until they hold the same. */
async function meet(a: OpenWorkstation, b: OpenWorkstation): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await a.meet()
    await b.meet()
    if (new Set(digestsOf(a, b)).size === 1) return
  }
}

async function exported(from: OpenWorkstation): Promise<Map<string, JsonObject>> {
  const to = join(temporaryFolder(), 'export')
  await exportFrom(openedOf(from), 'fhir', to)
  return resourcesIn(to)
}

/** Names of resources that are not the same in two exports. */
const differing = (one: Map<string, JsonObject>, other: Map<string, JsonObject>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((name) => !isEqual(one.get(name), other.get(name)))

const ids = ({ clinic }: OpenWorkstation, sql: string, ...values: string[]): string[] =>
  clinic.store.db
    .prepare(sql)
    .pluck()
    .all(...values) as string[]

/** A cell that somebody wrote. */
interface Edit {
  kind: string
  id: string
  field: string
  value: unknown
}

/** Does what a person does and gives the cells that were written. */
async function work({ clinic }: OpenWorkstation, change: (tx: Transaction) => void): Promise<Edit[]> {
  const written = await clinic.store.write({ actor: {}, act: 'test' }, (tx) => {
    change(tx)
    return [...tx.written.values()]
  })
  return written.flatMap(({ kind, id, cells }) => Object.entries(cells).map(([field, { value }]) => ({ kind, id, field, value })))
}

/** Whether a workstation has an edit as the field's value or as a kept version of it. */
function isPresent({ clinic: { store } }: OpenWorkstation, { kind, id, field, value }: Edit): boolean {
  const wanted = canonical(value)
  if (canonical(store.held(kind, id)?.cells[field]?.value) === wanted) return true
  return (store.db.prepare('SELECT id FROM kept_version').pluck().all() as string[])
    .map((version) => store.get(keptVersion, version))
    .some(({ version }) => version.kind === kind && version.id === id && version.field === field && canonical(version.value) === wanted)
}

/** Edits of one person's chart, as one of two who do not know of each other makes them: some fields are the same, some are theirs alone. */
function visit(name: string, patientId: string, held: OpenWorkstation): (tx: Transaction) => void {
  const [allergyId] = ids(held, 'SELECT id FROM allergy WHERE patient_id = ? ORDER BY id', patientId)
  const conditionIds = ids(held, 'SELECT id FROM condition WHERE patient_id = ? ORDER BY id', patientId)
  const isFirst = name === 'A'
  return (tx) => {
    tx.update(patient, patientId, { phone: `+34 600 ${name}`, alert: `Told ${name}`, ...(isFirst ? { email: 'a@example.org' } : { insuranceNumber: 'B-1' }) })
    tx.create(symptom, { patientId, concern: `Pain, said to ${name}`, symptoms: '', severity: 'mild', occurredAt: '2027-03-15', autoSaved: false }, newId())
    if (allergyId) tx.update(allergy, allergyId, { criticality: isFirst ? 'high' : 'low' })
    // One deletes what the other edits, and each deletes something of its own.
    const [first, second, third] = conditionIds
    if (first) isFirst ? tx.remove(condition, first) : tx.update(condition, first, { clinicalStatus: 'remission' })
    const own = isFirst ? second : third
    if (own) tx.remove(condition, own)
  }
}

describe.skipIf(!hasTestData)('the imported Synthea patients on two workstations', () => {
  it('are the same on both after joining, and after both edited them apart and the server was emptied, with every edit there or kept', async () => {
    const server = await redisOfTest()
    const expected = JSON.parse(readFileSync(testData('fhir/EXPECTED-synthea.json'), 'utf8'))
    const a = await foundClinic(server)
    await importInto(openedOf(a), { kind: 'fhir', path: testData('fhir/synthea-r4') })
    await a.meet()
    const b = await joinBy(a, server)
    await meet(a, b)
    const [onA, onB] = [statusReport(a.clinic), statusReport(b.clinic)]
    expect(onB.digest).toBe(onA.digest)
    expect(onB.counts).toEqual(onA.counts)
    expect(onB.counts).toMatchObject(expected.distinctIdsByType)
    const before = await exported(a)
    expect(before.size).toBe(expected.totalDistinctIds)
    expect(differing(before, await exported(b))).toEqual([])

    const people = ids(a, 'SELECT DISTINCT patient_id FROM condition WHERE deleted = 0 ORDER BY patient_id LIMIT 12')
    const allergic = ids(a, 'SELECT DISTINCT patient_id FROM allergy WHERE deleted = 0 ORDER BY patient_id LIMIT 4')
    const observations = ids(a, 'SELECT id FROM observation WHERE deleted = 0 ORDER BY id LIMIT 40')
    const edits: Edit[] = []
    for (const id of new Set([...people, ...allergic])) {
      edits.push(...(await work(a, visit('A', id, a))))
      edits.push(...(await work(b, visit('B', id, b))))
    }
    edits.push(...(await work(a, (tx) => observations.slice(0, 20).forEach((id) => void tx.remove(observation, id)))))
    edits.push(...(await work(b, (tx) => observations.slice(20).forEach((id) => void tx.update(observation, id, { status: 'amended' })))))
    const admin = new Redis({ host: '127.0.0.1', port: server.port })
    onTestFinished(() => admin.disconnect())
    await admin.flushall()

    await meet(a, b)
    expect(new Set(digestsOf(a, b)).size).toBe(1)
    expect(statusReport(b.clinic).counts).toEqual(statusReport(a.clinic).counts)
    expect(edits.length).toBeGreaterThan(150)
    for (const workstation of [a, b]) expect(edits.filter((edit) => !isPresent(workstation, edit))).toEqual([])
    const after = await exported(a)
    expect(differing(after, await exported(b))).toEqual([])
    expect(differing(before, after).length).toBeGreaterThan(50)
  }, 300_000)
})
