import { z } from 'zod'
import { type CacheCategory, cacheCategories } from '../../../shared/cache-categories.js'
import type { CacheTime } from '../../../shared/contract/monitor-acts.js'
import { categories } from '../../cache/categories.js'
import { type CacheTtls, cacheTtlVariable } from '../../cache/ttl-settings.js'
import type { SettingsPart } from './thresholds.js'

/** Times by category that the screen has set, in seconds. */
export type KeptTimes = Partial<Record<CacheCategory, number>>

const Kept = z.partialRecord(
  z.enum(cacheCategories),
  z
    .int()
    .min(1)
    .max(30 * 24 * 3600),
)

export interface CacheTimesOptions {
  part: SettingsPart<KeptTimes>
  /** What the environment has set, in milliseconds, and the environment itself, for the name of the variable. */
  environment: CacheTtls
  env: Readonly<Record<string, string | undefined>>
}

/** How long cached values are given out: the environment decides before the screen, the screen before the table. */
export class CacheTimes {
  #own: KeptTimes
  #ttls: CacheTtls = {}

  constructor(private readonly options: CacheTimesOptions) {
    this.#own = Kept.safeParse(options.part.get() ?? {}).data ?? {}
    this.#merge()
  }

  /** Times in milliseconds in place of those of the table. Asked for with every value that is kept. */
  ttls = (): CacheTtls => this.#ttls

  list(): CacheTime[] {
    const { environment, env } = this.options
    return cacheCategories.map((category) => {
      const source = environment[category] === undefined ? undefined : cacheTtlVariable(env, category)
      return {
        category,
        seconds: Math.round((this.#ttls[category] ?? categories[category].ttlMs) / 1000),
        defaultSeconds: categories[category].ttlMs / 1000,
        origin: environment[category] !== undefined ? ('environment' as const) : this.#own[category] !== undefined ? ('screen' as const) : ('default' as const),
        ...(source !== undefined && { source }),
      }
    })
  }

  /** Keeps times; null brings the usual one back. Answers the categories that the environment decides; then nothing was kept. */
  change(times: readonly { category: CacheCategory; seconds: number | null }[]): CacheCategory[] {
    const decided = times.map(({ category }) => category).filter((category) => this.options.environment[category] !== undefined)
    if (decided.length > 0) return decided
    const next = { ...this.#own }
    for (const { category, seconds } of times) {
      if (seconds === null) delete next[category]
      else next[category] = seconds
    }
    this.#own = next
    this.options.part.set(Object.keys(next).length > 0 ? next : undefined)
    this.#merge()
    return []
  }

  #merge(): void {
    const own = Object.entries(this.#own).map(([category, seconds]) => [category, seconds * 1000])
    this.#ttls = { ...Object.fromEntries(own), ...this.options.environment }
  }
}
