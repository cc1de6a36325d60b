import type { CacheCategory } from '../../shared/cache-categories.js'
import { categories, type Layer } from './categories.js'
import { Dependencies, type RecordDependency, type RecordState, type Tokens } from './dependencies.js'
import { type Envelope, frozen, largestValueBytes } from './envelope.js'
import type { Layers } from './layers.js'
import type { MemoryEntry } from './memory-layer.js'
import type { Miss, Statistics } from './statistics.js'
import type { CacheTtls } from './ttl-settings.js'

/** One value that is asked for. */
export interface Wanted {
  slot: string
  path: string
  records: readonly RecordDependency[]
  /** Why it is not in this process. */
  miss: Miss
  /** The procedure that asks for it, where one does. */
  view?: string | undefined
}

/** What came of looking for a value; `asOf` in milliseconds since 1970. */
export interface Outcome {
  value: unknown
  source: Layer | 'load'
  asOf: number
  stale: boolean
}

export interface CacheOptions {
  layers: Layers
  state: RecordState
  /** Milliseconds since 1970. */
  now: () => number
  /** Number from 0 to below 1. */
  random?: () => number
  /** The clinic's current day, e.g. `2026-11-20`: with it, values about the day stay while only visits of other days change. */
  today?: () => string
  /** What an administrator has set. */
  ttls?: (() => CacheTtls) | undefined
}

/** By how much the time of a value is longer or shorter at most. */
const JITTER = 0.1
/** A value from further in the future than this was stored under another clock. */
const CLOCK_STEP_MS = 60_000

/** Puts values into the layers, and judges whether one that is there may be given out. */
export class Keeper {
  readonly #dependencies: Dependencies

  constructor(
    private readonly options: CacheOptions,
    private readonly statistics: Statistics,
  ) {
    this.#dependencies = new Dependencies(options.state, options.today)
  }

  /** While this is the same, nothing changed since. */
  get version(): number {
    return this.#dependencies.version
  }

  /** What a value hangs on, as it is now in this run. */
  tokens(category: CacheCategory, records: readonly RecordDependency[]): Tokens {
    return this.#dependencies.tokens(categories[category], records, 'here')
  }

  /** Name of what changed since such tokens were taken; undefined when nothing did. */
  changed(category: CacheCategory, records: readonly RecordDependency[], tokens: Tokens): string | undefined {
    return this.#dependencies.changed(categories[category], records, tokens, 'here')
  }

  /** Why a value of this process may not be given out; undefined when it may. */
  missOf(category: CacheCategory, entry: MemoryEntry): Miss | undefined {
    if (entry.version !== this.version) {
      const by = this.changed(category, entry.records, entry.tokens)
      if (by !== undefined) return { reason: 'invalidated', by }
      entry.version = this.version
    }
    return this.#isDead(entry) ? { reason: 'expired' } : undefined
  }

  /** Why a value of another layer may not be given out; undefined when it may. */
  missOfEnvelope(category: CacheCategory, { records }: Wanted, envelope: Envelope): Miss | undefined {
    const by = this.#dependencies.changed(categories[category], records, envelope.tokens, 'shared')
    if (by !== undefined) return { reason: 'invalidated', by }
    return this.#isDead(envelope) ? { reason: 'expired' } : undefined
  }

  isStale({ expiresAt }: { expiresAt: number }): boolean {
    return this.options.now() >= expiresAt
  }

  /** Keeps a computed value in all layers of its category. `tokens` are those of when its computing began, and hold; `clears` is the last order to forget of then. */
  keep(
    category: CacheCategory,
    { slot, path, records }: Wanted,
    value: unknown,
    { asOf, tokens, clears }: { asOf: number; tokens: Tokens; clears: number },
  ): void {
    const { memory, database, redis } = this.options.layers
    const bytes = sizeOf(value)
    if (bytes > largestValueBytes) {
      this.statistics.of(category).tooLarge++
      return
    }
    const times = this.#times(category, asOf)
    memory.put(slot, { value, path, asOf, ...times, records, tokens, version: this.version, bytes })
    const { layers } = categories[category]
    if (layers.length === 1) return
    // Nothing changed since the computing began, so the shared tokens are still those of then.
    const envelope: Envelope = { value, asOf, ...times, tokens: this.#dependencies.tokens(categories[category], records, 'shared'), clears, bytes }
    if (layers.includes('database')) database.put(path, envelope)
    if (layers.includes('redis')) redis.write([{ path, envelope }])
  }

  /** Keeps what another layer had in the faster ones. What it hangs on holds now, so the tokens of this run are taken now. */
  takeIn(category: CacheCategory, { slot, path, records }: Wanted, envelope: Envelope, source: Layer): Outcome {
    const { memory, database } = this.options.layers
    const { asOf, expiresAt, deadAt, bytes } = envelope
    const value = frozen(envelope.value)
    const entry = { value, path, asOf, expiresAt, deadAt, records, bytes }
    memory.put(slot, { ...entry, tokens: this.tokens(category, records), version: this.version })
    if (source === 'redis' && categories[category].layers.includes('database')) database.put(path, envelope)
    return { value, source, asOf, stale: this.isStale(envelope) }
  }

  #isDead({ asOf, deadAt }: { asOf: number; deadAt: number }): boolean {
    const now = this.options.now()
    return now >= deadAt || now < asOf - CLOCK_STEP_MS
  }

  #times(category: CacheCategory, asOf: number): { expiresAt: number; deadAt: number } {
    const { ttlMs, greatestAgeMs } = categories[category]
    const { random = Math.random, ttls } = this.options
    const ttl = Math.round((ttls?.()[category] ?? ttlMs) * (1 + JITTER * (2 * random() - 1)))
    return { expiresAt: asOf + ttl, deadAt: asOf + ttl + (greatestAgeMs - ttlMs) }
  }
}

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0
