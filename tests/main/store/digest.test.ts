import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, combine, recordDigest } from '../../../src/main/records/digest.js'
import { contentOf } from '../../../src/main/store/record-table.js'
import { digestKeyOf, digestOf, Store } from '../../../src/main/store/store.js'
import { timelinePlace } from '../../../src/main/store/tables.js'
import { appointment } from '../../../src/shared/entities/appointment.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { newId } from '../../../src/shared/ids.js'
import { openTestStore } from '../../support/store.js'

const act = { actor: {}, act: 'test' }
const patientIds = Array.from({ length: 3 }, newId)
const visitIds = Array.from({ length: 3 }, newId)

const source = fc.option(
  fc.record({
    system: fc.constant('fhir' as const),
    id: fc.string({ maxLength: 5 }),
    rest: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.json().map((text) => JSON.parse(text)),
    ),
  }),
)
const text = fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }))
/** Steps of one transaction; several touch the same record, also the same field. */
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('patient' as const), index: fc.nat(2), phone: text, alert: text, source }),
    fc.record({ type: fc.constant('visit' as const), index: fc.nat(2), patient: fc.nat(2), hour: fc.integer({ min: 0, max: 23 }) }),
    fc.record({ type: fc.constantFrom('remove' as const, 'restore' as const), index: fc.nat(2), isVisit: fc.boolean() }),
  ),
  { maxLength: 5 },
)
const history = fc.array(fc.record({ steps, skew: fc.integer({ min: -100_000, max: 100_000 }), fails: fc.boolean() }), { maxLength: 8 })

type Steps = ReturnType<typeof steps.generate>['value']

function play(store: Store, made: Steps): Promise<void> {
  return store.write(act, (tx) => {
    for (const step of made) {
      if (step.type === 'patient') {
        const id = patientIds[step.index] as string
        const { phone, alert, source: from } = step
        if (tx.find(patient, id)) tx.update(patient, id, { phone, alert, source: from })
        else if (!tx.isKnown(patient, id))
          tx.create(patient, { recordNumber: '1', familyName: 'x', givenName: '', sex: 'other', ...(phone && { phone }), ...(from && { source: from }) }, id)
      } else if (step.type === 'visit') {
        const id = visitIds[step.index] as string
        const slot = { startAt: `2026-05-01T${String(step.hour).padStart(2, '0')}:00:00Z`, durationMinutes: 30 }
        const patientId = patientIds[step.patient] as string
        if (tx.find(appointment, id)) tx.update(appointment, id, { slot, patientId })
        else if (!tx.isKnown(appointment, id)) tx.create(appointment, { patientId, slot, status: 'booked' }, id)
      } else {
        const [entity, id] = step.isVisit ? [appointment, visitIds[step.index] as string] : [patient, patientIds[step.index] as string]
        if (step.type === 'remove' && tx.find(entity, id)) tx.remove(entity, id)
        if (step.type === 'restore' && tx.isKnown(entity, id)) tx.restore(entity, id)
      }
    }
  })
}

interface Row {
  id: string
  data: string
  cells: string
  source: Buffer | null
  digest: Buffer
  deleted: number
}

function check(store: Store, clinicKey: Uint8Array): void {
  const key = digestKeyOf(clinicKey)
  const buckets = new Map<number, Buffer>()
  const timeline: string[] = []
  for (const entity of [patient, appointment]) {
    for (const row of store.db.prepare<[], Row>(`SELECT * FROM ${entity.table}`).all()) {
      const { cells, fields } = contentOf(row)
      expect(recordDigest(key, entity.kind, row.id, cells)).toEqual(row.digest)
      const n = bucketOf(row.id)
      buckets.set(n, combine(buckets.get(n) ?? Buffer.alloc(8), row.digest))
      const place = row.deleted ? undefined : timelinePlace(entity, row.id, fields)
      if (place) timeline.push(`${place.patientId} ${place.at} ${row.id}`)
    }
  }
  const kept = store.db.prepare<[], { n: number; digest: Buffer }>('SELECT n, digest FROM bucket').all()
  expect(kept.every(({ n, digest }) => (buckets.get(n) ?? Buffer.alloc(8)).equals(digest))).toBe(true)
  expect(store.digest()).toBe(digestOf(buckets.values()))
  const rows = store.db.prepare<[], string>("SELECT patient_id || ' ' || at || ' ' || id FROM timeline").pluck().all()
  expect([...rows].sort()).toEqual(timeline.sort())
}

describe('digests and timeline', () => {
  it('are those of the stored cells after any history, with refused writes and after reopening', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (made) => {
        let now = Date.parse('2026-03-01T00:00:00Z')
        const { store, clinicKey } = await openTestStore({ now: () => now })
        for (const write of made) {
          now += write.skew
          if (write.fails) {
            const before = store.digest()
            await store
              .write(act, (tx) => {
                tx.create(patient, { recordNumber: '1', familyName: 'x', givenName: '', sex: 'other' })
                throw new Error('refused')
              })
              .catch(() => undefined)
            expect(store.digest()).toBe(before)
          }
          await play(store, write.steps)
        }
        check(store, clinicKey)
        const again = new Store({
          db: store.db,
          clinicKey,
          journal: { append: async () => undefined },
          search: { put: () => undefined, remove: () => undefined },
          now: () => now,
          onJournal: () => undefined,
        })
        expect(again.digest()).toBe(store.digest())
      }),
      { numRuns: 20 },
    )
  })
})

describe('a source that was taken away', () => {
  it('keeps its place among the cells', async () => {
    const { store, clinicKey } = await openTestStore()
    const from = { system: 'fhir' as const, id: 'Patient/1' }
    const id = await store.write(act, (tx) => tx.create(patient, { recordNumber: '1', familyName: 'x', givenName: '', sex: 'other', source: from }))
    await store.write(act, (tx) => tx.update(patient, id, { source: null }))
    check(store, clinicKey)
    await store.write(act, (tx) => tx.update(patient, id, { source: from }))
    check(store, clinicKey)
    const cells = JSON.parse(store.db.prepare<[], string>('SELECT cells FROM patient').pluck().get() ?? '')
    expect(cells.f.source[1]).toHaveLength(2)
  })
})
