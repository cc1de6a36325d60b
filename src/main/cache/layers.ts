import type { Log } from '../lib/log.js'
import { cacheKeyNames } from '../redis/keys.js'
import { derive } from '../security/sealing.js'
import type { CacheFile } from '../store/cache-file.js'
import { Clears } from './clears.js'
import { DatabaseLayer } from './database-layer.js'
import { MemoryLayer } from './memory-layer.js'
import { CachePaths, checkedPattern } from './paths.js'
import { type OpenCacheServer, RedisLayer, type RedisLayerOptions } from './redis-layer.js'

export interface LayersOptions {
  dataset: string
  /** The key that the clinic began with: names values. */
  clinicKey: Uint8Array
  /** The clinic's current key, which is another one after a workstation was removed: seals what goes to the server. `clinicKey` when absent. */
  currentKey?: () => Uint8Array
  /** Version of the program: values of another one are not read. */
  program: string
  /** The cache file; without it values live in this process and at the server only. */
  file: CacheFile | undefined
  log: Log
  now: () => number
  clockOffsetMs?: () => number
  memory?: { entries: number; bytes: number }
}

const MEMORY = { entries: 5000, bytes: 32_000_000 }

/** The places in which values are kept, and how something is forgotten in all of them. */
export class Layers {
  readonly paths: CachePaths
  readonly clears: Clears
  readonly memory: MemoryLayer
  readonly database: DatabaseLayer
  readonly redis: RedisLayer
  readonly #reclaimListeners = new Set<RedisLayerOptions['onReclaim']>()

  constructor(private readonly options: LayersOptions) {
    const { dataset, clinicKey, program, file, log, now, clockOffsetMs = () => 0, currentKey = () => clinicKey } = options
    this.paths = new CachePaths(clinicKey)
    this.clears = new Clears(file)
    this.memory = new MemoryLayer(options.memory ?? MEMORY)
    this.database = new DatabaseLayer({ file, clears: this.clears, program, log, now })
    this.redis = new RedisLayer({
      clears: this.clears,
      key: () => sealingKeyOf(currentKey()),
      keyOf: cacheKeyNames(dataset).entry,
      program,
      clockOffsetMs,
      log,
      onCleared: (pattern) => this.#forget(pattern),
      onReclaim: (pattern, unlinked, isDone) => {
        for (const listener of this.#reclaimListeners) listener(pattern, unlinked, isDone)
      },
    })
  }

  /** Uses the clinic's server as a layer from now on; undefined for none. */
  connect(open: OpenCacheServer | undefined): void {
    this.redis.use(open)
  }

  /** Forgets what matches: here at once, at the server as soon as it is in reach. Answers how many values were kept here. @throws InvalidPattern */
  clear(text: string): number {
    const pattern = checkedPattern(text)
    this.clears.order(pattern)
    const count = this.#forget(pattern)
    this.redis.synchronise()
    return count
  }

  /** Told how far the server's memory was given back of what was forgotten; returns how to stop. */
  subscribeReclaim(listener: RedisLayerOptions['onReclaim']): () => void {
    this.#reclaimListeners.add(listener)
    return () => this.#reclaimListeners.delete(listener)
  }

  close(): void {
    this.redis.close()
    this.options.file?.close()
  }

  #forget(pattern: string): number {
    return Math.max(this.memory.clear(pattern), this.database.clear(pattern))
  }
}

const sealingKeys = new WeakMap<Uint8Array, Buffer>()

/** The key of cached values, made once for each key of the clinic. */
function sealingKeyOf(clinicKey: Uint8Array): Buffer {
  let key = sealingKeys.get(clinicKey)
  if (!key) sealingKeys.set(clinicKey, (key = derive(clinicKey, 'cache value')))
  return key
}
