import { expect, it } from 'vitest'
import { combine } from '../../../src/main/records/digest.js'
import { KindSums } from '../../../src/main/store/kind-sums.js'
import { migration0060 } from '../../../src/main/store/migrations/0060-kind-sums.js'
import { migrate } from '../../../src/main/store/migrations/index.js'
import type { Store } from '../../../src/main/store/store.js'
import { entities } from '../../../src/shared/entities/index.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { chair } from '../../../src/shared/entities/staff.js'
import { newId } from '../../../src/shared/ids.js'
import { openTestStore } from '../../support/store.js'

const act = { actor: {}, act: 'test' }
const person = { recordNumber: '1', familyName: 'x', givenName: '', sex: 'other' as const }
const seat = { name: 'Chair 1', sortOrder: 1, isActive: true }

const sums = (kindSums: KindSums) => Object.fromEntries(entities.map(({ kind }) => [kind, kindSums.of(kind)]))

/** The sums as the rows have them. */
function sumsOfRows({ db }: Store) {
  const sumOf = (table: string): string => {
    let sum: Buffer = Buffer.alloc(8)
    for (const digest of db.prepare<[], Buffer>(`SELECT digest FROM ${table}`).pluck().all()) sum = combine(sum, digest as unknown as Buffer)
    return sum.toString('hex')
  }
  return Object.fromEntries(entities.map(({ kind, table }) => [kind, sumOf(table)]))
}

it('changes the sum of a kind with each change of one of its records, and of no other kind', async () => {
  const { store } = await openTestStore()
  const { kindSums } = store
  const seen = new Set([kindSums.of('patient')])
  const chairs = kindSums.of('chair')
  const id = await store.write(act, (tx) => tx.create(patient, person))
  seen.add(kindSums.of('patient'))
  await store.write(act, (tx) => tx.update(patient, id, { familyName: 'y' }))
  seen.add(kindSums.of('patient'))
  await store.write(act, (tx) => tx.remove(patient, id))
  seen.add(kindSums.of('patient'))
  expect(seen.size).toBe(4)
  expect(kindSums.of('chair')).toBe(chairs)
  expect(sums(kindSums)).toEqual(sumsOfRows(store))
})

it('keeps the sums of before when a write is undone or changes nothing', async () => {
  const { store } = await openTestStore()
  const id = await store.write(act, (tx) => tx.create(chair, seat))
  const before = { sums: sums(store.kindSums), version: store.kindSums.version }
  const failing = store.write(act, (tx) => {
    tx.create(chair, seat)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await store.write(act, (tx) => tx.update(chair, id, { sortOrder: 1 }))
  expect({ sums: sums(store.kindSums), version: store.kindSums.version }).toEqual(before)
})

it('is the same on workstations that hold the same records, in whatever order and pieces they came, and after a restart', async () => {
  const clinicKey = Buffer.alloc(32, 7)
  const [one, two] = [await openTestStore({ clinicKey }), await openTestStore({ clinicKey })]
  const ids = [newId(), newId(), newId()]
  for (const id of ids) await one.store.write(act, (tx) => tx.create(patient, person, id))
  await one.store.write(act, (tx) => tx.update(patient, ids[1] as string, { familyName: 'other' }))
  const held = ids.map((id) => ({ kind: 'patient', id, cells: one.store.held('patient', id)?.cells ?? {} }))
  expect(two.store.kindSums.of('patient')).not.toBe(one.store.kindSums.of('patient'))
  await two.store.receive({ records: [...held].reverse() })
  expect(sums(two.store.kindSums)).toEqual(sums(one.store.kindSums))
  expect(sums(new KindSums(two.store.db))).toEqual(sums(one.store.kindSums))
})

it('counts the kept version of a value that lost, beside the record that it is read with', async () => {
  const clinicKey = Buffer.alloc(32, 7)
  const [one, two] = [await openTestStore({ clinicKey }), await openTestStore({ clinicKey })]
  const id = await one.store.write(act, (tx) => tx.create(patient, person))
  await two.store.receive({ records: [{ kind: 'patient', id, cells: one.store.held('patient', id)?.cells ?? {} }] })
  await one.store.write(act, (tx) => tx.update(patient, id, { familyName: 'one' }))
  await two.store.write(act, (tx) => tx.update(patient, id, { familyName: 'two' }))
  const before = two.store.kindSums.of('keptVersion')
  const result = await two.store.receive({ records: [{ kind: 'patient', id, cells: one.store.held('patient', id)?.cells ?? {} }] })
  expect(result.versions).toBe(1)
  expect(two.store.kindSums.of('keptVersion')).not.toBe(before)
  expect(sums(two.store.kindSums)).toEqual(sumsOfRows(two.store))
})

it('finds the sums of a database from before there were any', async () => {
  const { store } = await openTestStore()
  for (let i = 0; i < 3; i++) await store.write(act, (tx) => tx.create(chair, { ...seat, sortOrder: i }))
  store.db.exec('DROP TABLE kind_sum; PRAGMA user_version = 50')
  await migrate(store.db, async () => undefined, [migration0060])
  expect(sums(new KindSums(store.db))).toEqual(sums(store.kindSums))
})

it('follows a digest that is set right because its row was changed outside of the program', async () => {
  const { store } = await openTestStore()
  const id = await store.write(act, (tx) => tx.create(chair, seat))
  store.db.prepare("UPDATE chair SET data = replace(data, 'Chair 1', 'Chair 2') WHERE id = ?").run(id)
  expect(store.checkDigests(chair, 0, 10).wrong).toBe(1)
  expect(sums(store.kindSums)).toEqual(sumsOfRows(store))
  expect(sums(new KindSums(store.db))).toEqual(sumsOfRows(store))
})

it('tells apart what is derived from records of a kind here, which no other workstation hears of', async () => {
  const { store } = await openTestStore()
  const [here, everywhere, version] = [store.kindSums.here('media'), store.kindSums.of('media'), store.kindSums.version]
  store.announceDerived([{ kind: 'media', id: newId() }])
  expect(store.kindSums.here('media')).not.toBe(here)
  expect(store.kindSums.of('media')).toBe(everywhere)
  expect(store.kindSums.version).toBeGreaterThan(version)
})
