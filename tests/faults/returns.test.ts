import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { patient } from '../../src/shared/entities/patient.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import type { DrillWorkstation } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'

const dayMs = 86_400_000

const pair = async (feedEntries = 10_000) => {
  const clinic = await DrillClinic.start({ count: 2, feedEntries })
  const [a, b] = clinic.workstations as [DrillWorkstation, DrillWorkstation]
  return { clinic, a, b, server: clinic.server }
}

describe('a workstation that comes back', () => {
  it('after three weeks, to a server that was replaced and has cut its feed, brings its work and takes up that of the others', async () => {
    const { clinic, a, b, server } = await pair(5)
    const [both, gone, edited] = [await register(a, 'Both'), await register(a, 'Gone'), await register(a, 'Edited')]
    await clinic.rest()
    await b.leave()
    // What it writes now was written three weeks before what the other writes.
    b.skewMs = -21 * dayMs
    for (let n = 0; n < 20; n++) await register(b, `Away ${n}`)
    await phone(b, both, 'three weeks ago')
    await b.write((tx) => tx.remove(patient, gone))
    b.skewMs = 0
    await phone(a, both, 'yesterday')
    await phone(a, edited, '111')
    await clinic.replaceServer(() => server.restartEmpty())
    for (let n = 0; n < 30; n++) await phone(a, edited, `${n}`)
    await until(() => a.replica.backlog().waiting === 0)
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toHaveLength(22)
    expect(a.store.get(patient, both).phone).toBe('yesterday')
    expect(a.store.db.prepare('SELECT count(*) FROM kept_version').pluck().get()).toBe(1)
    expect(b.store.get(patient, edited).phone).toBe('29')
  })

  it('with an older program than the clinic asks for sends nothing and keeps everything until it is updated', async () => {
    const { clinic, a, b } = await pair()
    const id = await register(a)
    await clinic.rest()
    // Somebody with a later program asked for it.
    const { dataset } = clinic.keys
    await clinic.hub().hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: '0'.repeat(32), generation: 1, schema: 2, leastSchema: 2 })
    const { end } = await clinic.hub().snapshot()
    await phone(a, id, '111')
    await register(b, 'Meanwhile')
    await until(() => a.exchange?.state.blocked === 'schema' && b.exchange?.state.blocked === 'schema')
    expect((await clinic.hub().snapshot()).end).toEqual(end)
    expect([a, b].map(({ replica }) => replica.backlog().waiting)).toEqual([1, 1])
    for (const workstation of [a, b]) {
      await workstation.leave()
      workstation.connect({ schema: 2 })
    }
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id).phone).toBe('111')
  })

  it('by a new line, when the one before died in silence with an answer on it, sends nothing twice', async () => {
    const { clinic, a, b, server } = await pair()
    const id = await register(a)
    await clinic.rest()
    server.line.swallow()
    await phone(a, id, '111')
    await register(a, 'Unanswered')
    // Nothing ends the connections but those who wait on them.
    await until(() => a.exchange?.state.isLive === false && b.exchange?.state.isLive === false)
    server.line.heal()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Doe', 'Unanswered'])
    expect(b.store.get(patient, id).phone).toBe('111')
  })
})

describe('twenty workstations', () => {
  it('that come back at once after an outage, writing all the while, to a server that is empty, fill it and end equal', async () => {
    const clinic = await DrillClinic.start({ count: 20 })
    const { workstations, server } = clinic
    const id = await register(workstations[0] as DrillWorkstation, 'Shared')
    for (const one of workstations) await register(one, one.name)
    await clinic.rest()
    await server.kill()
    let isBack = false
    const writing = workstations.map(async (one) => {
      for (let n = 0; n < 3 || !isBack; n++) {
        await phone(one, id, `${one.name} ${n}`)
        await register(one, `${one.name} ${n}`)
        await pause(50)
      }
    })
    await until(() => workstations.every(({ exchange, replica }) => exchange?.state.isLive === false && replica.backlog().waiting > 3))
    await clinic.replaceServer(() => server.restartEmpty())
    await until(() => workstations.every(({ exchange }) => exchange?.state.isLive))
    isBack = true
    await Promise.all(writing)
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(workstations[19] as DrillWorkstation).length).toBeGreaterThan(20 * 4)
  }, 120_000)
})
