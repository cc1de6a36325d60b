import { describe, expect, it } from 'vitest'
import { keptVersion } from '../../src/shared/entities/kept-version.js'
import { patient } from '../../src/shared/entities/patient.js'
import { redisOfFile } from '../support/redis-server.js'
import { allEqual, newSharedClinic, openWorkstation, until } from './support.js'

const server = redisOfFile()
const act = { actor: {}, act: 'test' }

describe('two workstations on a real server', () => {
  it('hold the same after each has written', async () => {
    const clinic = newSharedClinic()
    const [a, b] = [await openWorkstation(server(), clinic), await openWorkstation(server(), clinic)]
    const id = await a.register('From A')
    await b.register('From B')
    await until(() => b.store.find(patient, id) !== undefined)
    await allEqual(a, b)
    expect(a.replica.backlog().waiting + b.replica.backlog().waiting).toBe(0)
    expect(a.store.digest()).not.toBe('0000000000000000')
  })

  it('says that it compares, and ends when it is asked to, while it reads a long feed after a recovery', async () => {
    const clinic = newSharedClinic()
    const before = await openWorkstation(server(), clinic)
    await before.register('Doe')
    await before.upToDate()
    await before.leave()
    before.store.replication.setState({ reconcile: 'recovery' })
    const after = await openWorkstation(server(), clinic, { store: before.store })
    const read = after.hub.read.bind(after.hub)
    let reads = 0
    after.hub.read = (_, options) => {
      reads++
      return read('0-0', { ...options, count: 1 })
    }
    await until(() => reads > 3)
    expect(after.exchange.state.comparing).toMatchObject({ reason: 'recovery', done: 0, total: 0 })
    await after.leave()
    expect(after.replica.state().reconcile).toBe('recovery')
  })

  it('merge edits of different fields, and keep the value that lost of the same one', async () => {
    const clinic = newSharedClinic()
    const [a, b] = [await openWorkstation(server(), clinic), await openWorkstation(server(), clinic)]
    const id = await a.register('Doe')
    await allEqual(a, b)
    await Promise.all([a.leave(), b.leave()])
    await a.store.write(act, (tx) => tx.update(patient, id, { phone: '111', email: 'a@example.org' }))
    await b.store.write(act, (tx) => tx.update(patient, id, { phone: '222', insuranceNumber: 'X9' }))
    const [a2, b2] = [await openWorkstation(server(), clinic, { store: a.store }), await openWorkstation(server(), clinic, { store: b.store })]
    await allEqual(a2, b2)
    const held = a.store.get(patient, id)
    expect(held).toMatchObject({ email: 'a@example.org', insuranceNumber: 'X9', phone: '222' })
    const versions = a.store.db.prepare('SELECT id FROM kept_version').pluck().all() as string[]
    expect(versions).toHaveLength(1)
    expect(a.store.get(keptVersion, versions[0] as string).version).toMatchObject({ field: 'phone', value: '111', id })
  })
})
