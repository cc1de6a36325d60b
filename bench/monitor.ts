import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { CacheInspection } from '../src/main/cache/inspection.js'
import { EntryBrowser } from '../src/main/features/monitor/entries.js'
import { KeyReader } from '../src/main/features/monitor/keys.js'
import { CallStatistics } from '../src/main/lib/call-statistics.js'
import { openMonitor } from '../src/main/redis/redis-monitor.js'
import { selfTest } from '../src/main/redis/server-trial.js'
import type { ServerWatch } from '../src/main/redis/server-watch.js'
import { type BenchRedis, startRedis } from './support/redis.js'
import { ms, report } from './support/report.js'
import { settingsOf } from './support/workstation.js'

const keyCount = 100_000

/** Another client in a thread of its own, which asks one question after the other and tells the longest wait. */
const otherClient = `
const { parentPort, workerData } = require('node:worker_threads')
const { Redis } = require('ioredis')
const client = new Redis({ host: '127.0.0.1', port: workerData, protocol: 2 })
let isAsking = true
parentPort.once('message', () => { isAsking = false })
const ask = async () => {
  for (let i = 0; i < 200; i++) await client.get('warm')
  parentPort.postMessage('ready')
  let longest = 0, count = 0
  while (isAsking) {
    const began = performance.now()
    await client.get('probe')
    longest = Math.max(longest, performance.now() - began)
    count++
    await new Promise((done) => setImmediate(done))
  }
  client.disconnect()
  parentPort.postMessage({ longest, count })
}
ask()
`

/** The longest wait of another client while some work is done, and how long the work took. */
async function besides(port: number, work: () => Promise<unknown>): Promise<{ longest: number; took: number }> {
  const worker = new Worker(otherClient, { eval: true, workerData: port })
  await new Promise((ready) => worker.once('message', ready))
  const began = performance.now()
  await work()
  const took = performance.now() - began
  const told = new Promise<{ longest: number }>((resolve) => worker.once('message', resolve))
  worker.postMessage('end')
  const { longest } = await told
  await worker.terminate()
  return { longest, took }
}

async function browsing(redis: BenchRedis): Promise<void> {
  const dataset = randomUUID()
  const keys = new KeyReader(dataset)
  for (let from = 0; from < keyCount; from += 5000) {
    const names = Array.from({ length: 5000 }, (_, i) => keys.cachePattern(`ocr:${(from + i).toString(16).padStart(32, '0')}`))
    await redis.client.mset(Object.fromEntries(names.map((name) => [name, 'x'.repeat(200)])))
  }
  const server = openMonitor(settingsOf(redis.port), dataset)
  const watch = { server } as unknown as ServerWatch
  const browser = new EntryBrowser({ watch, inspection: undefined as unknown as CacheInspection, keys, record: async () => undefined, now: Date.now })
  const patterns = { keys: keys.pattern('cache', 'ocr'), paths: 'ocr:*' }
  let found = 0
  const walk = async (): Promise<void> => {
    let cursor: string | undefined
    do {
      const { items, next } = await browser.page('cache', patterns, cursor, 200, new AbortController().signal)
      found += items.length
      cursor = next
    } while (cursor !== undefined)
  }
  const idle = await besides(redis.port, () => new Promise((done) => setTimeout(done, 2000)))
  await redis.client.config('RESETSTAT')
  const { longest, took } = await besides(redis.port, walk)
  const latencies = await redis.client.info('latencystats')
  const middle = (name: string): string => /p50=([\d.]+)/.exec(new RegExp(`^latency_percentiles_usec_${name}:.*$`, 'm').exec(latencies)?.[0] ?? '')?.[1] ?? '?'
  server.close()
  report({
    what: `walk over ${keyCount} keys: longest wait of another client`,
    measured: ms(longest),
    budget: '≤ 10 ms',
    isMet: longest <= 10,
    note: `at the server a step takes ${middle('evalsha')} µs, a size ${middle('strlen')} µs (medians); ${found} keys with their sizes in ${ms(took)}; with nobody walking the longest wait of two seconds was ${ms(idle.longest)}`,
  })
}

/** What watching costs: entries browsed beside another client, a call that is counted, the self-test. */
export async function run(): Promise<void> {
  const redis = await startRedis()
  try {
    await browsing(redis)
    const calls = new CallStatistics()
    const count = 200_000
    const began = performance.now()
    for (let i = 0; i < count; i++) calls.note({ procedure: `p${i % 100}`, ms: i % 50, stages: { session: 0.1, handler: 1 }, outcome: 'ok' })
    const each = ((performance.now() - began) / count) * 1000
    report({ what: 'a call counted', measured: `${each.toFixed(2)} µs`, budget: 'microseconds', isMet: each < 10 })
    const { p50Ms, p99Ms, done, seconds } = await selfTest(settingsOf(redis.port), randomUUID(), { operations: 1000, concurrency: 50 })
    report({
      what: 'self-test, 1,000 operations, 50 at once',
      measured: `${Math.round(done / seconds)} a second`,
      budget: '',
      note: `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}`,
    })
  } finally {
    await redis.stop()
  }
}
