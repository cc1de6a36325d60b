import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import { Cache } from '../../src/main/cache/cache.js'
import { Layers } from '../../src/main/cache/layers.js'
import { silentLog } from '../../src/main/lib/log.js'
import { openRedisCache } from '../../src/main/redis/redis-cache.js'
import { CacheFile } from '../../src/main/store/cache-file.js'

/** One way to cache, as the benchmark uses it. Each has names of its own at the server. */
export interface Candidate {
  name: string
  /** The value under a key, or what `load` answers, which is then kept. */
  getOrLoad(key: string, load: () => Promise<unknown>): Promise<unknown>
  close(): void
}

/** One clinic for all instances of this run. */
export const dataset = randomUUID()
const clinicKey = randomBytes(32)
const file = { key: randomBytes(32), folder: '' }

/** The states of records do not change here. */
const unchanging = { kindSums: { version: 0, of: () => '', here: () => '', hereAround: () => '' }, digestOf: () => undefined, digest: () => '' }

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}

/** Ours, with all of it: sealing, kindSums, statistics. `layer` is where the values are found once they are not in this process. */
export async function ours(port: number, layer: 'redis' | 'database' = 'redis'): Promise<Candidate & { cache: Cache; layers: Layers }> {
  if (file.folder === '') {
    file.folder = mkdtempSync(join(tmpdir(), 'medinsight-bench-cache-'))
    process.once('exit', () => rmSync(file.folder, { recursive: true, force: true }))
  }
  const cacheFile = layer === 'database' ? new CacheFile({ file: join(file.folder, 'cache.db'), key: file.key }) : undefined
  const layers = new Layers({ dataset, clinicKey, program: 'bench', file: cacheFile, log: silentLog, now: Date.now })
  const cache = new Cache({ layers, state: unchanging, now: Date.now })
  if (layer === 'redis') {
    layers.connect((onState) =>
      openRedisCache({ topology: 'single', endpoints: [{ host: '127.0.0.1', port }], database: 0 }, { dataset, log: silentLog, onState }),
    )
    await until(() => layers.redis.state === 'ready')
  }
  const category = layer === 'redis' ? 'symptomInput' : 'trust'
  return {
    name: layer === 'redis' ? 'ours' : 'ours, cache file (encrypted SQLite)',
    cache,
    layers,
    getOrLoad: async (key, load) => (await cache.getOrLoad<unknown>(category, key, load)).value,
    close: () => cache.close(),
  }
}

/** The limit of what a process can do. */
export function bareMap(): Candidate {
  const map = new Map<string, unknown>()
  const getOrLoad: Candidate['getOrLoad'] = async (key, load) => {
    const known = map.get(key)
    if (known !== undefined) return known
    const value = await load()
    map.set(key, value)
    return value
  }
  return { name: 'Map', getOrLoad, close: () => undefined }
}

/** lru-cache alone. */
export function bareLru(): Candidate {
  const map = new LRUCache<string, object>({ max: 5000 })
  const getOrLoad: Candidate['getOrLoad'] = async (key, load) => {
    const known = map.get(key)
    if (known !== undefined) return known
    const value = (await load()) as object
    map.set(key, value)
    return value
  }
  return { name: 'lru-cache', getOrLoad, close: () => undefined }
}

/** ioredis with its defaults and JSON. */
export function bareRedis(port: number): Candidate {
  const redis = new Redis({ host: '127.0.0.1', port })
  redis.on('error', () => undefined)
  const getOrLoad: Candidate['getOrLoad'] = async (key, load) => {
    const known = await redis.get(`bare:${key}`)
    if (known !== null) return JSON.parse(known)
    const value = await load()
    await redis.set(`bare:${key}`, JSON.stringify(value), 'PX', 60_000)
    return value
  }
  return { name: 'bare ioredis, its defaults', getOrLoad, close: () => redis.disconnect() }
}
