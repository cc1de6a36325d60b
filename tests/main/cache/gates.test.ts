import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLog } from '../../../src/main/lib/log.js'
import { cacheKeyNames } from '../../../src/main/redis/keys.js'
import { freePort, redisOfTest, startRedis } from '../../support/redis-server.js'
import { temporaryFolder } from '../../support/store.js'
import { adminOf } from '../redis/connections.js'
import { addPatient, counted, exchange, gate, newDataset, openStation, patientNames, renamePatient, type Station, untilTrue } from './stations.js'

/** A workstation at a server, ready. */
async function stationAt(port: number, options: Parameters<typeof openStation>[0] = {}): Promise<Station> {
  const station = await openStation({ ...options, port })
  await station.ready()
  return station
}

const entryOf = ({ dataset, layers }: Station, ...of: Parameters<Station['layers']['paths']['of']>): string =>
  cacheKeyNames(dataset).entry(layers.paths.of(...of))

const countsOf = ({ cache }: Station, name: string) => cache.statistics().find(({ category }) => category === name)

/** The milliseconds that something takes. */
async function took(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** How often a server was asked for values. */
const reads = async (admin: ReturnType<typeof adminOf>): Promise<number> => Number(/cmdstat_mget:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0)

describe('G1: 500 who miss at once', () => {
  it('ask the server once and compute once', async () => {
    const { port } = await redisOfTest()
    const station = await stationAt(port)
    const admin = adminOf(port)
    const before = await reads(admin)
    const slow = gate<string>()
    const summary = counted(() => slow.promise)
    const all = Array.from({ length: 500 }, () => station.cache.getOrLoad('aiSummary', 'a', summary.load))
    await untilTrue(() => summary.count > 0)
    slow.open('summary')
    expect(new Set((await Promise.all(all)).map(({ value }) => value))).toEqual(new Set(['summary']))
    expect(summary.count).toBe(1)
    expect((await reads(admin)) - before).toBe(1)
    expect(countsOf(station, 'aiSummary')).toMatchObject({ requests: 500, joined: 499, misses: { first: 1 } })
  })
})

describe('G2: 500 who miss at once where computing fails', () => {
  it('are all refused by one failure, which is not kept', async () => {
    const { port } = await redisOfTest()
    const station = await stationAt(port)
    const slow = gate<string>()
    const failing = counted(() => slow.promise)
    const all = Array.from({ length: 500 }, () => station.cache.getOrLoad('aiSummary', 'a', failing.load))
    const settled = Promise.allSettled(all)
    await untilTrue(() => failing.count > 0)
    slow.fail(new Error('the service is away'))
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
    expect(failing.count).toBe(1)
    expect((await station.cache.getOrLoad('aiSummary', 'a', async () => 'there')).value).toBe('there')
  })
})

describe('G3: a server that stands still', () => {
  it('costs one deadline once, and then nobody waits for it', async () => {
    const server = await redisOfTest()
    const station = await stationAt(server.port)
    server.freeze()
    // The gate is a deadline: 100 ms, doubled for a machine that others use.
    expect(await took(() => station.cache.getOrLoad('aiSummary', 'a', async () => 1))).toBeLessThan(200)
    const later: number[] = []
    for (let i = 0; i < 200; i++) later.push(await took(() => station.cache.getOrLoad('aiSummary', { of: i }, async () => i)))
    expect(station.layers.redis.state).toBe('resting')
    expect(later.sort((a, b) => a - b)[100]).toBeLessThan(1)
    expect(countsOf(station, 'aiSummary')).toMatchObject({ loads: 201, misses: { redisAway: 201 } })
    server.resume()
    await station.ready()
  })
})

describe('G4: a start without a server', () => {
  it('leaves no error behind, and uses the server within three seconds of its appearing', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    // Something that takes connections and is no server: it counts the attempts.
    let attempts = 0
    const listener = createServer((socket) => {
      attempts++
      socket.destroy()
    })
    const port = await freePort()
    await new Promise<void>((listening) => listener.listen(port, '127.0.0.1', listening))
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    const station = await openStation({ port, log })
    expect((await station.cache.getOrLoad('aiSummary', 'a', async () => 'computed')).value).toBe('computed')
    // Long enough for the pauses between the attempts to have grown to their longest.
    await untilTrue(() => attempts >= 9, 30_000)
    await new Promise((closed) => listener.close(closed))
    for (let i = 0; i < 500; i++) await station.cache.getOrLoad('aiSummary', { of: i }, async () => i)
    const server = await startRedis({ port })
    onTestFinished(server.remove)
    expect(await took(() => station.ready())).toBeLessThan(3000)
    await station.cache.getOrLoad('aiSummary', 'b', async () => 'kept')
    const admin = adminOf(port)
    await untilTrue(async () => (await admin.exists(entryOf(station, 'aiSummary', 'b'))) === 1)
    expect(unhandled).toEqual([])
    expect(log.error).not.toHaveBeenCalled()
    expect(log.info.mock.calls.filter(([event]) => event === 'cache.serverAway')).toHaveLength(1)
  })
})

describe('G5: a change while a value is computed', () => {
  it('gives the next reader the new one, and the old one is kept nowhere', async () => {
    const { port } = await redisOfTest()
    const of = newDataset()
    const station = await stationAt(port, { of })
    const id = await addPatient(station.store, 'old')
    const slow = gate()
    const first = station.cache.getOrLoad('query', 'report', async () => {
      const names = patientNames(station.store)
      await slow.promise
      return names
    })
    await untilTrue(() => countsOf(station, 'query')?.misses.first === 1)
    await renamePatient(station.store, id, 'new')
    const second = station.cache.getOrLoad('query', 'report', async () => patientNames(station.store))
    expect((await second).value).toEqual(['new'])
    slow.open()
    expect((await first).value).toEqual(['old'])
    expect((await station.cache.find('query', 'report'))?.value).toEqual(['new'])
    expect(countsOf(station, 'query')).toMatchObject({ discarded: 1 })
    const other = await stationAt(port, { of, store: station.store })
    await untilTrue(async () => (await adminOf(port).exists(entryOf(station, 'query', 'report'))) === 1)
    expect(await other.cache.find('query', 'report')).toMatchObject({ value: ['new'], source: 'redis' })
  })
})

describe('G6: a server that restarts while another workstation writes', () => {
  it('gives nobody an old value once the change has arrived', async () => {
    const server = await redisOfTest({ args: ['--save', '3600', '1'] })
    const of = newDataset()
    const [here, there] = [await stationAt(server.port, { of }), await stationAt(server.port, { of })]
    const id = await addPatient(here.store, 'old')
    await exchange(here.store, there.store, id)
    await here.cache.getOrLoad('query', 'names', async () => patientNames(here.store))
    await untilTrue(async () => (await adminOf(server.port).exists(entryOf(here, 'query', 'names'))) === 1)
    expect(await there.cache.find('query', 'names')).toMatchObject({ value: ['old'], source: 'redis' })
    // What it held is on its disk and comes back with it.
    await adminOf(server.port).call('SAVE')
    await server.kill()
    await renamePatient(there.store, id, 'new')
    await server.restart()
    await Promise.all([here.ready(), there.ready()])
    expect(await adminOf(server.port).exists(entryOf(here, 'query', 'names'))).toBe(1)
    expect(await there.cache.find('query', 'names')).toBeUndefined()
    await exchange(there.store, here.store, id)
    expect(await here.cache.find('query', 'names')).toBeUndefined()
    expect((await here.cache.getOrLoad('query', 'names', async () => patientNames(here.store))).value).toEqual(['new'])
  })

  it('does not bring back what was ordered to be forgotten, from a disk of an earlier day', async () => {
    const server = await redisOfTest({ args: ['--save', '3600', '1'] })
    const of = newDataset()
    const [here, there] = [await stationAt(server.port, { of, file: false }), await stationAt(server.port, { of })]
    await here.cache.getOrLoad('aiSummary', 'a', async () => 'old')
    await untilTrue(async () => (await adminOf(server.port).exists(entryOf(here, 'aiSummary', 'a'))) === 1)
    await adminOf(server.port).call('SAVE')
    there.cache.clear('ai_summary')
    await untilTrue(async () => (await adminOf(server.port).exists(entryOf(here, 'aiSummary', 'a'))) === 0)
    await server.kill()
    await server.restart()
    await there.ready()
    expect(await adminOf(server.port).exists(entryOf(here, 'aiSummary', 'a'))).toBe(1)
    expect(await there.cache.find('aiSummary', 'a')).toBeUndefined()
    const later = await stationAt(server.port, { of })
    expect(await later.cache.find('aiSummary', 'a')).toBeUndefined()
  })
})

describe('G8: what the server and the log hold', () => {
  it('is no name, number or value in plain text', async () => {
    const { port } = await redisOfTest({ args: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '1000'] })
    const folder = temporaryFolder()
    const station = await stationAt(port, { log: createLog({ folder, stream: false, level: 'debug' }) })
    const secret = 'Quetzalcoatl 5550123'
    const admin = adminOf(port)
    await station.cache.getOrLoad('aiSummary', { of: { patient: secret } }, async () => ({ text: secret }))
    await station.cache.getOrLoad('query', secret, async () => secret.repeat(200))
    await station.cache.getMany('ocr', [secret, { of: [secret] }], async (ids) => ids.map(() => secret))
    await station.cache.increment({ of: secret, sub: 'requests' })
    station.cache.put('symptomInput', { of: secret, sub: 'inputs' }, secret)
    expect(() => station.cache.clear(`ai_summary:${secret}`)).toThrow('no pattern')
    station.cache.delete('ocr', secret)
    await expect(station.cache.getOrLoad('ocr', 'b', () => Promise.reject(new Error(secret)))).rejects.toThrow(secret)
    await untilTrue(async () => (await admin.dbsize()) >= 6)
    const seen = [JSON.stringify(await admin.call('SLOWLOG', 'GET', '-1')), JSON.stringify(station.cache.statistics())]
    for (const key of await admin.keys('*')) {
      expect(key).toMatch(/^medinsight:\{[0-9a-f-]{36}\}:(?:cache:[a-z_]+:[0-9a-f]{32}(?::[a-z]+)?|cache_clear_head|cache_clears)$/)
      if ((await admin.type(key)) === 'string') seen.push((await admin.getBuffer(key))?.toString('latin1') ?? '')
      else seen.push(JSON.stringify(await admin.call('ZRANGE', key, '0', '-1')))
    }
    for (const name of readdirSync(folder)) seen.push(readFileSync(join(folder, name), 'latin1'))
    station.close()
    seen.push(readFileSync(station.file, 'latin1'))
    for (const text of seen) for (const part of secret.split(' ')) expect(text.includes(part)).toBe(false)
  })
})

describe('G9: an entry that was moved', () => {
  it('to another key or another clinic is refused, and counted', async () => {
    const { port } = await redisOfTest()
    const [station, stranger] = [await stationAt(port), await stationAt(port)]
    const admin = adminOf(port)
    await station.cache.getOrLoad('aiSummary', 'a', async () => 'of a')
    const from = entryOf(station, 'aiSummary', 'a')
    await untilTrue(async () => (await admin.exists(from)) === 1)
    await admin.copy(from, entryOf(station, 'aiSummary', 'b'))
    await admin.copy(from, entryOf(stranger, 'aiSummary', 'a'))
    expect((await station.cache.getOrLoad('aiSummary', 'b', async () => 'of b')).value).toBe('of b')
    expect((await stranger.cache.getOrLoad('aiSummary', 'a', async () => 'of another clinic')).value).toBe('of another clinic')
    for (const one of [station, stranger]) expect(countsOf(one, 'aiSummary')).toMatchObject({ misses: { refused: 1 }, refusedEntries: 1 })
  })

  it('or changed, or is no entry at all, counts as a miss', async () => {
    const { port } = await redisOfTest()
    const station = await stationAt(port)
    const admin = adminOf(port)
    const damaged = [Buffer.alloc(0), Buffer.from('{"value":1}'), Buffer.alloc(100)]
    for (const [i, bytes] of damaged.entries()) {
      await admin.set(entryOf(station, 'aiSummary', { of: i }), bytes)
      expect((await station.cache.getOrLoad('aiSummary', { of: i }, async () => i)).value).toBe(i)
    }
    expect(countsOf(station, 'aiSummary')?.misses.refused).toBe(3)
  })
})

describe('G10: forgetting 100,000 values', () => {
  it('makes no other client wait for more than one slice', async () => {
    const { port } = await redisOfTest()
    const station = await stationAt(port)
    const admin = adminOf(port)
    const prefix = cacheKeyNames(station.dataset).entry('ai_summary:')
    for (let i = 0; i < 100; i++) {
      const pipeline = admin.pipeline()
      for (let j = 0; j < 1000; j++) pipeline.set(`${prefix}${(i * 1000 + j).toString(16).padStart(32, '0')}`, 'x'.repeat(100))
      await pipeline.exec()
    }
    await admin.set(cacheKeyNames(station.dataset).entry('ocr:a'), 'stays')
    await admin.config('RESETSTAT')
    station.cache.clear('ai_summary')
    await untilTrue(async () => (await admin.dbsize()) <= 3, 60_000)
    // What another client waits for is what one command holds the server up: the mean of all, because a busy machine may stop the server in the middle of one.
    const stats = await admin.info('commandstats')
    const statOf = (command: string) => {
      const [, calls, micros] = new RegExp(`cmdstat_${command}:calls=(\\d+),.*?usec_per_call=([\\d.]+)`).exec(stats) ?? []
      return { calls: Number(calls), ms: Number(micros) / 1000 }
    }
    expect(statOf('unlink').calls).toBeGreaterThanOrEqual(400)
    expect(statOf('scan').calls).toBeGreaterThanOrEqual(50)
    for (const command of ['unlink', 'scan', 'evalsha']) expect(statOf(command).ms, command).toBeLessThan(10)
    expect(stats).not.toMatch(/cmdstat_(?:keys|flushdb|flushall|del)/)
    expect(await admin.exists(cacheKeyNames(station.dataset).entry('ocr:a'))).toBe(1)
  }, 90_000)
})

describe('G11: an entry of 64 kB', () => {
  it('holds the main loop up for less than 10 ms when it is sealed and opened', async () => {
    const { port } = await redisOfTest()
    const of = newDataset()
    const [one, two] = [await stationAt(port, { of }), await stationAt(port, { of })]
    const text = Array.from({ length: 8000 }, (_, i) => `word${i % 977}`)
      .join(' ')
      .slice(0, 65_536)
    await one.cache.getOrLoad('aiSummary', 'warm', async () => text)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const held: number[] = []
    for (let i = 0; i < 20; i++) {
      delay.reset()
      delay.enable()
      const cpu = process.threadCpuUsage()
      await one.cache.getOrLoad('aiSummary', { of: i }, async () => text)
      const used = process.threadCpuUsage(cpu)
      held.push((used.user + used.system) / 1000)
      await untilTrue(async () => (await adminOf(port).exists(entryOf(one, 'aiSummary', { of: i }))) === 1)
      expect((await two.cache.find('aiSummary', { of: i }))?.source).toBe('redis')
      delay.disable()
    }
    // The thread's own time, because other programs of this machine are not what the gate is about; the median, because the collector is not either.
    expect(held.sort((a, b) => a - b)[10]).toBeLessThan(10)
  })
})

describe('G12: a SET that arrives late', () => {
  it('brings nothing back when it arrives after what was forgotten has left the server’s memory', async () => {
    const { port } = await redisOfTest()
    const of = newDataset()
    const [here, there] = [await stationAt(port, { of, file: false }), await stationAt(port, { of, file: false })]
    const admin = adminOf(port)
    const key = entryOf(here, 'aiSummary', 'a')
    await here.cache.getOrLoad('aiSummary', 'a', async () => 'old')
    await untilTrue(async () => (await admin.exists(key)) === 1)
    const sent = (await admin.getBuffer(key)) as Buffer
    here.cache.clear('ai_summary')
    await untilTrue(async () => (await admin.exists(key)) === 0)
    await admin.set(key, sent)
    there.layers.redis.synchronise()
    await untilTrue(() => there.layers.clears.head === 1)
    for (const { cache } of [here, there]) expect(await cache.find('aiSummary', 'a')).toBeUndefined()
    expect((await there.cache.getOrLoad('aiSummary', 'a', async () => 'new')).value).toBe('new')
  })

  it('does not win over a change of the records, or an order to forget, that came before it arrived', async () => {
    const server = await redisOfTest()
    const of = newDataset()
    const [here, there] = [await stationAt(server.port, { of, file: false }), await stationAt(server.port, { of, file: false })]
    const id = await addPatient(here.store, 'old')
    await exchange(here.store, there.store, id)
    const slow = gate()
    const afterwards = async <Value>(value: Value): Promise<Value> => {
      await slow.promise
      return value
    }
    const report = here.cache.getOrLoad('query', 'names', async () => afterwards(patientNames(here.store)))
    const summary = here.cache.getOrLoad('aiSummary', 'a', async () => afterwards('old'))
    await untilTrue(() => countsOf(here, 'query')?.misses.first === 1 && countsOf(here, 'aiSummary')?.misses.first === 1)
    server.freeze()
    slow.open()
    await Promise.all([report, summary])
    // Both SETs have left and wait in the socket of a server that stands still.
    await untilTrue(() => here.layers.redis.state === 'resting')
    await renamePatient(here.store, id, 'new')
    here.cache.clear('ai_summary')
    server.resume()
    const admin = adminOf(server.port)
    await untilTrue(async () => (await admin.exists(entryOf(here, 'query', 'names'), entryOf(here, 'aiSummary', 'a'))) >= 1)
    await Promise.all([here.ready(), there.ready()])
    expect(await here.cache.find('query', 'names')).toBeUndefined()
    expect(await here.cache.find('aiSummary', 'a')).toBeUndefined()
    await exchange(here.store, there.store, id)
    await untilTrue(() => there.layers.clears.head === 1)
    expect(await there.cache.find('query', 'names')).toBeUndefined()
    expect(await there.cache.find('aiSummary', 'a')).toBeUndefined()
  })
})
