import { describe, expect, it } from 'vitest'
import { AlertBook, type AlertFacts, judgedAlerts } from '../../../../src/main/features/monitor/alerts.js'
import { growthOf, lastsFor } from '../../../../src/main/features/monitor/capacity.js'
import { serverFactsOf, unknownServer } from '../../../../src/main/features/monitor/server-facts.js'
import { usualThresholds } from '../../../../src/main/features/monitor/thresholds.js'
import { infoOf } from '../../../../src/main/redis/server-info.js'
import type { Backup } from '../../../../src/main/store/backups.js'
import type { Sample } from '../../../../src/shared/contract/monitor-acts.js'

const now = Date.parse('2026-11-20T09:00:00Z')

/** What a server says, as the text of INFO. */
const told = (lines: Record<string, string | number>) =>
  serverFactsOf(
    {
      info: infoOf(
        Object.entries({ redis_version: '7.0.15', used_memory: 200_000_000, used_memory_rss: 260_000_000, ...lines })
          .map(([name, value]) => `${name}:${value}`)
          .join('\r\n'),
      ),
      bind: undefined,
      protectedMode: undefined,
      save: undefined,
      isOpen: false,
      isEncrypted: false,
      isLocal: true,
    },
    unknownServer.offers,
    now,
  )

describe('what a server tells of itself', () => {
  it('says nothing of fragmentation below 64 MB, where the program itself takes most', () => {
    expect(told({ used_memory: 63_999_999 }).memory?.fragmentation).toBeNull()
    expect(told({}).memory?.fragmentation).toBeCloseTo(1.3)
  })

  it.each([
    ['noeviction', 'fine'],
    ['volatile-lru', 'fine'],
    ['volatile-random', 'fine'],
    ['allkeys-lru', 'alarm'],
    ['allkeys-lfu', 'alarm'],
  ])('has a verdict on the policy %s', (policy, verdict) => expect(told({ maxmemory_policy: policy }).policy).toEqual({ value: policy, verdict }))

  it('sums keys over its databases, and counts what it refused while it was full', () => {
    const facts = told({
      instantaneous_ops_per_sec: 1,
      total_error_replies: 9,
      errorstat_OOM: 'count=4',
      db0: 'keys=10,expires=3,avg_ttl=0',
      db3: 'keys=5,expires=5',
    })
    expect(facts.keys).toEqual({ count: 15, withExpiry: 8 })
    expect(facts.stats).toMatchObject({ errorReplies: 9, rejectedWrites: 4 })
  })

  it('warns of a disk that fails, a replica without its master, and a version that is too old', () => {
    expect(told({ aof_enabled: 1, rdb_last_bgsave_status: 'err' }).warnings).toEqual(['saveFails'])
    expect(told({ role: 'slave', master_link_status: 'down' }).warnings).toEqual(['replicaAway'])
    expect(told({ redis_version: '6.0.16' }).warnings).toEqual(['oldVersion'])
  })
})

const sample = (change: Partial<Sample> = {}): Sample => ({
  at: '2026-11-20T09:00:00.000Z',
  state: 'ready',
  pingMs: 1,
  usedBytes: null,
  maxBytes: null,
  clients: null,
  operationsPerSecond: null,
  networkBytesPerSecond: null,
  evictedKeys: null,
  requests: 0,
  hits: 0,
  redisAway: 0,
  calls: 0,
  errors: 0,
  callP95Ms: null,
  loopP99Ms: null,
  residentBytes: 1,
  waiting: 0,
  freeDiskBytes: null,
  ...change,
})

const quiet: AlertFacts = {
  server: unknownServer,
  hasServer: true,
  awaySince: undefined,
  clockOffsetMs: 0,
  waiting: 0,
  oldestWaitingAt: undefined,
  disk: { free: 50, total: 100 },
  hour: [],
  now,
}
const server = (lines: Record<string, string | number>) => ({ server: told(lines) })
const hour = (...samples: Partial<Sample>[]) => ({ hour: samples.map(sample) })

describe('alerts', () => {
  it.each<[string, Partial<AlertFacts>, string[]]>([
    ['nothing is wrong', {}, []],
    ['the server is away for less than a minute', { awaySince: now - 59_000 }, []],
    ['the server is away for a minute', { awaySince: now - 60_000 }, ['away']],
    ['its memory fills', server({ maxmemory: 240_000_000 }), ['memory']],
    ['its memory has room', server({ maxmemory: 260_000_000 }), []],
    ['it may evict records', server({ maxmemory_policy: 'allkeys-lru' }), ['policy']],
    ['it evicted within the hour', hour({ evictedKeys: 5 }, { evictedKeys: null }, { evictedKeys: 9 }), ['evictions']],
    ['it evicted long ago', hour({ evictedKeys: 9 }, { evictedKeys: 9 }), []],
    ['its memory is in pieces', server({ used_memory_rss: 400_000_000 }), ['fragmentation']],
    ['few requests were hits', hour({ requests: 60, hits: 20 }, { requests: 60, hits: 20 }), ['hitRatio']],
    ['too few requests to tell', hour({ requests: 99, hits: 0 }), []],
    ['many calls failed lately', hour({ calls: 100, errors: 10 }), ['errors']],
    ['many calls failed an hour ago', hour({ calls: 100, errors: 100 }, ...Array.from({ length: 10 }, () => ({ calls: 10 }))), []],
    ['calls are slow', hour({ callP95Ms: 501 }), ['latency']],
    ['the main loop is late', hour({ loopP99Ms: 51 }), ['loopDelay']],
    ['much waits', { waiting: 1000 }, ['waiting']],
    ['much waits where no server is set up', { waiting: 1000, hasServer: false }, []],
    ['something waits for a day', { oldestWaitingAt: now - 25 * 3_600_000 }, ['waitingLong']],
    ['the disk is almost full', { disk: { free: 9, total: 100 } }, ['disk']],
    ['a clock is wrong', { clockOffsetMs: -61_000 }, ['clock']],
  ])('when %s', (_, facts, codes) => expect(judgedAlerts({ ...quiet, ...facts }, usualThresholds).map(({ code }) => code)).toEqual(codes))

  it('of a server that is away its memory is unknown, and its policy is not', () => {
    const facts = { ...told({ maxmemory: 210_000_000, maxmemory_policy: 'allkeys-lru' }), isNow: false }
    expect(judgedAlerts({ ...quiet, server: facts }, usualThresholds).map(({ code }) => code)).toEqual(['policy'])
  })

  it('stand since they were first seen, alarms first, and begin anew after they were gone', () => {
    const book = new AlertBook()
    const both = { ...quiet, waiting: 5000, disk: { free: 1, total: 100 } }
    expect(book.judge(both, usualThresholds).map(({ code }) => code)).toEqual(['disk', 'waiting'])
    expect(book.judge({ ...both, now: now + 60_000 }, usualThresholds)[1]?.since).toBe(new Date(now).toISOString())
    expect(book.judge({ ...quiet, now: now + 120_000 }, usualThresholds)).toEqual([])
    expect(book.judge({ ...both, now: now + 180_000 }, usualThresholds)[1]?.since).toBe(new Date(now + 180_000).toISOString())
  })
})

describe('how long the server’s memory lasts', () => {
  const backup = (madeAt: string, count: number) => ({ folder: '', name: '', manifest: { madeAt, counts: { patient: count } } }) as unknown as Backup
  const day = 24 * 3_600_000

  it('is told from the oldest kept backup, once that is a day old', () => {
    expect(growthOf([backup('2026-11-10T09:00:00Z', 1000), backup('2026-11-19T09:00:00Z', 1900)], 2000, now)).toBe(100)
    expect(growthOf([backup(new Date(now - day + 1000).toISOString(), 1000)], 2000, now)).toBeUndefined()
    expect(growthOf([], 2000, now)).toBeUndefined()
  })

  it.each([
    [500, 1500, 100, { fullInDays: 10, why: null }],
    [2000, 1500, 100, { fullInDays: 0, why: null }],
    [500, 1500, 0, { fullInDays: null, why: 'notGrowing' }],
    [500, 1500, null, { fullInDays: null, why: 'tooShort' }],
    [500, null, 100, { fullInDays: null, why: 'noLimit' }],
    [null, 1500, 100, { fullInDays: null, why: 'serverUnknown' }],
  ])('with %s of %s bytes used and %s more a day', (used, limit, perDay, expected) => expect(lastsFor(used, limit, perDay)).toEqual(expected))
})
