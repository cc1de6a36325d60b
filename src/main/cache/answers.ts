import type { CacheCategory } from '../../shared/cache-categories.js'
import type { Freshness } from '../../shared/contract/freshness.js'
import type { Role } from '../../shared/permissions.js'
import type { Json } from '../records/canonical.js'
import type { Cache } from './cache.js'
import { categories } from './categories.js'

/** A call of a procedure with a cache category, whose caller has the permission for it. */
export interface CachedCall {
  procedure: string
  category: CacheCategory
  /** Validated input. */
  input: unknown
  /** Undefined where the answer is the same for all. */
  role: Role | undefined
}

/** Keeps the answers of procedures: apart for each input and, where they are not the same for all, each role; where they are about a day for each day of the clinic. */
export class CachedAnswers {
  constructor(
    private readonly cache: Cache,
    /** The clinic's current day, e.g. `2026-11-20`. */
    private readonly today: () => string,
  ) {}

  /** The answer, from the cache or carried out now, and where it came from. */
  async answer(call: CachedCall, carryOut: () => Promise<unknown>): Promise<{ answer: unknown; freshness: Freshness }> {
    const { value, source, asOf, ageMs, stale } = await this.cache.getOrLoad<unknown>(call.category, { of: this.#about(call) }, carryOut, [], call.procedure)
    return { answer: value, freshness: { source, asOf: new Date(asOf).toISOString(), ageMs: Math.round(ageMs), stale } }
  }

  /** Sees to it that the answer is there before somebody asks; counts as no request. */
  warm(call: CachedCall, carryOut: () => Promise<unknown>): Promise<void> {
    return this.cache.warm<unknown>(call.category, { of: this.#about(call) }, carryOut)
  }

  #about({ procedure, category, input, role }: CachedCall): Json {
    return { procedure, role: role ?? null, input: (input ?? null) as Json, day: categories[category].isOfDay ? this.today() : null }
  }
}
