import { describe, expect, it } from 'vitest'
import { redisOfTest } from '../../support/redis-server.js'
import { adminOf } from '../redis/connections.js'
import { counted, newDataset, openStation, type Station, untilTrue } from './stations.js'

async function twoStations(port: number, options: [Parameters<typeof openStation>[0]?, Parameters<typeof openStation>[0]?] = []): Promise<[Station, Station]> {
  const of = newDataset()
  const both: [Station, Station] = [await openStation({ of, port, ...options[0] }), await openStation({ of, port, ...options[1] })]
  await Promise.all(both.map((station) => station.ready()))
  return both
}

describe('the server as a layer', () => {
  it('gives one workstation what another computed, and it stays there in the faster layers', async () => {
    const { port } = await redisOfTest()
    const [one, two] = await twoStations(port)
    const summary = counted(() => ({ text: 'summary' }))
    await one.cache.getOrLoad('aiSummary', { of: { model: 'm', prompt: 3 } }, summary.load)
    await untilTrue(async () => (await adminOf(port).keys('*ai_summary*')).length === 1)
    const ask = () => two.cache.getOrLoad('aiSummary', { of: { prompt: 3, model: 'm' } }, summary.load)
    expect(await ask()).toMatchObject({ value: { text: 'summary' }, source: 'redis' })
    expect((await ask()).source).toBe('memory')
    expect(two.layers.database.get(two.layers.paths.of('aiSummary', { of: { prompt: 3, model: 'm' } }))?.value).toEqual({ text: 'summary' })
    expect(summary.count).toBe(1)
  })

  it('answers many values with one question', async () => {
    const { port } = await redisOfTest()
    const [one, two] = await twoStations(port)
    const ids = Array.from({ length: 50 }, (_, i) => `text ${i}`)
    await one.cache.getMany('ocr', ids.slice(0, 40), async (wanted) => wanted.map((id) => id.toUpperCase()))
    const admin = adminOf(port)
    await untilTrue(async () => (await admin.keys('*:ocr:*')).length === 40)
    await admin.config('RESETSTAT')
    const calls: number[] = []
    const found = await two.cache.getMany('ocr', ids, async (wanted) => {
      calls.push(wanted.length)
      return wanted.map((id) => id.toUpperCase())
    })
    expect(found.map(({ value }) => value)).toEqual(ids.map((id) => id.toUpperCase()))
    expect(calls).toEqual([10])
    expect(await admin.info('commandstats')).toMatch(/cmdstat_mget:calls=1,/)
  })

  it('keeps values no longer than they may be shown', async () => {
    const { port } = await redisOfTest()
    const [one] = await twoStations(port)
    await one.cache.getOrLoad('aiResponse', 'a', async () => 'a')
    const admin = adminOf(port)
    await untilTrue(async () => (await admin.keys('*ai_response*')).length === 1)
    const left = await admin.pttl((await admin.keys('*ai_response*'))[0] as string)
    expect(left).toBeGreaterThan(26 * 60_000)
    expect(left).toBeLessThan(33 * 60_000)
  })

  it('tells ages between computers whose clocks differ by hours', async () => {
    const { port } = await redisOfTest()
    const hour = 3_600_000
    const [one] = [Date.now()]
    const [here, there] = await twoStations(port, [
      { now: () => one, clockOffsetMs: () => 0 },
      { now: () => one + 10_000 - 5 * hour, clockOffsetMs: () => 5 * hour },
    ])
    await here.cache.getOrLoad('aiSummary', 'a', async () => 'a')
    await untilTrue(async () => (await adminOf(port).keys('*ai_summary*')).length === 1)
    expect(await there.cache.find('aiSummary', 'a')).toMatchObject({ source: 'redis', ageMs: 10_000, stale: false })
  })

  it('lets a workstation forget what another ordered to be forgotten', async () => {
    const { port } = await redisOfTest()
    const [one, two] = await twoStations(port)
    await one.cache.getOrLoad('aiSummary', 'a', async () => 'old')
    await untilTrue(async () => (await two.cache.find('aiSummary', 'a')) !== undefined)
    one.cache.delete('aiSummary', 'a')
    // The next question to the server, whatever it is about, tells that there is something to learn.
    await untilTrue(async () => {
      await two.cache.has('ocr', 'anything')
      return !(await two.cache.has('aiSummary', 'a'))
    })
  })

  it('refuses nothing that a full server does not take: values are computed, and stay here', async () => {
    const { port } = await redisOfTest({ args: ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'] })
    const station = await openStation({ port })
    await untilTrue(() => station.layers.redis.state === 'ready')
    for (let i = 0; i < 50; i++) expect((await station.cache.getOrLoad('aiSummary', { of: i }, async () => i)).value).toBe(i)
    expect((await station.cache.find('aiSummary', { of: 7 }))?.source).toBe('memory')
  })

  it('counts for several at once, and says when it did not', async () => {
    const server = await redisOfTest()
    const [one, two] = await twoStations(server.port)
    const counted = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).cache.increment({ of: 'usage', sub: 'requests' })))
    expect([...counted].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    await server.kill()
    await untilTrue(() => one.layers.redis.state !== 'ready')
    expect(await one.cache.increment({ of: 'usage', sub: 'requests' })).toBeUndefined()
  })
})
