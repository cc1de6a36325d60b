import { describe, expect, it } from 'vitest'
import { adminOf } from '../main/redis/connections.js'
import { openTestClinic } from '../support/clinic.js'
import { redisOfTest } from '../support/redis-server.js'
import { openWithServer, untilTrue } from './support.js'

const registration = { familyName: 'Okafor', givenName: 'Ada', sex: 'female' as const }

describe('the state of the lines', () => {
  it('tells that they hold, that they are lost with the reason, and that they are back', async () => {
    const server = await redisOfTest()
    const opened = await openWithServer(server.port)
    const { admin } = opened
    expect(await admin.monitor.state({})).toMatchObject({ connection: { state: 'ready', reconnects: 0 }, cacheLine: { state: 'ready', rests: 0 }, alerts: 1 })
    await server.kill()
    await untilTrue(async () => (await admin.monitor.state({})).connection.reason === 'unreachable')
    const away = await admin.monitor.state({})
    expect(away.connection).toMatchObject({ lostAt: expect.any(String), lostReason: expect.any(String) })
    expect(away.server).toMatchObject({ version: expect.stringMatching(/^\d+\./), usedBytes: expect.any(Number) })
    await server.restart()
    await untilTrue(async () => (await admin.monitor.state({})).connection.state === 'ready')
    expect((await admin.monitor.state({})).connection.reconnects).toBe(1)
    await untilTrue(async () => (await admin.monitor.state({})).cacheLine.reconnects === 1)
  })

  it('is looked at before anybody hears that nothing needs a look', async () => {
    const server = await redisOfTest()
    const { admin, clinic } = await openTestClinic({ server: { env: { REDIS_URL: `redis://127.0.0.1:${server.port}` } } })
    await untilTrue(() => clinic.services.syncStatus.current().state === 'redis')
    expect((await admin.monitor.alerts({})).items.map(({ code }) => code)).toContain('password')
  })

  it('tells that a server that stands still is left alone', async () => {
    const server = await redisOfTest()
    const opened = await openWithServer(server.port)
    server.freeze()
    await opened.clinic.services.cache.getOrLoad('aiSummary', { of: 1 }, async () => 1)
    const { cacheLine } = await opened.admin.monitor.state({})
    server.resume()
    expect(cacheLine).toMatchObject({ state: 'resting', rests: 1 })
  })

  it('answers everything with no server at all', async () => {
    const { admin } = await openTestClinic()
    expect(await admin.monitor.state({})).toMatchObject({ connection: { state: 'off' }, cacheLine: { state: 'off' }, server: null, alerts: 0 })
    expect(await admin.monitor.server({})).toMatchObject({ asOf: null, isNow: false, policy: { verdict: 'unknown' } })
    expect(await admin.monitor.slowLog({})).toMatchObject({ offer: 'unknown', items: [] })
    expect(await admin.monitor.capacity({})).toMatchObject({ fullInDays: null, why: 'serverUnknown', formula: { overheadFactor: 0.3 } })
    expect(await admin.monitor.entries.list({})).toMatchObject({ place: 'here', items: [] })
    expect((await admin.monitor.test.now({})).steps).toEqual([{ step: 'connect', isOk: false, ms: 0, code: 'off' }])
    await expect(admin.monitor.test.self({})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await admin.monitor.rehearsal.get({})).toMatchObject({ state: 'none' })
    expect((await admin.monitor.alerts({})).items).toEqual([])
  })
})

describe('what the cache is worth', () => {
  it('counts by category and by view, each miss with one reason, and says nothing below a hundred requests', async () => {
    const { admin } = await openTestClinic()
    const ask = () => admin.dashboard.today({})
    for (let i = 0; i < 3; i++) await ask()
    await admin.patients.register(registration)
    await ask()
    const { categories, views } = await admin.monitor.cache({})
    const counts = {
      requests: 4,
      hits: { memory: 2, database: 0, redis: 0 },
      misses: { first: 1, expired: 0, invalidated: 1, evicted: 0, redisAway: 0, refused: 0 },
      invalidatedBy: [{ by: 'patient', count: 1 }],
      ratio: null,
      verdict: 'tooFew',
    }
    expect(categories.find(({ category }) => category === 'dashboard')).toMatchObject({ ...counts, loads: 2 })
    expect(views.find(({ procedure }) => procedure === 'dashboard.today')).toMatchObject({ ...counts, category: 'dashboard' })
    for (let i = 0; i < 96; i++) await ask()
    expect((await admin.monitor.cache({})).views.find(({ procedure }) => procedure === 'dashboard.today')).toMatchObject({ ratio: 0.98, verdict: 'good' })
  })

  it('says of a view that the server was away', async () => {
    const server = await redisOfTest()
    const { clinic, admin } = await openWithServer(server.port)
    await server.kill()
    await untilTrue(async () => (await admin.monitor.state({})).cacheLine.state !== 'ready')
    await clinic.services.cache.getOrLoad('query', { of: 1 }, async () => 1, [], 'insights.report')
    const { views } = await admin.monitor.cache({})
    expect(views.find(({ procedure }) => procedure === 'insights.report')).toMatchObject({ misses: { redisAway: 1 } })
  })
})

describe('the server', () => {
  it('is described with a verdict on what it may do to records, and on who may reach it', async () => {
    const server = await redisOfTest({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru', '--protected-mode', 'no'] })
    const { admin } = await openWithServer(server.port)
    expect(await admin.monitor.server({})).toMatchObject({
      isNow: true,
      offers: { info: 'offered', config: 'offered' },
      mode: 'standalone',
      memory: { maxBytes: 104_857_600, fragmentation: null },
      policy: { value: 'allkeys-lru', verdict: 'alarm' },
      clients: { connected: expect.any(Number) },
      persistence: { appendOnly: false, isSaveOk: true },
      replication: { role: 'master', replicas: 0 },
      security: { password: 'none', isEncrypted: false, bind: ['127.0.0.1'], isProtected: false },
      warnings: ['policy', 'noPassword', 'noPersistence'],
    })
    expect((await admin.monitor.alerts({})).items.map(({ code, severity }) => [code, severity])).toEqual([
      ['policy', 'alarm'],
      ['password', 'alarm'],
    ])
  })

  it.each(['noeviction', 'volatile-lru', 'volatile-ttl'])('may have the policy %s', async (policy) => {
    const server = await redisOfTest({ password: 'pass', args: ['--maxmemory-policy', policy] })
    const { admin } = await openWithServer(server.port, { REDIS_PASSWORD: 'pass' })
    expect(await admin.monitor.server({})).toMatchObject({ policy: { value: policy, verdict: 'fine' }, security: { password: 'set' } })
    expect((await admin.monitor.alerts({})).items).toEqual([])
  })

  it('says what it does not offer, and works all the same', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    await admin.call('ACL', 'SETUSER', 'few', 'on', '>pass', 'allkeys', 'resetchannels', '+@all', '-config', '-slowlog', '-info')
    const opened = await openWithServer(server.port, { REDIS_USERNAME: 'few', REDIS_PASSWORD: 'pass' })
    expect(await opened.admin.monitor.server({})).toMatchObject({
      isNow: true,
      offers: { info: 'notOffered', config: 'notOffered' },
      version: null,
      memory: null,
      policy: { value: null, verdict: 'unknown' },
      warnings: ['noPassword'],
    })
    expect(await opened.admin.monitor.slowLog({})).toMatchObject({ offer: 'notOffered', items: [] })
    const { isOk, steps } = await opened.admin.monitor.test.now({})
    expect(isOk).toBe(true)
    expect(steps.at(-1)).toMatchObject({ step: 'publish', isOk: true, code: 'notOffered' })
    expect((await opened.admin.monitor.server({})).offers.publish).toBe('notOffered')
    expect((await opened.admin.monitor.state({})).connection.state).toBe('ready')
  })

  it('tells what was slow to it by the names of commands alone', async () => {
    const server = await redisOfTest({ args: ['--slowlog-log-slower-than', '0'] })
    const opened = await openWithServer(server.port)
    await opened.admin.patients.register({ ...registration, familyName: 'Zzyxquillón' })
    await adminOf(server.port).get('Zzyxquillón')
    const { offer, thresholdMicros, items } = await opened.admin.monitor.slowLog({})
    expect({ offer, thresholdMicros }).toEqual({ offer: 'offered', thresholdMicros: 0 })
    expect(items.map(({ command }) => command)).toEqual(expect.arrayContaining(['GET']))
    expect(items.some(({ command }) => /^EVALSHA (clock|hello|clears|push|presence|report)/.test(command))).toBe(true)
    expect(JSON.stringify(items)).not.toMatch(/Zzyx/i)
  })
})

describe('calls', () => {
  it('are counted and timed by procedure and stage, with failures apart from refusals', async () => {
    const opened = await openTestClinic()
    const reception = await opened.as('reception')
    await expect(reception.monitor.calls({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    for (let i = 0; i < 5; i++) await opened.admin.patients.list({})
    const facts = await opened.admin.monitor.calls({})
    expect(facts).toMatchObject({ errorRate: 0, failing: [] })
    const listing = facts.procedures.find(({ procedure }) => procedure === 'patients.list')
    expect(listing).toMatchObject({ count: 5, errors: 0, refusals: 0 })
    expect(listing?.stages.map(({ stage }) => stage)).toEqual(['session', 'limit', 'input', 'cache', 'handler', 'output'])
    expect(facts.procedures.find(({ procedure }) => procedure === 'monitor.calls')).toMatchObject({ errors: 0, refusals: 1 })
    expect(facts.process.residentBytes).toBeGreaterThan(1_000_000)
  })

  it('that fail are listed with the reference that also stands in the log', async () => {
    const opened = await openTestClinic()
    const failed = await opened.admin.sync.audit({}).catch((error: { data: { ref: string } }) => error)
    const { failing, errorRate } = await opened.admin.monitor.calls({})
    expect(failing).toMatchObject([{ procedure: 'sync.audit', code: 'UNAVAILABLE', ref: (failed as { data: { ref: string } }).data.ref }])
    expect(errorRate).toBeGreaterThan(0)
  })
})

describe('capacity', () => {
  it('is told from the clinic’s own records, by the requirement’s formula, and from the server’s limit', async () => {
    const server = await redisOfTest({ args: ['--maxmemory', '64mb'] })
    const { admin } = await openWithServer(server.port)
    for (let i = 0; i < 5; i++) await admin.patients.register({ ...registration, givenName: `Ada ${i}` })
    const plan = await admin.monitor.capacity({})
    expect(plan).toMatchObject({ limit: 'maxmemory', limitBytes: 67_108_864, recordsPerDay: null, fullInDays: null, why: 'tooShort' })
    expect(plan.kinds.find(({ kind }) => kind === 'patient')).toMatchObject({ records: 5 })
    const { itemCount, meanItemBytes, overheadFactor, bytes } = plan.formula
    expect(itemCount).toBe(plan.records)
    expect(bytes).toBeCloseTo(itemCount * meanItemBytes * (1 + overheadFactor))
  })
})
