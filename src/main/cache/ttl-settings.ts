import { type CacheCategory, cacheCategories } from '../../shared/cache-categories.js'
import { numberSetting } from '../lib/setting-problem.js'
import { segmentOf } from './categories.js'

/** Times of values by category, in milliseconds, in place of those of the table. */
export type CacheTtls = Partial<Record<CacheCategory, number>>

/** Names that the sources use, beside `CACHE_TTL_<CATEGORY>`, which decides before them. */
const aliases: Readonly<Partial<Record<CacheCategory, string>>> = {
  other: 'CACHE_TTL',
  aiResponse: 'AI_CACHE_TTL',
  query: 'QUERY_CACHE_TTL',
  prescription: 'PRESCRIPTION_CACHE_TTL',
  symptomInput: 'CACHE_TTL_SYMPTOM_INPUT',
}

/** Longest time that can be set, in seconds: 30 days. */
const longest = 30 * 24 * 3600

/** What the environment says of times, in seconds, e.g. `CACHE_TTL_AI_SUMMARY=7200`. @throws SettingProblem */
export function cacheTtlsOf(env: Readonly<Record<string, string | undefined>>): CacheTtls {
  const ttls: CacheTtls = {}
  for (const category of cacheCategories) {
    const alias = aliases[category]
    const own = numberSetting(env, `CACHE_TTL_${segmentOf(category).toUpperCase()}`, 1, longest)
    const seconds = own ?? (alias === undefined ? undefined : numberSetting(env, alias, 1, longest))
    if (seconds !== undefined) ttls[category] = seconds * 1000
  }
  return ttls
}

/** The variable that decides a category's time; undefined where none is set. */
export function cacheTtlVariable(env: Readonly<Record<string, string | undefined>>, category: CacheCategory): string | undefined {
  return [`CACHE_TTL_${segmentOf(category).toUpperCase()}`, aliases[category]].find((name) => name !== undefined && env[name])
}
