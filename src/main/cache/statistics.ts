import { type CacheCategory, cacheCategories } from '../../shared/cache-categories.js'
import type { Layer } from './categories.js'

/** The one reason of a miss. `refused`: an entry was there that is not this clinic's, of another version, damaged or copied from elsewhere. */
export type MissReason = 'first' | 'expired' | 'invalidated' | 'evicted' | 'redisAway' | 'refused'

/** A miss: why, and where a change made the value invalid which record kind it was of, or `clear`. */
export interface Miss {
  reason: MissReason
  by?: string | undefined
}

/** What became of requests. A request is a hit, a miss, or joined one that was on its way. Warming is none of them. */
export interface RequestCounts {
  requests: number
  hits: Record<Layer, number>
  /** Hits that were given out as stale, among the hits. */
  stale: number
  joined: number
  misses: Record<MissReason, number>
  /** Misses by what made the value invalid. */
  invalidatedBy: Record<string, number>
}

/** What happened in a category since the start. */
export interface CategoryStatistics extends RequestCounts {
  category: CacheCategory
  loads: number
  failures: number
  /** Time spent in loads that succeeded, in milliseconds. */
  loadMs: number
  /** Loads whose value was not kept, because what it hangs on changed meanwhile. */
  discarded: number
  warmed: number
  /** Values that were too large to be kept. */
  tooLarge: number
  /** Entries of the server that did not open under their key. */
  refusedEntries: number
}

/** What became of the requests of a view: a procedure whose answers are cached. */
export interface ViewStatistics extends RequestCounts {
  procedure: string
  category: CacheCategory
}

/** Who asked: a category, and the view behind the request where there is one. */
export interface Asker {
  category: CacheCategory
  view?: string | undefined
}

const noRequests = (): RequestCounts => ({
  requests: 0,
  hits: { memory: 0, database: 0, redis: 0 },
  stale: 0,
  joined: 0,
  misses: { first: 0, expired: 0, invalidated: 0, evicted: 0, redisAway: 0, refused: 0 },
  invalidatedBy: {},
})

const emptyOf = (category: CacheCategory): CategoryStatistics => ({
  category,
  ...noRequests(),
  loads: 0,
  failures: 0,
  loadMs: 0,
  discarded: 0,
  warmed: 0,
  tooLarge: 0,
  refusedEntries: 0,
})

/** Counts by category and by view. Views are procedures of the contract, so there is no end of them to fear. */
export class Statistics {
  readonly #counts = Object.fromEntries(cacheCategories.map((category) => [category, emptyOf(category)])) as Record<CacheCategory, CategoryStatistics>
  readonly #views = new Map<string, ViewStatistics>()

  of(category: CacheCategory): CategoryStatistics {
    return this.#counts[category]
  }

  noteRequests(asker: Asker, count: number): void {
    for (const counts of this.#both(asker)) counts.requests += count
  }

  noteJoined(asker: Asker): void {
    for (const counts of this.#both(asker)) counts.joined++
  }

  noteHit(asker: Asker, layer: Layer, stale: boolean): void {
    for (const counts of this.#both(asker)) {
      counts.hits[layer]++
      if (stale) counts.stale++
    }
  }

  noteMiss(asker: Asker, { reason, by }: Miss): void {
    for (const counts of this.#both(asker)) {
      counts.misses[reason]++
      if (reason === 'invalidated' && by !== undefined) counts.invalidatedBy[by] = (counts.invalidatedBy[by] ?? 0) + 1
    }
  }

  /** A copy of all counts by category. */
  all(): CategoryStatistics[] {
    return structuredClone(Object.values(this.#counts))
  }

  /** A copy of all counts by view. */
  views(): ViewStatistics[] {
    return structuredClone([...this.#views.values()])
  }

  #both({ category, view }: Asker): RequestCounts[] {
    if (view === undefined) return [this.#counts[category]]
    let counts = this.#views.get(view)
    if (!counts) this.#views.set(view, (counts = { procedure: view, category, ...noRequests() }))
    return [this.#counts[category], counts]
  }
}
