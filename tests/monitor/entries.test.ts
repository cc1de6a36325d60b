import { describe, expect, it, onTestFinished } from 'vitest'
import { keysPerStep } from '../../src/main/features/monitor/entries.js'
import { serveWorkstation } from '../../src/main/headless.js'
import { adminOf } from '../main/redis/connections.js'
import { type Api, httpClient, portClient, socketClient } from '../support/api-client.js'
import type { TestClinic } from '../support/clinic.js'
import { redisOfTest } from '../support/redis-server.js'
import { keepAnswers, openWithServer, untilTrue } from './support.js'

type ListInput = Parameters<Api['monitor']['entries']['list']>[0]

/** Walks to the end. */
async function walk({ admin }: TestClinic, input: ListInput) {
  const pages = [await admin.monitor.entries.list(input)]
  for (let next = pages[0]?.nextCursor; next !== undefined; next = pages.at(-1)?.nextCursor)
    pages.push(await admin.monitor.entries.list({ ...input, cursor: next }))
  return { pages, items: pages.flatMap(({ items }) => items) }
}

const cached = async (opened: TestClinic, port: number, count: number) => {
  await keepAnswers(opened, count)
  await untilTrue(async () => (await adminOf(port).keys('*:cache:ai_summary:*')).length === count)
}

/** A walk over everything that finds nothing goes through all the steps of its page. */
const nothingFound: ListInput = { area: 'cache', category: 'trust' }

/** Twenty thousand cached values, and what the server was asked since. */
async function manyKeys(opened: TestClinic, port: number) {
  const admin = adminOf(port)
  const prefix = `medinsight:{${opened.clinic.keys.dataset}}:cache:ocr:`
  await admin.mset(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`${prefix}${n.toString(16).padStart(32, '0')}`, 'x'])))
  await admin.config('RESETSTAT')
  return {
    admin,
    /** From now on the server keeps scripts, and so the steps of walks, waiting. */
    hold: () => admin.call('CLIENT', 'PAUSE', '60000', 'WRITE'),
    /** Settles when the server keeps a step waiting. */
    held: () => untilTrue(async () => /name=medinsight-monitor .*flags=b /.test(String(await admin.client('LIST')))),
    goOn: () => admin.call('CLIENT', 'UNPAUSE'),
    /** How many steps the server was asked for. */
    steps: async () => Number(/cmdstat_scan:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0),
    /** How many calls of a procedure have ended. */
    callsOf: async (name: string) => (await opened.admin.monitor.calls({})).procedures.find(({ procedure }) => procedure === name)?.count ?? 0,
  }
}

const canary = 'Zzyxquillón'

describe('browsing what the server holds', () => {
  it('lists cached values and records apart, without their values, and nothing of another clinic', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { id } = await opened.admin.patients.register({ familyName: canary, givenName: 'Ada', sex: 'female' })
    await cached(opened, port, 3)
    await adminOf(port).set('medinsight:{00000000-0000-4000-8000-000000000000}:patient:00000000-0000-4000-8000-000000000001', 'x')
    await untilTrue(async () => (await opened.admin.sync.facts({})).waiting === 0)
    const records = await walk(opened, { area: 'records', kind: 'patient' })
    expect(records.items).toEqual([expect.objectContaining({ area: 'records', name: 'patient', id, ttlMs: null, bytes: expect.any(Number) })])
    const values = await walk(opened, { area: 'cache', category: 'aiSummary' })
    expect(values.items.map(({ name }) => name)).toEqual(['aiSummary', 'aiSummary', 'aiSummary'])
    expect(values.items[0]?.ttlMs).toBeGreaterThan(60_000)
    const all = await walk(opened, { area: 'records' })
    expect(new Set(all.items.map(({ name }) => name))).toEqual(new Set(['clinic', 'workstation', 'user', 'session', 'chair', 'patient']))
    expect(JSON.stringify([records, values, all])).not.toContain(canary)
  })

  it('opens a record and a cached value for one who may, and says so in the access log', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { id } = await opened.admin.patients.register({ familyName: canary, givenName: 'Ada', sex: 'female' })
    await cached(opened, port, 1)
    await untilTrue(async () => (await opened.admin.sync.facts({})).waiting === 0)
    const [record] = (await walk(opened, { area: 'records', kind: 'patient' })).items
    const shown = await opened.admin.monitor.entries.open({ key: record?.key ?? '' })
    expect(shown).toMatchObject({ state: 'value', isCut: false })
    expect(JSON.parse(shown.json ?? '')).toMatchObject({ familyName: canary })
    const [value] = (await walk(opened, { area: 'cache' })).items
    const answer = await opened.admin.monitor.entries.open({ key: value?.key ?? '' })
    expect(answer).toMatchObject({ state: 'value', computedAt: expect.any(String), expiresAt: expect.any(String) })
    expect(JSON.parse(answer.json ?? '')).toEqual({ text: 'answer 0' })
    const log = await opened.admin.monitor.accessLog({ patientId: id, act: 'monitor.' })
    expect(log.items).toMatchObject([{ act: 'monitor.entries.open', isChange: false, detail: { area: 'records', name: 'patient' } }])
    const reception = await opened.as('reception')
    await expect(reception.monitor.entries.open({ key: record?.key ?? '' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('shows neither hashes of passwords, nor what was put there by somebody else, nor keys that are none of the clinic', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    await cached(opened, port, 1)
    await untilTrue(async () => (await opened.admin.sync.facts({})).waiting === 0)
    const [user] = (await walk(opened, { area: 'records', kind: 'user' })).items
    expect(await opened.admin.monitor.entries.open({ key: user?.key ?? '' })).toMatchObject({ state: 'secret' })
    const [value] = (await walk(opened, { area: 'cache' })).items
    await adminOf(port).set(value?.key ?? '', 'something that is not sealed')
    expect(await opened.admin.monitor.entries.open({ key: value?.key ?? '' })).toMatchObject({ state: 'refused' })
    await adminOf(port).del(value?.key ?? '')
    expect(await opened.admin.monitor.entries.open({ key: value?.key ?? '' })).toMatchObject({ state: 'gone' })
    for (const key of ['medinsight:{x}:patient:1', 'other', `medinsight:{${opened.clinic.keys.dataset}}:meta`])
      await expect(opened.admin.monitor.entries.open({ key })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(opened.admin.monitor.entries.list({ area: 'records', kind: '*' })).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('walks in small steps, so that nobody else waits, and never lists all keys at once', async () => {
    const { port } = await redisOfTest({ args: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '10000'] })
    const opened = await openWithServer(port)
    const admin = adminOf(port)
    const prefix = `medinsight:{${opened.clinic.keys.dataset}}:cache:ocr:`
    const keys = Array.from({ length: 20_000 }, (_, n) => `${prefix}${n.toString(16).padStart(32, '0')}`)
    await admin.mset(Object.fromEntries(keys.map((key) => [key, 'x'])))
    await admin.config('RESETSTAT')
    await admin.call('SLOWLOG', 'RESET')
    const { pages, items } = await walk(opened, { area: 'cache', category: 'ocr', limit: 200 })
    expect(new Set(items.map(({ key }) => key)).size).toBe(keys.length)
    // A page ends with the step that fills it.
    for (const { items: found } of pages) expect(found.length).toBeLessThan(200 + 2 * keysPerStep)
    const stats = await admin.info('commandstats')
    expect(stats).not.toMatch(/cmdstat_keys:/)
    expect(Number(/cmdstat_scan:calls=(\d+)/.exec(stats)?.[1])).toBeGreaterThan(keys.length / keysPerStep / 2)
    // What a SCAN was asked to look at stands in the server's own log.
    const scans = ((await admin.slowlog('GET', 10_000)) as [number, number, number, string[]][]).filter(([, , , words]) => words.at(-1) === String(keysPerStep))
    expect(scans.length).toBeGreaterThan(10)
  })

  it('does not begin for whoever has gone already', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin } = await manyKeys(opened, port)
    await opened.admin.monitor.entries.list(nothingFound, { signal: AbortSignal.abort() }).catch(() => undefined)
    expect(await admin.info('commandstats')).not.toMatch(/cmdstat_scan:/)
  })

  it.each(['list', 'keys', 'preview'] as const)('asks the server nothing more after whoever asked for %s has gone in the middle', async (what) => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin, hold, held, goOn, steps, callsOf } = await manyKeys(opened, port)
    const { entries, clear } = opened.admin.monitor
    const gone = new AbortController()
    const ask = {
      list: (cursor?: string) => entries.list({ area: 'cache', category: 'ocr', cursor }, { signal: gone.signal }),
      keys: (cursor?: string) => entries.keys({ pattern: 'ocr:*', cursor }, { signal: gone.signal }),
      preview: () => clear.preview({ pattern: 'ocr:*' }, { signal: gone.signal }),
    }[what]
    const first = await ask()
    await admin.config('RESETSTAT')
    await hold()
    const call = ask('nextCursor' in first ? first.nextCursor : undefined).catch(() => undefined)
    await held()
    gone.abort()
    await goOn()
    await call
    await untilTrue(async () => (await callsOf(`monitor.${what === 'preview' ? 'clear' : 'entries'}.${what}`)) === 2)
    // The step that was on its way is the last one, and what it found is not looked at.
    expect(await steps()).toBeLessThanOrEqual(1)
    expect(await admin.info('commandstats')).not.toMatch(/cmdstat_(strlen|pttl):/)
  })

  it.each([
    ['a window that asks no longer', 'port'],
    ['a browser that is closed', 'socket'],
    ['another program that hangs up', 'http'],
  ] as const)('ends for %s', async (_, door) => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { hold, held, goOn, steps, callsOf } = await manyKeys(opened, port)
    const host = await serveWorkstation(opened.workstation, '0.0.0-test', { port: 0 })
    onTestFinished(() => host.stop())
    const token = await opened.tokenOf('administrator')
    const connect = {
      port: () => portClient(opened.workstation.ipc, token),
      socket: () => socketClient(host.url, token),
      http: () => httpClient(host.url, token),
    }[door]
    const client = connect()
    await hold()
    const gone = new AbortController()
    const call = client.api.monitor.entries.list(nothingFound, door === 'socket' ? {} : { signal: gone.signal }).catch(() => undefined)
    await held()
    gone.abort()
    if (door === 'socket') client.close()
    await call
    // What is asked by the same way later has arrived later.
    const later = door === 'port' ? client : connect()
    onTestFinished(() => later.close())
    await later.api.session.welcome({})
    await goOn()
    await untilTrue(async () => (await callsOf('monitor.entries.list')) === 1)
    expect(await steps()).toBeLessThanOrEqual(1)
  })

  it('shows this workstation’s cached values while the server is away', async () => {
    const server = await redisOfTest()
    const opened = await openWithServer(server.port)
    await cached(opened, server.port, 3)
    await server.kill()
    await untilTrue(async () => (await opened.admin.monitor.state({})).connection.state === 'waiting')
    const { pages, items } = await walk(opened, { area: 'cache', limit: 2 })
    expect(pages.every(({ place }) => place === 'here')).toBe(true)
    expect(items).toHaveLength(3)
    expect(JSON.parse((await opened.admin.monitor.entries.open({ key: items[0]?.key ?? '' })).json ?? '')).toEqual({
      text: expect.stringMatching(/^answer \d$/),
    })
    await expect(opened.admin.monitor.entries.open({ key: await recordKey(opened) })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})

/** The key of the clinic's own record. */
const recordKey = async ({ clinic: { keys } }: TestClinic): Promise<string> => `medinsight:{${keys.dataset}}:clinic:${keys.dataset}`
