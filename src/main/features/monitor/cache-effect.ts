import type { CacheEffect } from '../../../shared/contract/monitor-blocks.js'
import type { Cache } from '../../cache/cache.js'
import type { RequestCounts } from '../../cache/statistics.js'

/** Below so many requests a ratio says nothing. */
export const fewestRequests = 100

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, one) => all + one, 0)

/** Requests that did not have to wait for a load of their own, hits and joined ones. */
export const servedOf = ({ hits, joined }: Pick<RequestCounts, 'hits' | 'joined'>): number => sum(hits) + joined

/** Counts with what they mean. */
function judged({ requests, hits, stale, joined, misses, invalidatedBy }: RequestCounts) {
  const ratio = requests < fewestRequests ? null : Math.min(1, servedOf({ hits, joined }) / requests)
  return {
    requests,
    hits,
    stale,
    joined,
    misses,
    invalidatedBy: Object.entries(invalidatedBy)
      .map(([by, count]) => ({ by, count }))
      .sort((a, b) => b.count - a.count),
    ratio,
    verdict: ratio === null ? ('tooFew' as const) : ratio >= 0.8 ? ('good' as const) : ratio >= 0.5 ? ('fair' as const) : ('poor' as const),
  }
}

/** What the cache was worth since the start, by category and by view. */
export function cacheEffectOf(cache: Cache, since: number, now: number): CacheEffect {
  const { entries, bytes, fileBytes } = cache.sizes()
  return {
    asOf: new Date(now).toISOString(),
    since: new Date(since).toISOString(),
    memory: { entries, bytes },
    fileBytes,
    categories: cache.statistics().map((counts) => {
      const { category, loads, failures, loadMs, discarded, tooLarge, warmed, refusedEntries } = counts
      const mean = loads === 0 ? null : loadMs / loads
      return { category, ...judged(counts), loads, failures, loadMs: mean, discarded, tooLarge, warmed, refusedEntries }
    }),
    views: cache.views().map((counts) => ({ procedure: counts.procedure, category: counts.category, ...judged(counts) })),
  }
}
