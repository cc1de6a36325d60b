import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serveWorkstation } from '../../src/main/headless.js'
import { costlyRule, type LimitRule } from '../../src/main/lib/limits.js'
import { silentLog } from '../../src/main/lib/log.js'
import { Limits } from '../../src/main/limits/limits.js'
import type { CacheLineState } from '../../src/main/redis/cache-line.js'
import { openRedisCache } from '../../src/main/redis/redis-cache.js'
import { adminOf, settingsFor } from '../main/redis/connections.js'
import { type ConnectedWorkstation, connectedWorkstations, until } from '../support/connected-workstations.js'
import { ManualClock } from '../support/manual-clock.js'
import { rawRequest } from '../support/raw-request.js'
import { type RedisServer, redisOfTest } from '../support/redis-server.js'

interface Station {
  limits: Limits
  clock: ManualClock
  state(): CacheLineState | undefined
  ready(): Promise<void>
}

interface Shared {
  dataset: string
  key: Buffer
}
const newClinic = (): Shared => ({ dataset: randomUUID(), key: randomBytes(32) })

/** One workstation's limits, on a line to a real server. A slow machine must not look like a server that is away: only who freezes it has the usual deadline. */
function stationOn(
  server: Pick<RedisServer, 'port'> | undefined,
  { dataset, key }: Shared,
  { deadlineMs = 20_000, rule = costlyRule as LimitRule } = {},
): Station {
  const clock = new ManualClock()
  const options = { dataset, run: randomBytes(8).toString('hex'), nameKey: key, currentKey: () => key, clock, costly: rule }
  const limits = new Limits(options)
  let state: CacheLineState | undefined
  let synchronised: Promise<void> | undefined
  if (server) {
    const line = openRedisCache(settingsFor(server.port), {
      dataset,
      log: silentLog,
      restMs: 50,
      deadlineMs,
      onState: (next) => {
        state = next
        if (next === 'ready') synchronised = limits.synchronise()
      },
    })
    limits.use(line.limits)
    onTestFinished(() => line.close())
  }
  return {
    limits,
    clock,
    state: () => state,
    ready: async () => {
      await until(() => state === 'ready')
      await synchronised
    },
  }
}

const ana = { userId: '0192f000-0000-7000-8000-00000000000a', address: 'test' }
/** How many of some uses are given. */
async function given({ limits }: Station, count: number, who = ana): Promise<number> {
  let sum = 0
  for (let i = 0; i < count; i++) if ((await limits.takeCostly('storage.verify', who)).isAllowed) sum++
  return sum
}

describe('a limit of 100', () => {
  test('gives exactly 40 more when the server is killed after 60, and none when it comes back empty', async () => {
    const server = await redisOfTest()
    const station = stationOn(server, newClinic())
    await station.ready()
    expect(await given(station, 60)).toBe(60)
    await server.kill()
    await until(() => station.state() !== 'ready')
    expect(await given(station, 60)).toBe(40)
    await server.restart()
    await station.ready()
    expect(await given(station, 5)).toBe(0)
  })

  test('counts once what was asked of a server that stood still and got it later all the same', async () => {
    const server = await redisOfTest()
    const station = stationOn(server, newClinic(), { deadlineMs: 100 })
    await station.ready()
    expect(await given(station, 60)).toBe(60)
    server.freeze()
    expect(await given(station, 10)).toBe(10)
    server.resume()
    await station.ready()
    expect(await given(station, 60)).toBe(30)
  })

  test('is one for all workstations, and what one used while the server was away counts for the others', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect(await given(a, 30)).toBe(30)
    expect(await given(b, 30)).toBe(30)
    expect(await given(a, 1)).toBe(1)
    await server.kill()
    await until(() => a.state() !== 'ready' && b.state() !== 'ready')
    expect(await given(a, 20)).toBe(20)
    await server.restart()
    await Promise.all([a.ready(), b.ready()])
    expect(await given(b, 60)).toBe(19)
    expect(await given(a, 5)).toBe(0)
    expect((await b.limits.list()).map(({ used, max }) => [used, max])).toEqual([[100, 100]])
  })

  test('is shared to the last use by two workstations that ask at the same time', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    const both = await Promise.all(
      Array.from({ length: 160 }, (_, i) => (i % 2 === 0 ? a : b).limits.takeCostly('storage.verify', ana).then(({ isAllowed }) => isAllowed)),
    )
    expect(both.filter(Boolean)).toHaveLength(100)
  })

  test('is each person’s and each procedure’s own, and is there again after fifteen minutes', async () => {
    const station = stationOn(undefined, newClinic())
    expect(await given(station, 101)).toBe(100)
    expect(await station.limits.takeCostly('storage.verify', ana)).toEqual({
      isAllowed: false,
      retryAfterSeconds: 900,
      left: { limit: 100, remaining: 0, resetSeconds: 900 },
    })
    expect(await given(station, 1, { ...ana, userId: '0192f000-0000-7000-8000-00000000000b' })).toBe(1)
    expect((await station.limits.takeCostly('exchange.export', ana)).isAllowed).toBe(true)
    station.clock.pass(899_000)
    expect(await given(station, 1)).toBe(0)
    station.clock.pass(1000)
    expect(await given(station, 1)).toBe(1)
  })

  test('does not let twice as many through at once where two windows meet', async () => {
    const station = stationOn(undefined, newClinic())
    expect(await given(station, 1)).toBe(1)
    station.clock.pass(899_000)
    expect(await given(station, 99)).toBe(99)
    station.clock.pass(2000)
    expect(await given(station, 100)).toBeLessThan(10)
    station.clock.pass(60_000)
    expect(await given(station, 90)).toBe(90)
  })

  test('tells what is left without using any of it', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect(await b.limits.leftOfCostly('storage.verify', ana)).toMatchObject({ limit: 100, remaining: 100 })
    await given(a, 30)
    for (let i = 0; i < 3; i++) expect(await b.limits.leftOfCostly('storage.verify', ana)).toMatchObject({ limit: 100, remaining: 70 })
  })
})

describe('letting somebody in again', () => {
  test('holds on every workstation, also on one that was away meanwhile', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect((await given(a, 60)) + (await given(b, 60))).toBe(100)
    const [line] = await a.limits.list()
    expect(line).toMatchObject({ subject: { name: 'storage.verify', userId: ana.userId }, used: 100 })
    expect(await a.limits.unblock(line?.id ?? '')).toMatchObject({ name: 'storage.verify' })
    expect(await given(b, 50)).toBe(50)
    expect(await given(a, 60)).toBe(50)
    expect(await a.limits.unblock('0'.repeat(32))).toBeUndefined()
  })
})

describe('calls of an external service', () => {
  const service = 'drugInformation'
  const together: LimitRule = { max: 60, windowSeconds: 60, burst: { max: 60, windowSeconds: 60 } }
  const calls = async ({ limits }: Station, count: number, rule?: LimitRule) => {
    let sum = 0
    for (let i = 0; i < count; i++) if ((await limits.takeService(service, rule)).isAllowed) sum++
    return sum
  }

  test('only name it: all workstations share its rate, and a burst is stopped', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect(await calls(a, 20)).toBe(10)
    for (let i = 0; i < 6; i++) {
      for (const { clock } of [a, b]) clock.pass(5000)
      await calls(a, 5)
      await calls(b, 5)
    }
    expect((await a.limits.list()).map(({ subject, used }) => [subject.name, used])).toEqual([['drugInformation', 60]])
    expect(await a.limits.takeService('another')).toMatchObject({ isAllowed: true })
    expect(await a.limits.takeService('third', { max: 1, windowSeconds: 10, burst: { max: 1, windowSeconds: 1 } })).toMatchObject({ isAllowed: true })
    expect(await b.limits.takeService('third', { max: 1, windowSeconds: 10, burst: { max: 1, windowSeconds: 1 } })).toMatchObject({ isAllowed: false })
  })

  test('are shared to the last one by two workstations that ask at the same time', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    const both = await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? a : b).limits.takeService(service, together)))
    expect(both.filter(({ isAllowed }) => isAllowed)).toHaveLength(60)
    for (const { limits } of [a, b]) expect(await limits.list()).toMatchObject([{ subject: { of: 'service', name: service }, used: 60, max: 60 }])
    // Another clinic on the same server has a count of its own.
    const stranger = stationOn(server, newClinic())
    await stranger.ready()
    expect((await stranger.limits.takeService(service, together)).left).toMatchObject({ remaining: 59 })
  })

  test('are counted on each workstation while the server is away, with what it knew of the others, and together again afterwards', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect([await calls(a, 20, together), await calls(b, 10, together), await calls(a, 1, together)]).toEqual([20, 10, 1])
    await server.kill()
    await until(() => a.state() !== 'ready' && b.state() !== 'ready')
    expect(await calls(a, 60, together)).toBe(29)
    // The other one does not know of the last call, and uses half of what is left.
    expect(await calls(b, 15, together)).toBe(15)
    // It comes back with nothing in it, and is told by both: one that joins only now has nothing left.
    await server.restart()
    const c = stationOn(server, clinic)
    await Promise.all([a.ready(), b.ready(), c.ready()])
    expect((await c.limits.list()).map(({ used }) => used)).toEqual([75])
    for (const { limits } of [a, b, c])
      expect(await limits.takeService(service, together)).toMatchObject({ isAllowed: false, left: { limit: 60, remaining: 0 } })
  })

  test('are not given anew by a server that was emptied', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    expect([await calls(a, 20, together), await calls(b, 30, together), await calls(a, 1, together)]).toEqual([20, 30, 1])
    await adminOf(server.port).flushall()
    expect(await calls(a, 60, together)).toBe(9)
  })

  test('are refused with when they are possible again, and are then', async () => {
    const station = stationOn(undefined, newClinic())
    const { limits, clock } = station
    expect(await calls(station, 10)).toBe(10)
    const burst = { isAllowed: false, retryAfterSeconds: 1, left: { limit: 60, remaining: 50, resetSeconds: 60 } }
    expect(await limits.takeService(service)).toEqual(burst)
    clock.pass(999)
    expect((await limits.takeService(service)).isAllowed).toBe(false)
    clock.pass(1)
    expect(await calls(station, 2)).toBe(1)
    for (let i = 0; i < 7; i++) {
      clock.pass(5000)
      await calls(station, 8)
    }
    for (const ms of [10_000, 4000]) {
      clock.pass(ms)
      await calls(station, 20)
    }
    expect(await limits.takeService(service)).toEqual({ isAllowed: false, retryAfterSeconds: 10, left: { limit: 60, remaining: 0, resetSeconds: 10 } })
    clock.pass(9999)
    expect(await calls(station, 1)).toBe(0)
    clock.pass(1)
    expect(await calls(station, 1)).toBe(1)
  })

  test('are refused on another workstation until the window ends that was begun elsewhere', async () => {
    const server = await redisOfTest()
    const clinic = newClinic()
    const [a, b] = [stationOn(server, clinic), stationOn(server, clinic)]
    await Promise.all([a.ready(), b.ready()])
    await server.kill()
    await until(() => a.state() !== 'ready' && b.state() !== 'ready')
    expect(await calls(a, 60, together)).toBe(60)
    a.clock.pass(20_000)
    await server.restart()
    await Promise.all([a.ready(), b.ready()])
    const refused = await b.limits.takeService(service, together)
    expect(refused).toMatchObject({ isAllowed: false, left: { remaining: 0 } })
    const seconds = refused.isAllowed ? Number.NaN : refused.retryAfterSeconds
    expect(seconds).toBeLessThanOrEqual(40)
    expect(seconds).toBe(refused.left?.resetSeconds)
  })
})

test('nothing private stands in the names and values of the server', async () => {
  const server = await redisOfTest()
  const station = stationOn(server, newClinic())
  await station.ready()
  await station.limits.takeCostly('patients.erasure.preview', { address: '10.20.30.40' })
  await station.limits.takeCostly('patients.erasure.preview', ana)
  const client = new Redis({ host: '127.0.0.1', port: server.port })
  onTestFinished(() => client.disconnect())
  const names = await client.keys('*')
  expect(names.filter((name) => /:limit:[0-9a-f]{32}$/.test(name))).toHaveLength(2)
  const held = await Promise.all(names.filter((name) => name.includes(':limit:')).map((name) => client.hgetall(name)))
  expect(JSON.stringify([names, held])).not.toMatch(/10\.20\.30\.40|erasure|0192f000/)
  for (const name of names) expect(await client.pttl(name)).toBeGreaterThan(0)
})

describe('over HTTP', () => {
  const admin = async (at: ConnectedWorkstation) => {
    const host = await serveWorkstation(at.workstation, '0.0.0-test', { port: 0 })
    onTestFinished(() => host.stop())
    const token = await at.signIn()
    const ask = (path: string, method = 'GET') => rawRequest(`${host.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } })
    return { ask, api: at.api(token) }
  }
  const costly = `/patients/${randomUUID()}/erasure`

  test('the 101st costly call is refused with when it is possible again, on every workstation; calls before say what is left', async () => {
    const server = await redisOfTest()
    const [a, b] = (await connectedWorkstations(server, 2)) as [ConnectedWorkstation, ConnectedWorkstation]
    const [first, second] = [await admin(a), await admin(b)]
    const answer = await first.ask(costly)
    expect([answer.status, answer.headers['ratelimit-limit'], answer.headers['ratelimit-remaining']]).toEqual([404, '100', '99'])
    expect(Number(answer.headers['ratelimit-reset'])).toBeGreaterThan(890)
    for (let i = 0; i < 99; i++) expect((await first.ask(costly)).status).toBe(404)
    // A server that is slow for a moment is told a moment later.
    await until(async () => (await second.ask(costly)).status === 429)
    for (const { ask } of [first, second]) {
      const refused = await ask(costly)
      expect([refused.status, refused.headers['ratelimit-remaining'], refused.json().code]).toEqual([429, '0', 'RATE_LIMITED'])
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
      expect(refused.json().message).toMatch(/possible again in \d+ seconds/)
    }
    const { items } = await second.api.limits.list({})
    expect(items).toMatchObject([{ name: 'patients.erasure.preview', displayName: 'Anna Admin', max: 100, isFull: true }])
    expect(await second.api.limits.unblock({ id: items[0]?.id ?? '' })).toEqual({ isUnblocked: true })
    for (const { ask } of [first, second]) await until(async () => (await ask(costly)).status === 404)
    expect((await second.api.limits.left({ procedure: 'patients.erasure.preview' })).remaining).toBeGreaterThan(50)
  }, 120_000)
})
