import { describe, expect, it } from 'vitest'
import type { Cells } from '../../src/main/records/cell.js'
import { recordDigest } from '../../src/main/records/digest.js'
import { HubProblem } from '../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { digestKeyOf } from '../../src/main/store/store.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import { type DrillWorkstation, instead, type Line } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'

const pair = async () => {
  const clinic = await DrillClinic.start({ count: 2 })
  const [a, b] = clinic.workstations as [DrillWorkstation, DrillWorkstation]
  return { clinic, a, b, names: clinicKeyNames(clinic.keys.dataset), admin: clinic.server.admin }
}

/** A line whose server refuses one record for its own sake, as long as it is asked to. */
const refusing =
  (poisoned: { id: string | undefined }) =>
  (line: Line): Line =>
    instead(line, {
      push: async (request) => {
        if (request.records.some(({ id }) => id === poisoned.id)) throw new HubProblem('record', 'The server refuses this record.')
        return line.push(request)
      },
    })

describe('a record that the server refuses for its own sake', () => {
  it('becomes a dead letter after five tries, later ones of the record wait, the rest goes on, and trying again works', async () => {
    const { clinic, a, b } = await pair()
    const [bad, good] = [await register(a, 'Bad'), await register(a, 'Good')]
    await clinic.rest()
    await a.leave()
    const poisoned: { id: string | undefined } = { id: bad }
    a.connect({ through: refusing(poisoned) })
    await phone(a, bad, '111')
    await phone(a, good, '222')
    await phone(a, bad, '333')
    await phone(a, good, '444')
    await until(() => b.store.get(patient, good).phone === '444' && a.replica.backlog().dead > 0)
    const tries = a.store.db.prepare("SELECT tries FROM operation WHERE state = 'dead'").pluck().all()
    expect(tries).toEqual([5])
    await until(() => a.replica.backlog().waiting === 1)
    expect(a.replica.backlog().dead).toBe(1)
    expect(b.store.get(patient, bad).phone).toBeUndefined()
    poisoned.id = undefined
    expect(a.store.replication.retry('all')).toBe(1)
    a.replica.setState({ reconcile: 'retry' })
    a.exchange?.restart()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, bad).phone).toBe('333')
  })

  it('leads to one comparison at most when the line comes back, not to one after the other', async () => {
    const { clinic, a, b } = await pair()
    const [bad, good] = [await register(a, 'Bad'), await register(a, 'Good')]
    await clinic.rest()
    await a.leave()
    a.connect({ through: refusing({ id: bad }) })
    await phone(a, bad, '111')
    await until(() => a.replica.backlog().dead > 0)
    // Waits behind the dead letter; its number was accepted, without the record.
    await phone(a, bad, '222')
    await phone(a, good, '0')
    await until(() => b.store.get(patient, good).phone === '0' && a.replica.backlog().waiting === 1)
    await a.leave()
    let rounds = 0
    const counting = (line: Line): Line =>
      instead(refusing({ id: bad })(line), {
        snapshot: () => {
          rounds++
          return line.snapshot()
        },
      })
    a.connect({ through: counting })
    await phone(b, good, 'from elsewhere')
    await until(() => a.store.get(patient, good).phone === 'from elsewhere')
    for (const number of ['1', '2', '3', '4', '5']) {
      await phone(a, good, number)
      await until(() => b.store.get(patient, good).phone === number && a.replica.backlog().waiting === 1)
    }
    expect(rounds).toBeLessThanOrEqual(1)
    expect(a.replica.backlog()).toMatchObject({ waiting: 1, dead: 1 })
  })

  it('keeps nothing else from an emptied server, nor from one that is met for the first time', async () => {
    const { clinic, a, b, admin } = await pair()
    const bad = await register(a, 'Bad')
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    await admin.flushall()
    await register(a, 'Good')
    const poisoned: { id: string | undefined } = { id: bad }
    a.connect({ through: refusing(poisoned) })
    await until(async () => (await clinic.hub().snapshot()).buckets.size > 0)
    await until(() => a.replica.backlog().waiting === 0)
    await register(a, 'Later')
    await until(() => a.replica.backlog().waiting === 0)
    poisoned.id = undefined
    b.connect()
    a.store.replication.retry('all')
    a.replica.setState({ reconcile: 'retry' })
    a.exchange?.restart()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Bad', 'Good', 'Later'])
  })
})

describe('records of a newer program', () => {
  it('of a kind that is not known are kept, passed on byte for byte, and count in the digests', async () => {
    const { clinic, a, b, admin, names } = await pair()
    await clinic.rest()
    await b.leave()
    const [id, owner] = [newId(), newId()]
    const cells: Cells = { spectrum: { stamp: `${'0'.repeat(15)}1aaaaaaaaaaaaaaaa`, ancestors: [], value: { deep: ['ä', 1.5, null] } } }
    const digest = recordDigest(digestKeyOf(clinic.keys.clinicKey), 'lensOrder', id, cells)
    const sealed = clinic.codec.seal({ kind: 'lensOrder', id, owner, digest }, cells)
    const { epoch = '' } = await clinic.hub().snapshot()
    const push = { epoch, generation: 1, schema: 1, site: 'bbbbbbbbbbbbbbbb', from: 1, to: 1, summary: new Uint8Array() }
    await clinic.hub().push({ ...push, records: [{ kind: 'lensOrder', id, owner, digest, sealed, held: undefined, lists: [] }] })
    await until(() => a.store.held('lensOrder', id) !== undefined)
    expect(a.store.parkedCount()).toBe(1)
    // The only one that still has it is one that does not know it.
    await admin.flushall()
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.held('lensOrder', id)).toMatchObject({ cells, digest: Buffer.from(digest), owner })
    expect(await admin.exists(names.record({ kind: 'lensOrder', id, owner }))).toBe(1)
  })

  it('keep a field that is not known through an edit here', async () => {
    const { clinic, a, b } = await pair()
    const id = await register(a)
    const cells: Cells = { bloodGroup: { stamp: `${'0'.repeat(15)}1aaaaaaaaaaaaaaaa`, ancestors: [], value: 'AB' } }
    await clinic.rest()
    await a.store.write({ actor: {}, act: 'test' }, (tx) => tx.merge(patient, id, cells))
    await until(() => b.store.held('patient', id)?.cells.bloodGroup !== undefined)
    await phone(b, id, '111')
    expect(await clinic.judged()).toEqual([])
    for (const { store } of [a, b]) {
      expect(store.held('patient', id)?.cells.bloodGroup).toEqual(cells.bloodGroup)
      expect(store.get(patient, id).phone).toBe('111')
    }
  })
})

describe('a record that is damaged', () => {
  it('in its value, or gone although the index names it, is sent again by those who hold it', async () => {
    const { clinic, a, b, admin, names } = await pair()
    const [spoilt, gone] = [await register(a, 'Spoilt'), await register(a, 'Gone')]
    await clinic.rest()
    await b.leave()
    const key = names.record({ kind: 'patient', id: spoilt })
    const value = (await admin.getBuffer(key)) ?? Buffer.alloc(0)
    await admin.set(key, Buffer.concat([value.subarray(0, 60), Buffer.alloc(value.length - 60, 7)]))
    await admin.del(names.record({ kind: 'patient', id: gone }))
    await phone(b, spoilt, '111')
    await phone(b, gone, '222')
    b.connect()
    const c = await clinic.add()
    await clinic.rest()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(c)).toEqual(['Gone', 'Spoilt'])
    expect(c.store.get(patient, gone).phone).toBe('222')
  })

  it('and taken out of the index is found in the feed when everybody has lost it since', async () => {
    const { clinic, a, b, admin, names } = await pair()
    const id = await register(a, 'Lost')
    await clinic.rest()
    for (const workstation of [a, b]) await workstation.leave()
    const name = { kind: 'patient', id }
    const [held] = await clinic.hub().records([name])
    await admin.del(names.record(name))
    const { epoch } = await clinic.hub().snapshot()
    expect(await clinic.hub().drop(epoch ?? '', { ...(held ?? expect.fail()), sealed: undefined })).toBe(true)
    // Its author's journal would have it, too.
    await clinic.lose(a)
    await clinic.replaceDisk(() => b.loseDatabase(undefined))
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Lost'])
  })

  it('on the way in the feed is found and fetched', async () => {
    const { clinic, a, b } = await pair()
    await clinic.rest()
    await b.leave()
    let damaged = 0
    const through = (line: Line): Line =>
      instead(line, {
        read: async (after, options) => {
          const entries = await line.read(after, options)
          if (damaged++ > 0) return entries
          return entries.map((entry) => ({
            ...entry,
            records: entry.records.map((record) => ({ ...record, sealed: Buffer.from(record.sealed ?? []).fill(9, 50) })),
          }))
        },
      })
    await register(a, 'Damaged once')
    b.connect({ through })
    await until(() => damaged > 0)
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Damaged once'])
  })

  it('by hand in every one of its copies on the server is still with the workstations', async () => {
    const { clinic, a, b, admin, names } = await pair()
    for (let n = 0; n < 5; n++) await register(a, `${n}`)
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    for (const key of await admin.keys(names.all)) if (await admin.exists(key)) if (!key.endsWith(':meta') && !key.endsWith(':feed')) await admin.del(key)
    await register(b, 'After')
    a.connect()
    b.connect()
    await clinic.rest()
    for (const { exchange, replica } of [a, b]) {
      replica.setState({ reconcile: 'audit' })
      exchange?.restart()
    }
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toEqual(['0', '1', '2', '3', '4', 'After'])
  })
})
