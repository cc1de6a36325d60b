import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findBrokenLink } from '../../../src/main/store/audit.js'
import { InvalidRecord, RecordMissing } from '../../../src/main/store/record-check.js'
import { appointment } from '../../../src/shared/entities/appointment.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { newId } from '../../../src/shared/ids.js'
import { openTestStore } from '../../support/store.js'

const actor = { userId: newId() }
const act = { actor, act: 'patients.register' }
const ana = { recordNumber: 'A1', familyName: 'García', givenName: 'Ana', sex: 'female' as const, phone: '+34600111222' }

describe('writing records', () => {
  it('commits record, operation, audit row and journal entry together', async () => {
    const { store, journal } = await openTestStore()
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    expect(store.get(patient, id)).toMatchObject({ id, familyName: 'García', phone: '+34600111222' })
    expect(store.db.prepare('SELECT act, user_id, records, state, site FROM operation').all()).toEqual([
      { act: 'patients.register', user_id: actor.userId, records: `["patient/${id}"]`, state: 'waiting', site: store.site },
    ])
    expect(store.db.prepare('SELECT act, patient_id, operation FROM audit').all()).toEqual([{ act: 'patients.register', patient_id: id, operation: 1 }])
    expect(journal).toMatchObject([{ type: 'operation', number: 1, records: [{ kind: 'patient', id }] }])
  })

  it('leaves no trace of a change that throws', async () => {
    const { store, journal } = await openTestStore()
    const before = store.digest()
    await expect(
      store.write(act, (tx) => {
        tx.create(patient, ana)
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    expect(store.db.prepare('SELECT (SELECT count(*) FROM patient) + (SELECT count(*) FROM operation) + (SELECT count(*) FROM audit)').pluck().get()).toBe(0)
    expect(journal).toEqual([])
    expect(store.digest()).toBe(before)
  })

  it('keeps the replaced stamp among the ancestors of the new one', async () => {
    const { store, journal } = await openTestStore()
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    await store.write({ actor, act: 'patients.edit' }, (tx) => tx.update(patient, id, { phone: '+34600333444' }))
    const [first, second] = journal
    if (first?.type !== 'operation' || second?.type !== 'operation') throw new Error('two operations were expected')
    const created = first.records[0]?.cells.phone
    expect(second.records[0]?.cells).toEqual({ phone: { stamp: expect.any(String), ancestors: [created?.stamp], value: '+34600333444' } })
  })

  it('changes nothing when every field already has its value', async () => {
    const { store, journal } = await openTestStore()
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    expect(await store.write(act, (tx) => tx.update(patient, id, { phone: ana.phone, givenName: 'Ana' }))).toBe(false)
    expect(journal).toHaveLength(1)
  })

  it('writes above a stamp from a clock that runs days ahead, and goes on with its own clock', async () => {
    let now = Date.parse('2026-03-10T10:00:00Z')
    const { store, journal } = await openTestStore({ now: () => now })
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    now = Date.parse('2026-03-08T10:00:00Z')
    await store.write(act, (tx) => tx.update(patient, id, { phone: '+34611' }))
    await store.write(act, (tx) => tx.update(patient, id, { email: 'ana@example.org' }))
    const stamps = journal.map((entry) => (entry.type === 'operation' ? Object.values(entry.records[0]?.cells ?? {})[0]?.stamp : ''))
    expect(stamps[1]! > stamps[0]!).toBe(true)
    expect(store.get(patient, id)).toMatchObject({ phone: '+34611', email: 'ana@example.org' })
  })

  it('clears a field with null and knows that it was there', async () => {
    const { store } = await openTestStore()
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    await store.write(act, (tx) => tx.update(patient, id, { phone: null }))
    expect(store.get(patient, id)).not.toHaveProperty('phone')
  })

  it('deletes by a tombstone and takes it back', async () => {
    const { store } = await openTestStore()
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    const whole = store.get(patient, id)
    await store.write({ actor, act: 'patients.remove' }, (tx) => tx.remove(patient, id))
    expect(store.find(patient, id)).toBeUndefined()
    expect(() => store.get(patient, id)).toThrow(RecordMissing)
    await store.write({ actor, act: 'patients.restore' }, (tx) => tx.restore(patient, id))
    expect({ ...store.get(patient, id), changedAt: '' }).toEqual({ ...whole, changedAt: '' })
  })

  it('refuses what the schema refuses, with field codes and no values', async () => {
    const { store } = await openTestStore()
    const attempt = store.write(act, (tx) => tx.create(patient, { ...ana, birthDate: '1990-02-30', familyName: '' }))
    await expect(attempt).rejects.toThrow(InvalidRecord)
    await expect(attempt).rejects.toMatchObject({ fields: expect.arrayContaining([{ path: 'birthDate', code: 'invalid_format' }]) })
    await expect(attempt).rejects.not.toThrow(/1990/)
  })

  it('refuses more records than an operation holds', async () => {
    const { store } = await openTestStore()
    await expect(store.write(act, (tx) => Array.from({ length: 51 }, () => tx.create(patient, ana)))).rejects.toThrow(RangeError)
    expect(store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(0)
  })

  it('tells subscribers after the commit, with ids only', async () => {
    const { store } = await openTestStore()
    const heard: unknown[] = []
    store.subscribe((commit) => heard.push(commit))
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    expect(heard).toEqual([{ seq: 1, records: [{ kind: 'patient', id, patientId: id }] }])
  })

  it('keeps the timeline in step with when things happened', async () => {
    const { store } = await openTestStore()
    const patientId = await store.write(act, (tx) => tx.create(patient, ana))
    const slot = { startAt: '2026-05-01T09:00:00Z', durationMinutes: 30 }
    const id = await store.write(act, (tx) => tx.create(appointment, { patientId, slot, status: 'booked' }))
    const rows = () => store.db.prepare('SELECT at FROM timeline WHERE patient_id = ?').pluck().all(patientId)
    expect(rows()).toEqual(['2026-05-01T09:00:00.000Z'])
    await store.write(act, (tx) => tx.update(appointment, id, { slot: { ...slot, startAt: '2026-05-02T11:00:00+02:00' } }))
    expect(rows()).toEqual(['2026-05-02T09:00:00.000Z'])
    await store.write(act, (tx) => tx.remove(appointment, id))
    expect(rows()).toEqual([])
  })

  it('has a digest that depends on the records, not on their order', async () => {
    const clinicKey = Buffer.alloc(32, 7)
    const a = await openTestStore({ clinicKey })
    expect(a.store.digest()).toBe('0000000000000000')
    const id = await a.store.write(act, (tx) => tx.create(patient, ana))
    const one = a.store.digest()
    await a.store.write(act, (tx) => tx.update(patient, id, { phone: null }))
    expect(a.store.digest()).not.toBe(one)
  })

  it('keeps the answer of a command', async () => {
    const { store } = await openTestStore()
    const command = { id: newId(), inputHash: 'h' }
    await store.write({ ...act, command }, (tx) => ({ id: tx.create(patient, ana) }))
    expect(store.db.prepare('SELECT procedure, input_hash FROM command').all()).toEqual([{ procedure: 'patients.register', input_hash: 'h' }])
    await expect(store.write({ ...act, command }, (tx) => tx.create(patient, ana))).rejects.toThrow()
    expect(store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(1)
  })

  it('writes nothing readable to disk', async () => {
    const { store, file } = await openTestStore()
    await store.write(act, (tx) => tx.create(patient, ana))
    for (const name of [file, `${file}-wal`]) {
      const bytes = readFileSync(name)
      expect(bytes.includes('SQLite format 3')).toBe(false)
      expect(bytes.includes('García')).toBe(false)
    }
  })
})

describe('the access log', () => {
  it('is a chain in which a changed row is found', async () => {
    const { store } = await openTestStore()
    await store.write(act, (tx) => tx.create(patient, ana))
    store.noteRead({ userId: actor.userId, act: 'patients.get' })
    store.flushReads()
    await store.write(act, (tx) => tx.create(patient, { ...ana, recordNumber: 'A2' }))
    expect(findBrokenLink(store.db)).toBeUndefined()
    expect(() => store.db.prepare("UPDATE audit SET act = 'x' WHERE seq = 2").run()).toThrow('never changed')
    store.db.exec('DROP TRIGGER audit_no_update')
    store.db.prepare("UPDATE audit SET act = 'x' WHERE seq = 2").run()
    expect(findBrokenLink(store.db)).toBe(2)
  })
})
