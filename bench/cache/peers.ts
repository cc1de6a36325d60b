import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Candidate } from './candidates.js'

const folder = new URL('../cache-peers/', import.meta.url)

/** The libraries beside which ours is measured; none where they are not installed: npm ci --prefix bench/cache-peers */
export async function peers(port: number): Promise<Candidate[]> {
  if (!existsSync(new URL('node_modules', folder))) return []
  return [await bento(port), await cacheable(port), await cacheManager(port)]
}

// biome-ignore lint/suspicious/noExplicitAny: the peers are not among the product's packages, so their types are not there
type Anything = any

/** What a package exports, as it is installed beside the peers. */
const load = (name: string): Anything => createRequire(new URL('package.json', folder))(name)

/** Packages without an entry for `require` are found by hand. */
async function loadModule(path: string): Promise<Anything> {
  return import(new URL(`node_modules/${path}`, folder).href)
}

async function bento(port: number): Promise<Candidate> {
  const { BentoCache, bentostore } = await loadModule('bentocache/build/index.js')
  const { memoryDriver } = await loadModule('bentocache/build/src/drivers/memory.js')
  const { redisDriver } = await loadModule('bentocache/build/src/drivers/redis.js')
  const { Redis } = load('ioredis')
  const connection = new Redis({ host: '127.0.0.1', port })
  connection.on('error', () => undefined)
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 5000 }))
    .useL2Layer(redisDriver({ connection }))
  const cache = new BentoCache({ default: 'both', prefix: 'bento', stores: { both: store } })
  return {
    name: 'bentocache 1.6.1',
    getOrLoad: (key, factory) => cache.getOrSet({ key, factory, ttl: '1m' }),
    close: () => void cache.disconnectAll().catch(() => undefined),
  }
}

async function cacheable(port: number): Promise<Candidate> {
  const { Cacheable } = load('cacheable')
  const { default: KeyvRedis } = load('@keyv/redis')
  const secondary = new KeyvRedis(`redis://127.0.0.1:${port}`, { namespace: 'cacheable' })
  const cache = new Cacheable({ secondary, ttl: '1m' })
  cache.on('error', () => undefined)
  return {
    name: 'cacheable 2.5.0',
    getOrLoad: (key, factory) => cache.getOrSet(key, factory, { ttl: '1m', cacheErrors: false, throwErrors: true }),
    close: () => void cache.disconnect().catch(() => undefined),
  }
}

async function cacheManager(port: number): Promise<Candidate> {
  const { createCache } = load('cache-manager')
  const { Keyv } = load('keyv')
  const { default: KeyvRedis } = load('@keyv/redis')
  const quiet = (keyv: Anything): Anything => {
    keyv.on('error', () => undefined)
    return keyv
  }
  const cache = createCache({
    stores: [quiet(new Keyv()), quiet(new Keyv({ store: new KeyvRedis(`redis://127.0.0.1:${port}`), namespace: 'manager' }))],
    ttl: 60_000,
  })
  return {
    name: 'cache-manager 7.2.9',
    getOrLoad: (key, factory) => cache.wrap(key, factory),
    close: () => void cache.disconnect().catch(() => undefined),
  }
}
