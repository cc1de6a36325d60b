import { LRUCache } from 'lru-cache'
import type { RecordDependency, Tokens } from './dependencies.js'
import { matcherOf } from './paths.js'
import type { Miss } from './statistics.js'

/** A value in this process. */
export interface MemoryEntry {
  value: unknown
  path: string
  asOf: number
  expiresAt: number
  deadAt: number
  records: readonly RecordDependency[]
  tokens: Tokens
  /** Version of everything at which the tokens were last seen to hold. */
  version: number
  bytes: number
}

/** Values whose end is remembered, so that a miss has its reason. */
const REMEMBERED_ENDS = 20_000

/** Values in this process, the least used given up first. */
export class MemoryLayer {
  readonly #entries: LRUCache<string, MemoryEntry>
  readonly #ends = new LRUCache<string, Miss>({ max: REMEMBERED_ENDS })

  constructor({ entries, bytes }: { entries: number; bytes: number }) {
    this.#entries = new LRUCache({
      max: entries,
      maxSize: bytes,
      sizeCalculation: (entry) => entry.bytes + 200,
      dispose: (_entry, slot, reason) => {
        if (reason === 'evict') this.#ends.set(slot, { reason: 'evicted' })
      },
    })
  }

  get(slot: string): MemoryEntry | undefined {
    return this.#entries.get(slot)
  }

  put(slot: string, entry: MemoryEntry): void {
    this.#ends.delete(slot)
    this.#entries.set(slot, entry)
  }

  /** Gives a value up and remembers why. */
  end(slot: string, miss: Miss): void {
    this.#entries.delete(slot)
    this.#ends.set(slot, miss)
  }

  /** Why a value that was here is not any more; undefined when it never was. */
  endOf(slot: string): Miss | undefined {
    return this.#ends.get(slot)
  }

  /** Gives up everything whose path matches; counts it. */
  clear(pattern: string): number {
    const matches = matcherOf(pattern)
    const found = [...this.#entries.entries()].filter(([, { path }]) => matches(path))
    for (const [slot] of found) this.end(slot, { reason: 'invalidated', by: 'clear' })
    return found.length
  }

  /** Everything that is here. */
  *entries(): Iterable<MemoryEntry> {
    yield* this.#entries.values()
  }

  get size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize }
  }
}
