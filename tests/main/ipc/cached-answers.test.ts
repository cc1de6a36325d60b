import { createRouterClient, traverseContractProcedures } from '@orpc/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { z } from 'zod'
import { openClinic } from '../../../src/main/clinic.js'
import { memoryCarrier } from '../../../src/main/ipc/carriers.js'
import { contract } from '../../../src/shared/contract/index.js'
import type { ProcedureMeta } from '../../../src/shared/contract/procedure.js'
import type { Api } from '../../support/api-client.js'
import { openTestClinic } from '../../support/clinic.js'
import { ManualClock } from '../../support/manual-clock.js'
import { redisOfTest } from '../../support/redis-server.js'
import { adminOf } from '../redis/connections.js'

const cached: { name: string; meta: ProcedureMeta; output: unknown }[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: declared, path }) => {
  const { meta, outputSchema } = declared['~orpc'] as unknown as { meta: ProcedureMeta; outputSchema: unknown }
  if (meta.cache !== 'none') cached.push({ name: path.join('.'), meta, output: outputSchema })
})

describe('procedures that are cached', () => {
  test('are these, all of them queries whose answers say how old they are', () => {
    expect(cached.map(({ name, meta }) => `${name} ${meta.cache}`).sort()).toEqual([
      'appointments.counts schedule',
      'dashboard.today dashboard',
      'patients.list patientList',
      'settings.clinic.get static',
      'staff.chairs.list staff',
      'staff.practitioners.list staff',
    ])
    for (const { name, meta, output } of cached) {
      expect(meta.type, name).toBe('query')
      expect(Object.keys((output as z.ZodObject).shape), name).toContain('freshness')
    }
  })
})

describe('a cached answer', () => {
  test('says that it was computed, then that it was kept, and is the same otherwise', async () => {
    const clock = new ManualClock()
    const { admin } = await openTestClinic({ now: () => clock.now() })
    await admin.patients.register({ familyName: 'One', givenName: '' })
    const { freshness: first, ...answer } = await admin.patients.list({})
    expect(first).toEqual({ source: 'load', asOf: new Date(clock.now()).toISOString(), ageMs: 0, stale: false })
    clock.pass(2000)
    const { freshness: second, ...again } = await admin.patients.list({})
    expect(second).toEqual({ ...first, source: 'memory', ageMs: 2000 })
    expect(again).toEqual(answer)
  })

  test('is never older than a write that was acknowledged', async () => {
    const { admin } = await openTestClinic()
    for (let i = 1; i < 6; i++) {
      const { id } = await admin.patients.register({ familyName: `P${i}`, givenName: '' })
      expect((await admin.patients.list({})).items).toHaveLength(i)
      await admin.patients.edit({ id, familyName: `Q${i}` })
      const { items, freshness } = await admin.patients.list({})
      expect([items.at(-1)?.familyName, freshness?.source]).toEqual([`Q${i}`, 'load'])
    }
  })

  test('is given to nobody whose role does not allow the procedure, and to no other role than it was made for', async () => {
    const { admin, as, clinic } = await openTestClinic()
    await admin.settings.clinic.get({})
    expect((await (await as('billing')).settings.clinic.get({})).freshness?.source).toBe('load')
    expect((await (await as('billing')).settings.clinic.get({})).freshness?.source).toBe('memory')
    // The screen was locked after the answer had been kept.
    const reader = await as('readOnly')
    expect((await reader.patients.list({})).items).toEqual([])
    const session = clinic.services.sessions
    const token = await session.open((await admin.staff.accounts.list({})).items.find(({ role }) => role === 'readOnly')?.id ?? '')
    session.lock(token.actor.sessionId)
    await reader.session.lock({})
    await expect(reader.patients.list({})).rejects.toMatchObject({ code: 'LOCKED' })
  })

  test('is kept once where it is the same for all, and given to nobody who may not ask', async () => {
    const { admin, as, workstation } = await openTestClinic()
    const [reception, reader] = [await as('reception'), await as('readOnly')]
    expect((await admin.dashboard.today({})).freshness?.source).toBe('load')
    for (const api of [reception, reader]) expect((await api.dashboard.today({})).freshness?.source).toBe('memory')
    await reader.session.lock({})
    await expect(reader.dashboard.today({})).rejects.toMatchObject({ code: 'LOCKED' })
    const nobody = createRouterClient(workstation.ipc.router, {
      context: { carrier: memoryCarrier(), address: 'test', isOnThisComputer: true },
    } as never) as unknown as Api
    await expect(nobody.dashboard.today({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('is of the clinic’s day: at midnight there is another one', async () => {
    const clock = new ManualClock(Date.parse('2026-11-20T22:58:00Z'))
    const { admin } = await openTestClinic({ now: () => clock.now(), timeZone: 'Europe/Madrid' })
    expect((await admin.dashboard.today({})).date).toBe('2026-11-20')
    clock.pass(60_000)
    expect((await admin.dashboard.today({})).freshness?.source).toBe('memory')
    clock.pass(60_000)
    expect(await admin.dashboard.today({})).toMatchObject({ date: '2026-11-21', freshness: { source: 'load' } })
  })

  test('about the day stays while visits of other days change, and no longer than the day’s own', async () => {
    const clock = new ManualClock(Date.parse('2026-11-20T08:00:00Z'))
    const { admin } = await openTestClinic({ now: () => clock.now(), timeZone: 'Europe/Madrid' })
    const { id: patientId } = await admin.patients.register({ familyName: 'One', givenName: '' })
    const book = (startAt: string) => admin.appointments.book({ patientId, startAt, durationMinutes: 15, overrideReason: 'for the test' })
    const read = async () => {
      const { visitCount, freshness } = await admin.dashboard.today({})
      return `${visitCount} ${freshness?.source}`
    }
    expect(await read()).toBe('0 load')
    const { id } = await book('2026-12-07T10:00:00Z')
    expect(await read()).toBe('0 memory')
    await admin.appointments.edit({ id, startAt: '2026-12-09T10:00:00Z' })
    expect(await read()).toBe('0 memory')
    await admin.appointments.edit({ id, startAt: '2026-11-20T10:00:00Z' })
    expect(await read()).toBe('1 load')
    await admin.appointments.edit({ id, startAt: '2026-12-09T10:00:00Z' })
    expect(await read()).toBe('0 load')
    // Half past eleven in the evening before by UTC, and the day itself in the clinic.
    await book('2026-11-19T23:30:00Z')
    expect(await read()).toBe('1 load')
  })

  test('is not kept for a search or a later page, and every search stands in the access log', async () => {
    const { admin, clinic } = await openTestClinic()
    for (const familyName of ['Smith', 'Smithe']) await admin.patients.register({ familyName, givenName: '' })
    const searches = () => clinic.store.db.prepare("SELECT count(*) FROM audit WHERE act = 'patients.search'").pluck().get()
    for (let i = 1; i < 3; i++) {
      const { items, freshness } = await admin.patients.list({ query: 'smith' })
      expect(freshness).toBeUndefined()
      await admin.patients.get({ id: items[0]?.id ?? '' })
      clinic.store.flushReads()
      expect(searches()).toBe(i)
    }
    const { nextCursor } = await admin.patients.list({ limit: 1 })
    expect((await admin.patients.list({ limit: 1, cursor: nextCursor })).freshness).toBeUndefined()
  })

  test('is found again after a restart of the program', async () => {
    const { admin, clinic, workstation } = await openTestClinic()
    await admin.patients.register({ familyName: 'One', givenName: '' })
    const { items } = await admin.patients.list({})
    await workstation.stop()
    const again = await openClinic(clinic.place)
    onTestFinished(() => again.stop())
    const call = { procedure: 'patients.list', category: 'patientList', input: { limit: 50 }, role: 'administrator' } as const
    const found = await again.answers.answer(call, () => Promise.reject(new Error('computed')))
    expect(found).toMatchObject({ answer: { items }, freshness: { source: 'database' } })
  })

  test('of records stays on this workstation: the server hears nothing of it', async () => {
    const server = await redisOfTest()
    const { admin, clinic } = await openTestClinic()
    clinic.services.server.set({ url: `redis://127.0.0.1:${server.port}`, enabled: true })
    for (let i = 0; i < 3; i++) {
      await admin.patients.list({})
      await admin.dashboard.today({})
    }
    await clinic.sync.run()
    expect(await adminOf(server.port).keys('*:cache:*')).toEqual([])
  })
})
