import { describe, expect, it } from 'vitest'
import { adminOf } from '../main/redis/connections.js'
import { openTestClinic } from '../support/clinic.js'
import { ManualClock } from '../support/manual-clock.js'
import { redisOfTest } from '../support/redis-server.js'
import { openWithServer, untilTrue } from './support.js'

describe('trying the server', () => {
  it('goes through every step and leaves nothing behind', async () => {
    const { port } = await redisOfTest()
    const { admin } = await openWithServer(port)
    const { isOk, steps } = await admin.monitor.test.now({})
    expect(isOk).toBe(true)
    expect(steps.map(({ step, isOk }) => [step, isOk])).toEqual(['connect', 'ping', 'set', 'get', 'delete', 'publish'].map((step) => [step, true]))
    expect(await adminOf(port).keys('medinsight:probe:*')).toEqual([])
    expect((await admin.monitor.server({})).offers.publish).toBe('offered')
  })

  it('ends at the first step that fails, with its code', async () => {
    const server = await redisOfTest()
    const { admin } = await openWithServer(server.port)
    await server.kill()
    expect(await admin.monitor.test.now({})).toMatchObject({ isOk: false, steps: [{ step: 'connect', isOk: false, code: 'unreachable' }] })
    await expect(admin.monitor.test.self({})).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/Check that the server runs/) })
  })

  it('carries out a thousand operations, fifty at once, and reports them', async () => {
    const { port } = await redisOfTest()
    const { admin } = await openWithServer(port)
    await adminOf(port).config('RESETSTAT')
    const result = await admin.monitor.test.self({})
    expect(result).toMatchObject({ isOk: true, operations: 1000, concurrency: 50, done: 1000, failures: [] })
    expect(result.p50Ms).toBeGreaterThan(0)
    expect(result.maxMs).toBeGreaterThanOrEqual(result.p99Ms)
    expect(await adminOf(port).keys('medinsight:probe:*')).toEqual([])
    const stats = await adminOf(port).info('commandstats')
    const calls = ['set', 'get', 'del'].map((name) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1]))
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1000)
  })

  it('says what a full server refuses', async () => {
    const { port } = await redisOfTest({ args: ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'] })
    const { admin } = await openWithServer(port)
    const result = await admin.monitor.test.self({ operations: 30, concurrency: 5 })
    expect(result.isOk).toBe(false)
    expect(result.failures).toContainEqual({ code: 'full', count: expect.any(Number) })
  })

  it('lets the limit of costly calls be tried out', async () => {
    const { admin } = await openTestClinic()
    for (let i = 0; i < 100; i++) await admin.monitor.test.limit({})
    await expect(admin.monitor.test.limit({})).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  })
})

describe('rehearsing an outage', () => {
  it('lets this workstation hear nothing for a while, and tells what staff would have noticed', async () => {
    const { port } = await redisOfTest()
    const { admin, clinic } = await openWithServer(port)
    expect(await admin.monitor.rehearsal.start({ seconds: 2 })).toMatchObject({ state: 'running', hadServer: true })
    await expect(admin.monitor.rehearsal.start({ seconds: 2 })).rejects.toMatchObject({ code: 'CONFLICT' })
    // Work goes on: a patient is registered, and a view that others share is computed here.
    await admin.patients.register({ familyName: 'Okafor', givenName: 'Ada', sex: 'female' })
    await clinic.services.cache.getOrLoad('query', { of: 1 }, async () => 1, [], 'insights.report')
    await clinic.services.cache.getOrLoad('query', { of: 2 }, async () => 2, [], 'insights.report')
    await untilTrue(async () => (await admin.monitor.rehearsal.get({})).state === 'done')
    const report = await admin.monitor.rehearsal.get({})
    expect(report).toMatchObject({ errors: [], views: [{ procedure: 'insights.report', count: 2 }] })
    expect(report.waitingMost).toBeGreaterThan(0)
    expect(report.recoveredMs).not.toBeNull()
    expect(report.slowest?.procedure).toBeTruthy()
    await untilTrue(async () => (await admin.sync.facts({})).waiting === 0)
    expect((await admin.monitor.accessLog({ act: 'monitor.rehearsal' })).items).toMatchObject([{ detail: { seconds: 2 } }])
  })

  it('ends with the program', async () => {
    const { port } = await redisOfTest()
    const { admin, workstation } = await openWithServer(port)
    await admin.monitor.rehearsal.start({ seconds: 30 })
    await workstation.stop()
  })
})

describe('history and alerts', () => {
  it('keeps samples for a day, and no more', async () => {
    const clock = new ManualClock()
    const opened = await openTestClinic({ now: () => clock.now() })
    const { sampler } = opened.clinic.monitor
    for (let i = 0; i < 130; i++) {
      clock.pass(30 * 60_000)
      await sampler.tick()
    }
    // The first session is over after a day.
    const admin = await opened.as('administrator')
    const { asOf, samples, stepSeconds } = await admin.monitor.history({ range: 'day' })
    expect(stepSeconds).toBe(60)
    expect(samples.length).toBeGreaterThan(40)
    expect(Date.parse(asOf) - Date.parse(samples[0]?.at ?? '')).toBeLessThanOrEqual(24 * 3_600_000)
    expect(opened.clinic.store.db.prepare('SELECT count(*) FROM monitor_sample').pluck().get()).toBeLessThanOrEqual(49)
    expect(samples.at(-1)).toMatchObject({ state: 'off', usedBytes: null, waiting: 0, residentBytes: expect.any(Number), freeDiskBytes: expect.any(Number) })
    const minutes = await admin.monitor.history({ range: 'minutes' })
    expect(minutes.samples.length).toBeLessThanOrEqual(120)
    const after = minutes.samples.at(-2)?.at
    expect((await admin.monitor.history({ range: 'minutes', after })).samples.length).toBeLessThan(minutes.samples.length)
  })

  it('counts what happened between samples', async () => {
    const { admin, clinic } = await openTestClinic()
    for (let i = 0; i < 3; i++) await admin.dashboard.today({})
    await clinic.monitor.sampler.tick()
    // The program takes samples by itself too: what happened stands in one of them, and in no other.
    await untilTrue(async () => {
      const { samples } = await admin.monitor.history({})
      return samples.reduce((sum, { requests }) => sum + requests, 0) === 3
    })
    const { samples } = await admin.monitor.history({})
    expect(samples.reduce((sum, { hits }) => sum + hits, 0)).toBe(2)
    expect(samples.some(({ callP95Ms }) => callP95Ms !== null)).toBe(true)
  })

  it('tells of what passes a threshold, since when, and no longer when it has passed', async () => {
    const clock = new ManualClock()
    const { admin, clinic } = await openTestClinic({ now: () => clock.now() })
    const failing = async () => {
      for (let i = 0; i < 30; i++) await admin.sync.audit({}).catch(() => undefined)
      clock.pass(60_000)
      await clinic.monitor.sampler.tick()
    }
    await failing()
    await untilTrue(async () => (await admin.monitor.alerts({})).items.some(({ code }) => code === 'errors'))
    const [alert] = (await admin.monitor.alerts({})).items
    expect(alert).toMatchObject({ code: 'errors', severity: 'warning', threshold: 5, since: new Date(clock.now()).toISOString() })
    expect(alert?.value).toBeGreaterThan(5)
    for (let minute = 0; minute < 11; minute++) {
      clock.pass(60_000)
      await clinic.monitor.sampler.tick()
    }
    await untilTrue(async () => (await admin.monitor.alerts({})).items.every(({ code }) => code !== 'errors'))
  })

  it('keeps thresholds that were set, and brings the usual ones back', async () => {
    const { admin } = await openTestClinic()
    const { defaults } = await admin.monitor.thresholds.get({})
    expect((await admin.monitor.thresholds.set({ thresholds: { memoryPercent: 60, latencyMs: 250 } })).thresholds).toEqual({
      ...defaults,
      memoryPercent: 60,
      latencyMs: 250,
    })
    expect((await admin.monitor.thresholds.set({ thresholds: { memoryPercent: null } })).thresholds).toEqual({ ...defaults, latencyMs: 250 })
    await expect(admin.monitor.thresholds.set({ thresholds: { memoryPercent: 0 } })).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('the access log', () => {
  it('tells who read and changed what when, by person, patient, act and time, page by page', async () => {
    const opened = await openTestClinic()
    const { admin } = opened
    const clinician = await opened.as('clinician')
    const { id } = await admin.patients.register({ familyName: 'Okafor', givenName: 'Ada', sex: 'female' })
    await clinician.patients.get({ id })
    const found = await admin.monitor.accessLog({ patientId: id })
    expect(found.items.map(({ act, isChange, patientName }) => [act, isChange, patientName])).toEqual([
      ['patients.get', false, 'Okafor, Ada'],
      ['patients.register', true, 'Okafor, Ada'],
    ])
    const [read] = found.items
    expect((await admin.monitor.accessLog({ userId: read?.userId })).items.map(({ act }) => act)).toEqual(['patients.get', 'session.signIn'])
    const signIns = await admin.monitor.accessLog({ userId: read?.userId, kind: 'changes' })
    expect(signIns.items).toEqual([])
    expect((await admin.monitor.accessLog({ patientId: id, kind: 'changes' })).items.map(({ act }) => act)).toEqual(['patients.register'])
    expect((await admin.monitor.accessLog({ act: 'patients.', kind: 'reads' })).items.map(({ act }) => act)).toEqual(['patients.get'])
    expect((await admin.monitor.accessLog({ to: '2020-01-01T00:00:00Z' })).items).toEqual([])
    const first = await admin.monitor.accessLog({ limit: 1 })
    const second = await admin.monitor.accessLog({ limit: 1, cursor: first.nextCursor })
    expect(second.items[0]?.seq).toBe((first.items[0]?.seq ?? 0) - 1)
    await expect(clinician.monitor.accessLog({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('holds who looked a patient up in it', async () => {
    const { admin } = await openTestClinic()
    const { id } = await admin.patients.register({ familyName: 'Okafor', givenName: 'Ada', sex: 'female' })
    await admin.monitor.accessLog({ patientId: id })
    expect((await admin.monitor.accessLog({ act: 'monitor.accessLog' })).items).toMatchObject([{ patientId: id }])
  })
})

describe('how long cached values are given out', () => {
  it('is the environment’s, then the screen’s, then the table’s', async () => {
    const { admin, folder } = await openTestClinic({ server: { env: { AI_CACHE_TTL: '60' } } })
    const of = async (name: string) => (await admin.monitor.cacheTimes.get({})).items.find(({ category }) => category === name)
    expect(await of('aiResponse')).toEqual({ category: 'aiResponse', seconds: 60, defaultSeconds: 1800, origin: 'environment', source: 'AI_CACHE_TTL' })
    await admin.monitor.cacheTimes.set({ times: [{ category: 'dashboard', seconds: 30 }] })
    expect(await of('dashboard')).toEqual({ category: 'dashboard', seconds: 30, defaultSeconds: 300, origin: 'screen' })
    const refused = admin.monitor.cacheTimes.set({ times: [{ category: 'aiResponse', seconds: 30 }] })
    await expect(refused).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'aiResponse', code: 'decided' }] } })
    await admin.monitor.cacheTimes.set({ times: [{ category: 'dashboard', seconds: null }] })
    expect(await of('dashboard')).toMatchObject({ seconds: 300, origin: 'default' })
    expect(folder).toBeTruthy()
  })

  it('holds for values that are computed from then on', async () => {
    const clock = new ManualClock()
    const { admin } = await openTestClinic({ now: () => clock.now() })
    await admin.monitor.cacheTimes.set({ times: [{ category: 'dashboard', seconds: 10 }] })
    await admin.dashboard.today({})
    clock.pass(12_000)
    await admin.dashboard.today({})
    const { views } = await admin.monitor.cache({})
    expect(views.find(({ procedure }) => procedure === 'dashboard.today')).toMatchObject({ misses: { first: 1, expired: 1 } })
  })
})

describe('warming', () => {
  it('keeps the first views of the roles here before anybody asks, and counts as no request', async () => {
    const { admin } = await openTestClinic({ keepsBackups: true })
    const counts = async () => (await admin.monitor.cache({})).categories
    await untilTrue(async () => (await counts()).reduce((sum, { warmed }) => sum + warmed, 0) === 5)
    expect((await counts()).every(({ requests, misses }) => requests === 0 && misses.first === 0)).toBe(true)
    expect((await admin.dashboard.today({})).freshness?.source).toBe('memory')
    expect((await admin.patients.list({ limit: 20 })).freshness?.source).toBe('memory')
  })
})
