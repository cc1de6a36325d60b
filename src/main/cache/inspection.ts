import type { CacheCategory } from '../../shared/cache-categories.js'
import { categoryOf } from './categories.js'
import type { Envelope } from './envelope.js'
import type { Layers } from './layers.js'
import { matcherOf } from './paths.js'

/** A value of this workstation: about how large as JSON, and until when it may be given out, milliseconds since 1970. */
export interface LocalEntry {
  path: string
  bytes: number
  deadAt: number
}

/** Looks at what the cache holds without using it: no look counts as a request, and none moves a value. */
export class CacheInspection {
  constructor(private readonly layers: Layers) {}

  /** A piece of what this process and its file hold that matches, by path, after one. */
  list(pattern: string, after: string, limit: number): LocalEntry[] {
    const matches = matcherOf(pattern)
    const found = new Map(this.layers.database.list(pattern, after, limit).map((entry) => [entry.path, entry]))
    for (const { path, bytes, deadAt } of this.layers.memory.entries()) if (path > after && matches(path)) found.set(path, { path, bytes, deadAt })
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limit)
  }

  /** How many values match that are held here, by category. */
  count(pattern: string): Map<CacheCategory, number> {
    const matches = matcherOf(pattern)
    const paths = new Set(this.layers.database.paths(pattern))
    for (const { path } of this.layers.memory.entries()) if (matches(path)) paths.add(path)
    const counts = new Map<CacheCategory, number>()
    for (const path of paths) {
      const category = categoryOf(path.slice(0, path.indexOf(':')))
      if (category) counts.set(category, (counts.get(category) ?? 0) + 1)
    }
    return counts
  }

  /** A value that is held here. */
  here(path: string): Pick<Envelope, 'value' | 'asOf' | 'deadAt' | 'bytes'> | undefined {
    for (const entry of this.layers.memory.entries()) if (entry.path === path) return entry
    return this.layers.database.get(path)
  }

  /** What the server holds under a path; `refused` where it does not open, `cleared` where it was ordered to be forgotten. */
  unsealed(path: string, sealed: Buffer): Envelope | 'refused' | 'cleared' {
    const found = this.layers.redis.unseal(path, sealed)
    return found === 'absent' || found === 'redisAway' ? 'refused' : found
  }
}
