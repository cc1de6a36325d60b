import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { patient } from '../../src/shared/entities/patient.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import { type DrillWorkstation, instead, type Line } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'

const pair = async (options: Partial<Parameters<typeof DrillClinic.start>[0]> = {}) => {
  const clinic = await DrillClinic.start({ count: 2, ...options })
  const [a, b] = clinic.workstations as [DrillWorkstation, DrillWorkstation]
  return { clinic, a, b, server: clinic.server }
}

/** Waits until the server holds so many records. */
const holds = (clinic: DrillClinic, count: number): Promise<void> =>
  until(async () => [...(await clinic.hub().buckets([...(await clinic.hub().snapshot()).buckets.keys()])).values()].flat().length === count)

describe('a server that is emptied', () => {
  it('while everybody is connected and nobody writes is filled again by itself', async () => {
    const { clinic, a, b, server } = await pair()
    await register(a, 'From A')
    await register(b, 'From B')
    await clinic.rest()
    await server.flush()
    await holds(clinic, 2)
    expect(await clinic.judged()).toEqual([])
  })

  it('again and again while both send loses nothing', async () => {
    const { clinic, a, b, server } = await pair()
    const sending = [a, b].map(async (workstation) => {
      for (let n = 0; n < 150; n++) await register(workstation, `${workstation.name} ${n}`)
    })
    const flushing = (async () => {
      for (let n = 0; n < 8; n++) {
        await pause(60)
        await server.flush()
      }
    })()
    await Promise.all([...sending, flushing])
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toHaveLength(300)
  })

  it('by a restart without persistence is filled again by those who are there', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    await b.leave()
    await server.restartEmpty()
    await phone(a, id, '111')
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id).phone).toBe('111')
  })
})

describe('a server that comes back from an earlier moment', () => {
  it('from an old dump, on which others write on, gives nothing old and loses nothing new', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a, 'Early')
    await clinic.rest()
    await server.dump()
    await phone(a, id, '111')
    await register(a, 'Late')
    await clinic.rest()
    await a.leave()
    await server.restoreDump(server.dumps[0] ?? '')
    // The stream goes on with ids above those that A has seen.
    for (let n = 0; n < 5; n++) await register(b, `On ${n}`)
    await until(() => b.replica.backlog().waiting === 0)
    a.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toEqual(['Early', 'Late', 'On 0', 'On 1', 'On 2', 'On 3', 'On 4'])
    expect(b.store.get(patient, id).phone).toBe('111')
  })

  it('after it had said OK to a push that nobody has read yet gets the push again', async () => {
    const { clinic, a, b, server } = await pair()
    await clinic.rest()
    await b.leave()
    await a.leave()
    await server.dump()
    let isReading = false
    a.connect({ through: (hub) => instead(hub, { read: readLater(hub, () => isReading) }) })
    await register(a, 'Acknowledged')
    await holds(clinic, 1)
    expect(a.replica.backlog().waiting).toBe(1)
    await server.restoreDump(server.dumps[0] ?? '')
    isReading = true
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Acknowledged'])
  })

  it('as a replica that had fallen behind loses nothing', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    await server.leaveReplicaBehind()
    for (let n = 0; n < 5; n++) await phone(n % 2 === 0 ? a : b, id, `${n}`)
    await clinic.rest()
    await server.failOver()
    expect(await clinic.judged()).toEqual([])
    await register(b, 'After')
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toEqual(['After', 'Doe'])
  })

  it('split in two, each half written to, is one again afterwards', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    await b.leave()
    const half = await server.splitOff()
    b.connect({ port: half })
    await phone(a, id, '111')
    await phone(b, id, '222')
    await register(b, 'Other half')
    await until(() => a.replica.backlog().waiting + b.replica.backlog().waiting === 0)
    await b.leave()
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toEqual(['Doe', 'Other half'])
    expect(a.store.db.prepare('SELECT count(*) FROM kept_version').pluck().get()).toBe(1)
  })
})

const readLater =
  (hub: Line, isReading: () => boolean): Line['read'] =>
  async (after, options) => {
    while (!isReading()) await pause(5)
    return hub.read(after, options)
  }

describe('a server in trouble', () => {
  it('whose feed was cut past a slow workstation has everything for it', async () => {
    const { clinic, a, b } = await pair({ feedEntries: 5 })
    const id = await register(a)
    await clinic.rest()
    await b.leave()
    for (let n = 0; n < 40; n++) await phone(a, id, `${n}`)
    await register(b, 'Slow')
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id).phone).toBe('39')
  })

  it('whose memory is full keeps nobody from working, says so, and gets everything when there is room', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    await server.fill()
    await phone(a, id, '111')
    await register(b, 'Meanwhile')
    await until(() => a.exchange?.state.blocked === 'full' && b.exchange?.state.blocked === 'full')
    expect(a.replica.backlog()).toMatchObject({ waiting: 1, dead: 0 })
    await server.makeRoom()
    expect(await clinic.judged()).toEqual([])
    expect(a.exchange?.state.blocked).toBeUndefined()
    expect(b.store.get(patient, id).phone).toBe('111')
  })

  it('that was full when it was empty is filled as soon as there is room', async () => {
    const { clinic, a, server } = await pair()
    await register(a)
    await clinic.rest()
    await server.fill()
    await server.restartEmpty()
    await server.fill()
    await register(a, 'Meanwhile')
    await until(() => a.exchange?.state.blocked === 'full')
    await server.makeRoom()
    expect(await clinic.judged()).toEqual([])
  })

  it('that forgets its scripts goes on', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    for (let n = 0; n < 5; n++) {
      await server.admin.script('FLUSH')
      await phone(n % 2 === 0 ? a : b, await seen(b, id), `${n}`)
    }
    expect(await clinic.judged()).toEqual([])
  })

  it('that stands still is left, and found again', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    server.freeze()
    await phone(a, id, '111')
    await until(() => a.exchange?.state.isLive === false)
    await phone(a, id, '222')
    server.resume()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id).phone).toBe('222')
  })

  it('whose answers are lost writes nothing twice', async () => {
    const { clinic, a, b, server } = await pair()
    await clinic.rest()
    for (let n = 0; n < 5; n++) {
      server.line.swallow()
      await register(a, `Once ${n}`)
      await holds(clinic, n + 1)
      server.line.cut()
      server.line.heal()
      await clinic.rest()
    }
    expect(await clinic.judged()).toEqual([])
    const entries = await clinic.hub().read('0-0', { count: 100, waitMs: 0 })
    expect(entries.map(({ from, to }) => [from, to])).toEqual([1, 2, 3, 4, 5].map((n) => [n, n]))
    expect(namesOn(b)).toHaveLength(5)
  })

  it('that is met for the first time by two at once has one history', async () => {
    const { clinic, a, b, server } = await pair()
    for (let n = 0; n < 5; n++) {
      await Promise.all([a.leave(), b.leave()])
      await server.flush()
      await Promise.all([register(a, `A ${n}`), register(b, `B ${n}`)])
      a.connect()
      b.connect()
      expect(await clinic.judged()).toEqual([])
    }
    expect(namesOn(a)).toHaveLength(10)
  })

  it('that holds another clinic under this clinic’s name is sent nothing', async () => {
    const { clinic, a, b, server } = await pair()
    await register(a)
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    await server.admin.hset(clinicKeyNames(clinic.keys.dataset).meta, 'dataset', 'another')
    const before = (await clinic.hub().snapshot()).end
    await register(a, 'Ours')
    a.connect()
    await until(() => a.exchange?.state.blocked === 'dataset')
    expect((await clinic.hub().snapshot()).end).toEqual(before)
    expect(a.replica.backlog().waiting).toBe(1)
  })
})

/** The id, once a workstation shows the record. */
async function seen({ store }: DrillWorkstation, id: string): Promise<string> {
  await until(() => store.find(patient, id) !== undefined)
  return id
}
