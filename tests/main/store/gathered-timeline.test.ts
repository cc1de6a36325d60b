import { expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/store/database.js'
import { GatheredTimeline, gatherTimeline } from '../../../src/main/store/gathered-timeline.js'
import { migrate } from '../../../src/main/store/migrations/index.js'
import type { Store } from '../../../src/main/store/store.js'
import { symptom } from '../../../src/shared/entities/clinical.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { openTestStore } from '../../support/store.js'

const act = { actor: {}, act: 'test' }
const complaint = { symptoms: '', severity: 'mild' as const, autoSaved: false }
const timelineOf = (store: Pick<Store, 'db'>) => store.db.prepare('SELECT * FROM timeline ORDER BY patient_id, kind, at, id').all()
const isGathering = ({ db }: Pick<Store, 'db'>) => db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'gathered_timeline'").get() !== undefined

/** A clinic whose records another workstation has, and an empty one that joins. */
async function fill() {
  const { store: from, clinicKey } = await openTestStore()
  const patients = await Promise.all(
    ['Ana', 'Ben'].map((givenName, n) =>
      from.write(act, (tx) => tx.create(patient, { recordNumber: `A${n}`, familyName: 'Doe', givenName, sex: 'female' as const })),
    ),
  )
  const symptoms: string[] = []
  for (let day = 1; day <= 20; day++) {
    const fields = { ...complaint, patientId: patients[day % 2] as string, concern: `Day ${day}`, occurredAt: `2026-03-${String(day).padStart(2, '0')}` }
    symptoms.push(await from.write(act, (tx) => tx.create(symptom, fields)))
  }
  const joining = await openTestStore({ clinicKey })
  joining.store.db
    .transaction(() => {
      joining.store.replication.setState({ reconcile: 'join' })
      gatherTimeline(joining.store.db)
    })
    .immediate()
  joining.store.close()
  const reopen = async () => (await openTestStore({ ...joining, journal: { append: async () => undefined } })).store
  const give = (to: Store, kind: string, ids: readonly string[]) =>
    to.receive({ records: ids.map((id) => ({ kind, id, owner: undefined, cells: from.held(kind, id)?.cells ?? {} })) })
  return { from, patients, symptoms, reopen, give }
}

it('is the same as one that is written at once, when a first fill is through, also after it was interrupted and records moved meanwhile', async () => {
  const { from, patients, symptoms, reopen, give } = await fill()
  const first = await reopen()
  await give(first, 'patient', patients)
  await give(first, 'symptom', symptoms.slice(0, 12))
  expect(timelineOf(first)).toEqual([])
  first.close()

  const [moved = '', backAndForth = '', removed = ''] = symptoms
  await from.write(act, (tx) => tx.update(symptom, moved, { occurredAt: '2026-04-01' }))
  await from.write(act, (tx) => tx.update(symptom, backAndForth, { occurredAt: '2026-04-02' }))
  await from.write(act, (tx) => tx.remove(symptom, removed))
  const second = await reopen()
  await give(second, 'symptom', symptoms)
  await from.write(act, (tx) => tx.update(symptom, backAndForth, { occurredAt: '2026-03-02' }))
  await give(second, 'symptom', [backAndForth])
  await second.receive({ records: [], state: { reconcile: undefined } })
  expect(timelineOf(second)).toEqual(timelineOf(from))
  expect(timelineOf(second)).toHaveLength(19)
  expect(isGathering(second)).toBe(false)

  await from.write(act, (tx) => tx.update(symptom, moved, { occurredAt: '2026-05-01' }))
  await give(second, 'symptom', [moved])
  expect(timelineOf(second)).toEqual(timelineOf(from))
})

it('is put in its place at the next start, when the program ended right after the fill', async () => {
  const { from, patients, symptoms, reopen, give } = await fill()
  const first = await reopen()
  await give(first, 'patient', patients)
  await give(first, 'symptom', symptoms)
  first.replication.setState({ reconcile: undefined })
  first.close()
  const second = await reopen()
  expect(timelineOf(second)).toEqual(timelineOf(from))
  expect(isGathering(second)).toBe(false)
})

it('loses no row of a transaction that was undone after it had put rows in their place', async () => {
  const { file, key, store } = await openTestStore()
  gatherTimeline(store.db)
  store.close()
  const db = openDatabase(file, key, {})
  await migrate(db, async () => undefined)
  const gathered = GatheredTimeline.of(db, 3)
  const add = (id: string) => gathered?.add('ana', '2026-03-01', 'symptom', id)
  add('one')
  add('two')
  const undone = db.transaction(() => {
    add('three')
    throw new Error('undone')
  })
  expect(undone).toThrow('undone')
  gathered?.end()
  expect(db.prepare('SELECT id FROM timeline ORDER BY id').pluck().all()).toEqual(['one', 'two'])
  db.close()
})
