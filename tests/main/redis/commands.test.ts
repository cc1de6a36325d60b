import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLog } from '../../../src/main/lib/log.js'
import { feedStart } from '../../../src/main/redis/hub.js'
import { openRedisCache } from '../../../src/main/redis/redis-cache.js'
import { openMonitor } from '../../../src/main/redis/redis-monitor.js'
import { selfTest, tryServer } from '../../../src/main/redis/server-trial.js'
import type { RedisSettings } from '../../../src/main/redis/settings.js'
import { testConnection } from '../../../src/main/redis/test-connection.js'
import { redisOfTest } from '../../support/redis-server.js'
import { adminOf, openFor, settingsFor, until } from './connections.js'
import { documentedCommands, usedCommands } from './documented-commands.js'
import { digestOf, newEpoch, pushOf, record } from './hubs.js'

/** Everything that the program asks of a server, once. */
async function useEverything({ hub, dataset }: ReturnType<typeof openFor>): Promise<void> {
  const greeting = { dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 }
  const { epoch } = await hub.hello(greeting)
  const [id, other, owner, next] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const lists = (score: number | undefined) => [{ list: 'symptom', owner, score }]
  const first = await hub.push(pushOf({ epoch, records: [record(id, 'one', { owner, lists: lists(1) }), record(other, 'one')] }))
  const held = { digest: digestOf('one'), owner }
  await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two', { owner: next, held, lists: lists(undefined) }), record(other, 'one')] }))
  // Some entries that make the feed too long, and some that make it too large.
  for (let n = 3; n < 12; n++) await hub.push(pushOf({ epoch, from: n, to: n, summary: Buffer.alloc(n < 8 ? 50 : 100) }))
  await hub.hello({ ...greeting, epoch, cursor: first.status === 'ok' ? first.end : undefined })
  await hub.snapshot()
  await hub.buckets([1])
  await hub.records([{ kind: 'symptom', id: other }])
  await hub.read(feedStart, { count: 1, waitMs: 0 })
  if (first.status === 'ok') await hub.adopt(epoch, 'b'.repeat(16), 1, first.end)
  await hub.drop(epoch, record(other, 'one'))
  await hub.report('one', Buffer.from('report'))
  await hub.reports()
  await hub.forgetReport('one')
  await hub.announce('ana', 1000)
  await hub.present()
  await hub.putLine('one', Buffer.from('line'), 1000)
  await hub.lines(['one'])
  await hub.putLine('one', Buffer.alloc(0), 0)
  await hub.putInvitation(id, Buffer.from('sealed'), 1000)
  await hub.takeInvitation(id)
  await hub.putGrants(2, new Map([['one', Buffer.from('key')]]))
  await hub.grant(2, 'one')
  await hub.lease('invoice', 1, 1)
  await hub.memory()
  await hub.ping()
  await hub.replaceHistory(2, newEpoch())
}

/** Everything that the cache asks of a server, once. */
async function useCache(settings: RedisSettings): Promise<void> {
  let ready: () => void = () => undefined
  const isReady = new Promise<void>((done) => (ready = done))
  const cache = openRedisCache(settings, { dataset: randomUUID(), log: silentLog, onState: (state) => state === 'ready' && ready() })
  onTestFinished(() => cache.close())
  await isReady
  await cache.write([{ path: 'ocr:a', value: Buffer.from('sealed'), ttlMs: 1000 }])
  await cache.read(['ocr:a'])
  const number = await cache.clear('ocr:*', 0)
  expect(await cache.clearsSince(0)).toEqual({ head: number, clears: [{ number, pattern: 'ocr:*' }], wholeFrom: 0 })
  expect(await cache.reclaim('ocr:*', new AbortController().signal)).toBe(1)
  expect(await cache.increment('counter:a', 2, 1000)).toBe(2)
  const uses = { id: 'a'.repeat(32), own: 1, isAsking: true, max: 1, leftMs: 1000, round: 0, about: Buffer.from('sealed') }
  expect(await cache.limits.tell('one', uses)).toMatchObject({ isGiven: true, own: 1 })
  expect(await cache.limits.tell('two', uses)).toMatchObject({ isGiven: false, others: 1 })
  expect(await cache.limits.tell('one', { ...uses, round: 1, own: 0, isAsking: false })).toMatchObject({ own: 0, round: 1 })
  expect(await cache.limits.windows(10)).toMatchObject([{ id: uses.id, used: 0 }])
}

/** Everything that the monitor asks of a server, once. */
async function useMonitor(settings: RedisSettings): Promise<void> {
  const monitor = openMonitor(settings, randomUUID())
  onTestFinished(() => monitor.close())
  expect((await monitor.info())?.('redis_version')).toBeDefined()
  expect(await monitor.setting('maxmemory-policy')).toBe('noeviction')
  expect(await monitor.slowLog(10)).toBeDefined()
  expect(await monitor.scan('medinsight:*', '0', 100)).toMatchObject({ next: expect.any(String) })
  expect(await monitor.sizes(['medinsight:none'])).toEqual([{ bytes: undefined, ttlMs: undefined }])
  expect(await monitor.value('medinsight:none')).toBeUndefined()
  await monitor.isOpen()
  expect((await tryServer(settings, randomUUID())).map(({ step, isOk, code }) => [step, isOk, code])).toEqual(
    ['connect', 'ping', 'set', 'get', 'delete', 'publish'].map((step) => [step, true, undefined]),
  )
  expect((await selfTest(settings, randomUUID(), { operations: 9, concurrency: 3 })).failures).toEqual([])
}

/** The arguments of ACL SETUSER in the document. */
function documentedUser(): string[] {
  const text = readFileSync('docs/redis-commands.md', 'utf8')
  const found = /ACL SETUSER medinsight([^`]*)```/.exec(text)?.[1] ?? ''
  return found.trim().split(/\s+/)
}

describe('docs/redis-commands.md', () => {
  it('lists every command that is used, and no other', async () => {
    const server = await redisOfTest({ password: 'pass' })
    const settings = settingsFor(server.port, { password: 'pass', database: 1 })
    const connection = openFor(settings, { feed: { entries: 2, bytes: 60 } })
    await until(connection, 'ready')
    await useEverything(connection)
    await useCache(settings)
    await useMonitor(settings)
    await testConnection(settings)
    const reading = connection.hub.read('9999999999999-0', { count: 1, waitMs: 10 })
    expect(await reading).toEqual([])
    const used = await usedCommands(adminOf(server.port, { password: 'pass' }))
    expect([...used].sort()).toEqual([...documentedCommands().everywhere].sort())
  })

  it('names rights that are enough', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    await admin.call('ACL', 'SETUSER', 'medinsight', ...documentedUser().map((part) => (part === '>PASSWORD' ? '>pass' : part)))
    const settings = settingsFor(server.port, { username: 'medinsight', password: 'pass' })
    const connection = openFor(settings, { feed: { entries: 2, bytes: 60 } })
    await until(connection, 'ready')
    await useEverything(connection)
    await useCache(settings)
    await useMonitor(settings)
    expect((await testConnection(settings)).filter(({ code }) => code !== undefined && code !== 'notKept')).toEqual([])
    expect(connection.state().kind).toBe('ready')
    expect(await admin.call('ACL', 'LOG')).toEqual([])
  })

  it('is kept by the sources: nothing there flushes, lists all keys or listens to others', () => {
    const { everywhere, elsewhere } = documentedCommands()
    for (const never of ['KEYS', 'FLUSHALL', 'FLUSHDB', 'MONITOR', 'MULTI', 'FUNCTION', 'FCALL', 'EXEC'])
      expect([...everywhere, ...elsewhere]).not.toContain(never)
  })
})
