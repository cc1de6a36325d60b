import { Redis } from 'ioredis'
import { cacheKeyNames } from '../../src/main/redis/keys.js'
import { type BenchRedis, startRedis } from '../support/redis.js'
import { median, ms, quantile, report, tell } from '../support/report.js'
import { bareLru, bareMap, bareRedis, type Candidate, dataset, ours } from './candidates.js'
import { peers } from './peers.js'

const rounds = 5
const perRound = 200
/** A call that has not come back by then counts as hanging. */
const patienceMs = 3000

/** Some 2 kB, as a summary or a page of a list. */
const sampleOf = (key: string) => ({
  key,
  lines: Array.from({ length: 20 }, (_, i) => ({ id: i, text: `${key} line ${i} of a value that is about as long as such lines are in a clinic` })),
})
const micro = (milliseconds: number): string => `${(milliseconds * 1000).toFixed(milliseconds < 0.01 ? 2 : 1)} µs`
const times = (mine: number, other: number): string => `${(other / mine).toFixed(1)}×`

/** Runs one thing for each candidate in turn, several times over, so that all share the machine's moods. Answers the median of the rounds' medians. */
async function byTurns(candidates: readonly Candidate[], measure: (candidate: Candidate, round: number) => Promise<number[]>): Promise<Map<string, number>> {
  const all = new Map<string, number[]>(candidates.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) for (const candidate of candidates) all.get(candidate.name)?.push(median(await measure(candidate, round)))
  return new Map([...all].map(([name, medians]) => [name, median(medians)]))
}

const listed = (figures: ReadonlyMap<string, number>, without: string): string =>
  [...figures].flatMap(([name, value]) => (name === without ? [] : [`${name} ${micro(value)}`])).join(', ')

/** Hits in this process. */
async function firstLayer(candidates: readonly Candidate[]): Promise<void> {
  for (const { getOrLoad } of candidates) for (let i = 0; i < 100; i++) await getOrLoad(`hot-${i}`, async () => sampleOf(`hot-${i}`))
  const batch = 2000
  const figures = await byTurns(candidates, async ({ getOrLoad }) => {
    const never = () => Promise.reject(new Error('a hit was expected'))
    const found: number[] = []
    for (let n = 0; n < 10; n++) {
      const began = performance.now()
      for (let i = 0; i < batch; i++) await getOrLoad(`hot-${i % 100}`, never)
      found.push((performance.now() - began) / batch)
    }
    return found
  })
  const mine = figures.get('ours') ?? Number.NaN
  report({ what: 'hit in this process', measured: micro(mine), budget: '≤ 1 µs', isMet: mine <= 0.001, note: listed(figures, 'ours') })
}

/** Hits at the server, and in the cache file, by somebody who has nothing in this process. */
async function secondLayer(make: () => Promise<Candidate[]>): Promise<void> {
  const writers = await make()
  const keys = Array.from({ length: rounds * perRound }, (_, i) => `shared-${i}`)
  for (const { getOrLoad } of writers) for (const key of keys) await getOrLoad(key, async () => sampleOf(key))
  await new Promise((done) => setTimeout(done, 500))
  const readers = await make()
  for (const { getOrLoad } of readers) await getOrLoad('shared-0', async () => sampleOf('shared-0'))
  let missed = 0
  const figures = await byTurns(readers, async ({ getOrLoad }, round) => {
    const found: number[] = []
    for (const key of keys.slice(round * perRound + 1, (round + 1) * perRound)) {
      const began = performance.now()
      await getOrLoad(key, async () => {
        missed++
        return sampleOf(key)
      })
      found.push(performance.now() - began)
    }
    return found
  })
  for (const candidate of [...writers, ...readers]) candidate.close()
  if (missed > 0) tell(`${missed} reads were no hits`)
  const [mine, bare] = [figures.get('ours') ?? Number.NaN, figures.get('bare ioredis, its defaults') ?? Number.NaN]
  report({
    what: 'hit at the server, 2 kB, sealed',
    measured: `${micro(mine)}, ${times(bare, mine)} a bare GET`,
    budget: '≤ 1.2×',
    isMet: mine <= 1.2 * bare,
    note: listed(figures, 'ours'),
  })
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((done) => (timer = setTimeout(done, patienceMs)))
  await Promise.race([act().catch(() => undefined), late])
  clearTimeout(timer)
  return performance.now() - began
}

const orHangs = (value: number): string => (value >= patienceMs - 10 ? `hangs > ${patienceMs / 1000} s` : ms(value))

/** 500 who miss at once while computing fails after 20 ms. */
async function stampede(candidates: readonly Candidate[]): Promise<void> {
  const found: string[] = []
  let mine = Number.NaN
  for (const { name, getOrLoad } of candidates) {
    let loads = 0
    const failing = async () => {
      loads++
      await new Promise((done) => setTimeout(done, 20))
      throw new Error('the service is away')
    }
    const took = await timed(() => Promise.allSettled(Array.from({ length: 500 }, () => getOrLoad('stampede', failing))))
    if (name === 'ours') mine = loads
    found.push(`${name} ${loads} loads in ${orHangs(took)}`)
  }
  report({ what: '500 misses with a failing load', measured: found[0] ?? '', budget: '1 load', isMet: mine === 1, note: found.slice(1).join(', ') })
}

/** Misses while the server stands still, and after it was killed. */
async function away(what: string, candidates: readonly Candidate[], budget: string): Promise<void> {
  const found: string[] = []
  let isMet = true
  for (const { name, getOrLoad } of candidates) {
    const load = async () => 'computed'
    const first = await timed(() => getOrLoad(`${what} first`, load))
    const later: number[] = []
    for (let i = 0; i < (first >= patienceMs - 10 ? 1 : 20); i++) later.push(await timed(() => getOrLoad(`${what} ${i}`, load)))
    if (name === 'ours') isMet = first <= 120 && median(later) < 1
    found.push(`${name} ${orHangs(first)} once, then ${orHangs(median(later))}`)
  }
  report({ what: `a miss, server ${what}`, measured: found[0] ?? '', budget, isMet, note: found.slice(1).join(', ') })
}

/** How long another client waits at most while something runs. */
async function watched(redis: BenchRedis, act: () => Promise<unknown>): Promise<{ tookMs: number; waits: number[] }> {
  const other = new Redis({ host: '127.0.0.1', port: redis.port })
  await other.ping()
  let isRunning = true
  const waits: number[] = []
  const watching = (async () => {
    while (isRunning) {
      const began = performance.now()
      await other.ping()
      waits.push(performance.now() - began)
    }
  })()
  const began = performance.now()
  await act()
  const tookMs = performance.now() - began
  isRunning = false
  await watching
  other.disconnect()
  return { tookMs, waits }
}

/** Forgetting 10,000 of 100,000 keys. The other client's waits hold this process's own work too, on both sides. */
async function patternClear(redis: BenchRedis): Promise<void> {
  const { client } = redis
  const fill = async () => {
    for (let i = 0; i < 100; i++) {
      const pipeline = client.pipeline()
      for (let j = 0; j < 1000; j++)
        pipeline.set(cacheKeyNames(dataset).entry(`${i < 10 ? 'ai_summary' : 'ocr'}:${(i * 1000 + j).toString(16).padStart(32, '0')}`), 'x'.repeat(200))
      await pipeline.exec()
    }
  }
  const pattern = cacheKeyNames(dataset).entry('ai_summary:*')
  const isGone = async () => {
    while ((await client.dbsize()) > 90_010) await new Promise((done) => setTimeout(done, 20))
  }
  await redis.flush()
  await fill()
  const mine = await ours(redis.port)
  let invalidMs = Number.NaN
  const ourWaits = await watched(redis, async () => {
    const began = performance.now()
    mine.cache.clear('ai_summary')
    invalidMs = performance.now() - began
    await isGone()
  })
  mine.close()
  await redis.flush()
  await fill()
  const keysWaits = await watched(redis, async () => client.del(...(await client.keys(pattern))))
  await redis.flush()
  const longest = quantile(ourWaits.waits, 1)
  report({
    what: 'forgetting 10,000 of 100,000 keys',
    measured: `invalid after ${ms(invalidMs)}, memory back after ${ms(ourWaits.tookMs)}; another client waits ${ms(longest)} at most (p99 ${ms(quantile(ourWaits.waits, 0.99))})`,
    budget: '≤ 10 ms for others',
    isMet: longest <= 10,
    note: `KEYS and DEL: done after ${ms(keysWaits.tookMs)}, another client waits ${ms(quantile(keysWaits.waits, 1))} at most`,
  })
}

/** The cache beside libraries and limits, in one run. */
export async function run(): Promise<void> {
  const redis = await startRedis()
  const { port } = redis
  const others = async () => peers(port)
  if ((await others()).length === 0) tell('The peers are not installed: npm ci --prefix bench/cache-peers')
  const all = [await ours(port), bareLru(), bareMap(), ...(await others())]
  await firstLayer(all)
  await secondLayer(async () => [await ours(port), await ours(port, 'database'), bareRedis(port), ...(await others())])
  await patternClear(redis)
  const served = [await ours(port), bareRedis(port), ...(await others())]
  await stampede(served)
  for (const { getOrLoad } of served) await getOrLoad('before', async () => 1)
  redis.freeze()
  await away('frozen', served, '≤ 120 ms once, then < 1 ms')
  redis.resume()
  await new Promise((done) => setTimeout(done, 3000))
  await redis.stop()
  await away('killed', served, '< 1 ms')
  process.exit(0)
}
