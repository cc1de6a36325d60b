import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rebuildDerived } from '../../../src/main/store/rebuild-derived.js'
import { digestKeyOf, type Store } from '../../../src/main/store/store.js'
import { verifyDatabase } from '../../../src/main/store/verification.js'
import { appointment } from '../../../src/shared/entities/appointment.js'
import { allergy } from '../../../src/shared/entities/clinical.js'
import type { Entity } from '../../../src/shared/entities/entity.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { user } from '../../../src/shared/entities/staff.js'
import { newId } from '../../../src/shared/ids.js'
import { exchange, statesOf } from '../../support/exchange.js'
import { openTestStore } from '../../support/store.js'

const act = { actor: {}, act: 'test' }
const tables = ['patient', 'appointment', 'allergy', 'user', 'kept_version']

async function workstations(count: number, clock?: () => number) {
  const clinicKey = randomBytes(32)
  const opened = await Promise.all(Array.from({ length: count }, () => openTestStore({ clinicKey, ...(clock && { now: clock }) })))
  return { stores: opened.map(({ store }) => store), clinicKey }
}

/** What every query sees of the records, and the questions. */
const seen = ({ db }: Store) => [
  ...tables.map((table) => db.prepare(`SELECT id, patient_id, json(data) AS data, deleted FROM ${table} ORDER BY id`).all().map(inOrder)),
  db.prepare('SELECT * FROM review ORDER BY kind, id').all(),
  db.prepare('SELECT * FROM timeline ORDER BY patient_id, kind, at, id').all(),
]
const inOrder = (row: unknown) => {
  const { data, ...rest } = row as { data: string }
  return { ...rest, fields: Object.entries(JSON.parse(data)).sort(([a], [b]) => (a < b ? -1 : 1)) }
}

/** What is wrong with the database, apart from the search, which these stores have none of. */
const problemsOf = (store: Store, clinicKey: Uint8Array) =>
  verifyDatabase(store.db, digestKeyOf(clinicKey)).problems.filter(({ code }) => !code.startsWith('search'))

const person = { recordNumber: 'A1', familyName: 'García', givenName: 'Ana', sex: 'female' as const }
const account = { username: 'eva', displayName: 'Eva', role: 'clinician' as const, passwordHash: 'x', isActive: true }
const slot = { startAt: '2026-05-01T09:00:00.000Z', durationMinutes: 30 }

/** A clock that is later whenever it is asked: what is written after something else is the later one. */
function risingClock(): () => number {
  let now = Date.now()
  return () => ++now
}

/** Two workstations that hold the same record, each of which changes it without the other; the second later. */
async function edited<E extends Entity>(entity: E, fields: object, mine: object, theirs: object) {
  const { stores, clinicKey } = await workstations(2, risingClock())
  const [a, b] = stores as [Store, Store]
  const id = await a.write(act, (tx) => tx.create(entity, fields as never))
  await exchange(a, b)
  await a.write(act, (tx) => tx.update(entity, id, mine as never))
  await b.write(act, (tx) => tx.update(entity, id, theirs as never))
  await exchange(a, b)
  expect(seen(a)).toEqual(seen(b))
  expect([problemsOf(a, clinicKey), problemsOf(b, clinicKey)]).toEqual([[], []])
  const row = a.db.prepare<[string], { fields: string }>('SELECT fields FROM review WHERE id = ?').get(id)
  return { a, b, id, clinicKey, asked: row ? (JSON.parse(row.fields) as string[]) : [] }
}

describe('what queries see while two values of a field are undecided', () => {
  const patientId = newId()
  const booked = { patientId, slot, status: 'booked' }

  it.each<[string, Entity, object, object, object, object, string[]]>([
    ['plain: the later', patient, person, { phone: '1' }, { phone: '2' }, { phone: '2' }, []],
    [
      'review: the later, and a question',
      patient,
      person,
      { birthDate: '1990-01-02' },
      { birthDate: '1990-02-01' },
      { birthDate: '1990-02-01' },
      ['birthDate'],
    ],
    [
      'a warning: what is there before what was cleared',
      patient,
      { ...person, alert: 'x' },
      { alert: 'pacemaker' },
      { alert: null },
      { alert: 'pacemaker' },
      ['alert'],
    ],
    ['safety: the gravest', allergy, { patientId }, { criticality: 'high' }, { criticality: 'low' }, { criticality: 'high' }, ['criticality']],
    [
      'safety: one that holds before one that was ended',
      allergy,
      { patientId, clinicalStatus: 'active', verificationStatus: 'unconfirmed' },
      { verificationStatus: 'confirmed' },
      { verificationStatus: 'refuted' },
      { verificationStatus: 'confirmed', clinicalStatus: 'active' },
      ['verificationStatus'],
    ],
    [
      'safety: every reaction',
      allergy,
      { patientId },
      { reactions: [{ manifestations: [{ text: 'hives' }] }] },
      { reactions: [{ manifestations: [{ text: 'anaphylaxis' }] }] },
      { reactions: [{ manifestations: [{ text: 'anaphylaxis' }] }, { manifestations: [{ text: 'hives' }] }] },
      ['reactions'],
    ],
    [
      'status: the furthest, with the times of both',
      appointment,
      booked,
      { status: 'arrived', statusTimes: { arrived: slot.startAt } },
      { status: 'confirmed', statusTimes: { confirmed: slot.startAt } },
      { status: 'arrived', statusTimes: { arrived: slot.startAt, confirmed: slot.startAt } },
      ['status'],
    ],
    ['status: cancelled before confirmed', appointment, booked, { status: 'cancelled' }, { status: 'confirmed' }, { status: 'cancelled' }, ['status']],
    ['status: arrived before cancelled', appointment, booked, { status: 'arrived' }, { status: 'cancelled' }, { status: 'arrived' }, ['status']],
    ['status: done before arrived', appointment, booked, { status: 'done' }, { status: 'arrived' }, { status: 'done' }, ['status']],
    ['access: ended before active', user, account, { isActive: false }, { isActive: true, displayName: 'E' }, { isActive: false, displayName: 'E' }, []],
    ['access: the role with fewer permissions', user, account, { role: 'readOnly' }, { role: 'administrator' }, { role: 'readOnly' }, ['role']],
    [
      'access: the earlier end',
      user,
      account,
      { validUntilDate: '2026-06-01' },
      { validUntilDate: '2027-06-01' },
      { validUntilDate: '2026-06-01' },
      ['validUntilDate'],
    ],
  ])('%s', async (_, entity, fields, mine, theirs, read, questions) => {
    const { a, id, asked } = await edited(entity, fields, mine, theirs)
    expect(a.get(entity, id)).toMatchObject(read)
    const data = JSON.parse(a.db.prepare<[string], string>(`SELECT data FROM ${entity.table} WHERE id = ?`).pluck().get(id) ?? '{}')
    expect(data).toMatchObject(read)
    expect(asked).toEqual(questions)
  })

  it('an edit that a deletion had not seen keeps the record, on the timeline too, and asks', async () => {
    const { stores, clinicKey } = await workstations(2)
    const [a, b] = stores as [Store, Store]
    const id = await a.write(act, (tx) => tx.create(appointment, { patientId, slot, status: 'booked' }))
    await exchange(a, b)
    await a.write(act, (tx) => tx.update(appointment, id, { note: 'asked to come' }))
    await b.write(act, (tx) => tx.remove(appointment, id))
    expect(b.find(appointment, id)).toBeUndefined()
    await exchange(a, b)
    for (const store of [a, b]) {
      expect(store.get(appointment, id)).toMatchObject({ note: 'asked to come' })
      expect(store.db.prepare('SELECT deleted FROM appointment').pluck().all()).toEqual([0])
      expect(store.db.prepare('SELECT id FROM timeline').pluck().all()).toEqual([id])
      expect(store.db.prepare('SELECT fields FROM review').pluck().all()).toEqual(['["_deleted"]'])
      expect(problemsOf(store, clinicKey)).toEqual([])
    }
    await a.write(act, (tx) => tx.remove(appointment, id))
    await exchange(a, b)
    expect([a.find(appointment, id), b.find(appointment, id)]).toEqual([undefined, undefined])
    expect(b.db.prepare('SELECT fields FROM review').pluck().all()).toEqual([])
    await b.write(act, (tx) => tx.restore(appointment, id))
    await exchange(a, b)
    expect(a.get(appointment, id)).toMatchObject({ note: 'asked to come' })
    expect(seen(a)).toEqual(seen(b))
  })

  it('two deletions at once are one', async () => {
    const { stores } = await workstations(2)
    const [a, b] = stores as [Store, Store]
    const id = await a.write(act, (tx) => tx.create(appointment, { patientId, slot, status: 'booked' }))
    await exchange(a, b)
    for (const store of [a, b]) await store.write(act, (tx) => tx.remove(appointment, id))
    await exchange(a, b)
    expect(seen(a)).toEqual(seen(b))
    expect([a.find(appointment, id), a.db.prepare('SELECT count(*) FROM review').pluck().get()]).toEqual([undefined, 0])
  })
})

describe('a write over what was read', () => {
  it('replaces the highest of several values, and leaves no question', async () => {
    const { a, b, id } = await edited(appointment, { patientId: newId(), slot, status: 'booked' }, { status: 'arrived' }, { status: 'confirmed' })
    await a.write(act, (tx) => tx.update(appointment, id, { status: 'booked' }))
    await exchange(a, b)
    for (const store of [a, b]) {
      expect(store.get(appointment, id).status).toBe('booked')
      expect(store.db.prepare('SELECT count(*) FROM review').pluck().get()).toBe(0)
    }
  })

  it('leaves the question open where only one of the values was shown', async () => {
    const { a, id } = await edited(patient, person, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await a.write(act, (tx) => tx.update(patient, id, { birthDate: '1990-03-03' }))
    expect(a.get(patient, id).birthDate).toBe('1990-03-03')
    expect(a.db.prepare('SELECT fields FROM review').pluck().all()).toEqual(['["birthDate"]'])
  })

  it('of nothing leaves the warning of somebody else', async () => {
    const { a, id } = await edited(patient, { ...person, alert: 'x' }, { alert: 'latex' }, { alert: 'pacemaker' })
    await a.write(act, (tx) => tx.update(patient, id, { alert: null }))
    expect(a.get(patient, id).alert).toBe('latex')
    await a.write(act, (tx) => tx.decide(patient, id, 'alert', null))
    expect(a.get(patient, id)).not.toHaveProperty('alert')
  })

  it('by a decision settles the question everywhere, also for the value that stands already', async () => {
    const { a, b, id } = await edited(patient, person, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await b.write(act, (tx) => tx.decide(patient, id, 'birthDate', '1990-02-01'))
    await exchange(a, b)
    for (const store of [a, b]) {
      expect(store.get(patient, id).birthDate).toBe('1990-02-01')
      expect(store.db.prepare('SELECT count(*) FROM review').pluck().get()).toBe(0)
    }
    expect(seen(a)).toEqual(seen(b))
  })

  it('that takes a decision back asks again, everywhere, with the values of before', async () => {
    const { a, b, id, clinicKey } = await edited(allergy, { patientId: newId() }, { criticality: 'high' }, { criticality: 'low' })
    const before = a.held('allergy', id)?.cells.criticality?.value
    await a.write(act, (tx) => tx.decide(allergy, id, 'criticality', 'low'))
    await exchange(a, b)
    expect(b.get(allergy, id).criticality).toBe('low')
    await b.write(act, (tx) => tx.reopen(allergy, id, 'criticality', { value: before ?? null, versions: [before === 'low' ? 'high' : 'low'] }))
    await exchange(a, b)
    for (const store of [a, b]) {
      expect(store.get(allergy, id).criticality).toBe('high')
      expect(store.db.prepare('SELECT fields FROM review').pluck().all()).toEqual(['["criticality"]'])
      expect(problemsOf(store, clinicKey)).toEqual([])
    }
    expect(seen(a)).toEqual(seen(b))
    await a.write(act, (tx) => tx.decide(allergy, id, 'criticality', 'high'))
    await exchange(a, b)
    expect(b.db.prepare('SELECT count(*) FROM review').pluck().get()).toBe(0)
  })

  it('two decisions at once are a question again', async () => {
    const { a, b, id } = await edited(patient, person, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await a.write(act, (tx) => tx.decide(patient, id, 'birthDate', '1990-01-02'))
    await b.write(act, (tx) => tx.decide(patient, id, 'birthDate', '1990-02-01'))
    await exchange(a, b)
    expect(a.db.prepare('SELECT fields FROM review').pluck().all()).toEqual(['["birthDate"]'])
    expect(seen(a)).toEqual(seen(b))
  })
})

const ids = { patient: newId(), appointment: newId(), allergy: newId(), user: newId() }
const text = fc.constantFrom(null, 'a', 'b')
const patches = {
  patient: fc.record({ phone: text, alert: text, birthDate: fc.constantFrom(null, '1990-01-01', '1990-01-02') }, { requiredKeys: [] }),
  appointment: fc.record(
    {
      status: fc.constantFrom('booked', 'cancelled', 'arrived', 'done'),
      statusTimes: fc.constantFrom(null, { arrived: slot.startAt }, { booked: slot.startAt }),
      slot: fc.constantFrom(slot, { ...slot, startAt: '2026-05-02T09:00:00.000Z' }),
    },
    { requiredKeys: [] },
  ),
  allergy: fc.record(
    {
      criticality: fc.constantFrom(null, 'low', 'high'),
      reactions: fc.constantFrom(null, [], [{ manifestations: [{ text: 'hives' }] }], [{ manifestations: [{ text: 'fever' }] }]),
      patientId: fc.constantFrom(ids.patient, ids.user),
    },
    { requiredKeys: [] },
  ),
  user: fc.record(
    { role: fc.constantFrom('administrator', 'billing'), validUntilDate: fc.constantFrom(null, '2026-05-01', '2026-06-01') },
    { requiredKeys: [] },
  ),
}
const kinds = { patient, appointment, allergy, user } as const
const first = { patient: person, appointment: { patientId: ids.patient, slot, status: 'booked' }, allergy: { patientId: ids.patient }, user: account }
type Kind = keyof typeof kinds

const edit = fc
  .constantFrom<Kind[]>('patient', 'appointment', 'allergy', 'user')
  .chain((kind) => patches[kind].map((patch) => ({ type: 'edit' as const, kind, patch: patch as Record<string, unknown> })))
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(edit, fc.nat(2)).map(([made, replica]) => ({ ...made, replica })) },
  fc.record({
    type: fc.constantFrom('remove' as const, 'restore' as const, 'decide' as const),
    kind: fc.constantFrom<Kind[]>('appointment', 'allergy', 'patient'),
    replica: fc.nat(2),
  }),
  { weight: 3, arbitrary: fc.record({ type: fc.constant('meet' as const), from: fc.nat(2), replica: fc.nat(2), order: fc.nat(1000) }) },
)

/** The same records in another order that `seed` names. */
const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, n) => ({ item, place: Math.imul(n + 1, 2654435761 ^ (seed * 40503)) >>> 0 }))
    .sort((x, y) => x.place - y.place)
    .map(({ item }) => item)

describe('after any history of three workstations', () => {
  it('queries see what the cells and kept versions say, in whatever order they arrived, and a workstation reads its own writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(1000), async (history, seed) => {
        let now = Date.parse('2026-03-01T00:00:00Z')
        const { stores, clinicKey } = await workstations(4, () => now)
        const replicas = stores.slice(0, 3)
        await replicas[0]?.write(act, (tx) => {
          for (const kind of Object.keys(kinds) as Kind[]) tx.create(kinds[kind] as Entity, first[kind], ids[kind])
        })
        await exchange(...replicas)
        for (const made of history) {
          now += 1000
          const store = replicas[made.replica] as Store
          if (made.type === 'meet') {
            const from = replicas[made.from] as Store
            for (const record of shuffled(statesOf(from), made.order)) await store.receive({ records: [record] })
            continue
          }
          const [entity, id] = [kinds[made.kind] as Entity, ids[made.kind]]
          if (made.type === 'restore') {
            await store.write(act, (tx) => tx.restore(entity, id))
            expect(store.find(entity, id)).toBeDefined()
          }
          if (!store.find(entity, id)) continue
          if (made.type === 'remove') {
            await store.write(act, (tx) => tx.remove(entity, id))
            expect(store.find(entity, id)).toBeUndefined()
          }
          if (made.type === 'edit') {
            await store.write(act, (tx) => tx.update(entity, id, made.patch))
            // A warning that somebody else wrote stands when one's own was cleared.
            const names = Object.keys(made.patch).filter((name) => name !== 'alert' || made.patch[name] !== null)
            const written = Object.fromEntries(names.map((name) => [name, made.patch[name] ?? undefined]))
            expect({ ...written, ...store.get(entity, id) }).toMatchObject(written)
          }
          if (made.type === 'decide') {
            const { tasks } = await store.write(act, (tx) => {
              for (const field of tx.reading(entity, id)?.tasks ?? []) {
                if (field === '_deleted') tx.restore(entity, id)
                else tx.decide(entity, id, field, (store.get(entity, id) as Record<string, unknown>)[field] ?? null)
              }
              return { tasks: tx.reading(entity, id)?.tasks }
            })
            expect(tasks).toEqual([])
          }
          expect(problemsOf(store, clinicKey)).toEqual([])
        }
        await exchange(...replicas)
        const late = stores[3] as Store
        for (const record of shuffled(statesOf(replicas[0] as Store), seed)) await late.receive({ records: [record] })
        for (const store of stores) {
          expect(store.digest()).toBe(late.digest())
          expect(seen(store)).toEqual(seen(late))
          expect(problemsOf(store, clinicKey)).toEqual([])
        }
        const before = seen(late)
        for (const table of tables.slice(0, 4)) late.db.exec(`UPDATE ${table} SET deleted = 1 - deleted`)
        late.db.exec('DELETE FROM review')
        rebuildDerived(late.db, () => undefined)
        expect(seen(late)).toEqual(before)
        expect(late.digest()).toBe(replicas[0]?.digest())
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})
