import type { CacheCategory } from '../../shared/cache-categories.js'
import type { IfCacheable } from './cacheable.js'
import type { Layer } from './categories.js'
import type { RecordDependency } from './dependencies.js'
import { frozen } from './envelope.js'
import { type CacheOptions, Keeper, type Outcome, type Wanted } from './keeper.js'
import { type CacheId, slotOf } from './paths.js'
import { type Load, Search } from './search.js'
import { type Asker, type CategoryStatistics, type Miss, Statistics, type ViewStatistics } from './statistics.js'

/** A value with where it came from and how old it is; never without. `asOf` in milliseconds since 1970: it is as new as that. */
export interface Cached<Value> {
  readonly value: Value
  readonly source: Layer | 'load'
  readonly asOf: number
  readonly ageMs: number
  /** It is past its time and a new one is on its way. */
  readonly stale: boolean
}

/** How long a counter is remembered after it was last added to, in milliseconds. */
const COUNTER_MS = 30 * 24 * 3_600_000

/**
 * The cache. It makes things faster and changes nothing: every value carries what it was computed from, and whether that still stands is decided when it is read.
 * A load runs once for all who wait for it, also when it fails; a failure is never kept. Values are frozen, because everybody is given the same one.
 */
export class Cache {
  readonly #statistics = new Statistics()
  readonly #keeper: Keeper
  readonly #search: Search

  constructor(private readonly options: CacheOptions) {
    this.#keeper = new Keeper(options, this.#statistics)
    this.#search = new Search(options, this.#keeper, this.#statistics)
  }

  /**
   * The value from the fastest layer that has it, or else from `load`, with whose error it rejects. `records`: what it hangs on beside the kinds of its category. `view`: the
   * procedure that asks, for the statistics.
   */
  async getOrLoad<Value>(
    category: CacheCategory,
    id: CacheId,
    load: (() => Promise<Value>) & IfCacheable<Value>,
    records: readonly RecordDependency[] = [],
    view?: string,
  ): Promise<Cached<Value>> {
    const slot = slotOf(category, id)
    this.#statistics.noteRequests({ category, view }, 1)
    const found = this.#inMemory({ category, view }, slot)
    if ('value' in found && !found.stale) return found as Cached<Value>
    const wanted = { ...this.#wanted(category, id, slot, records, found), view }
    const loadOne: Load = async () => [await load()]
    const result = 'value' in found ? found : this.#cached((await this.#search.look(category, [wanted], loadOne))[0] as Outcome)
    if (result.stale) this.#search.refresh(category, wanted, loadOne)
    return result as Cached<Value>
  }

  /** As `getOrLoad` for many, in their order: the server is asked once, and `load` once for all that nobody has. */
  async getMany<Id extends CacheId, Value>(
    category: CacheCategory,
    ids: readonly Id[],
    load: ((ids: readonly Id[]) => Promise<readonly Value[]>) & IfCacheable<Value>,
  ): Promise<Cached<Value>[]> {
    const results = new Map<string, Cached<unknown>>()
    const wanted = new Map<string, { one: Wanted; id: Id }>()
    this.#statistics.noteRequests({ category }, ids.length)
    const slots = ids.map((id) => slotOf(category, id))
    for (const [at, id] of ids.entries()) {
      const slot = slots[at] as string
      const found = this.#inMemory({ category }, slot)
      if ('value' in found) results.set(slot, found)
      if (!('value' in found) || found.stale) wanted.set(slot, { one: this.#wanted(category, id, slot, [], found), id })
    }
    const missing = [...wanted.values()].filter(({ one }) => !results.has(one.slot))
    const outcomes = await this.#search.look(
      category,
      missing.map(({ one }) => one),
      (places) => load(places.map((at) => missing[at]?.id as Id)),
    )
    for (const [at, outcome] of outcomes.entries()) results.set(missing[at]?.one.slot as string, this.#cached(outcome))
    for (const { one, id } of wanted.values()) if (results.get(one.slot)?.stale) this.#search.refresh(category, one, () => load([id]))
    return slots.map((slot) => results.get(slot) as Cached<Value>)
  }

  /** Sees to it that a value is there before somebody asks. Counts as no request; a load that fails is left to whoever asks. */
  async warm<Value>(
    category: CacheCategory,
    id: CacheId,
    load: (() => Promise<Value>) & IfCacheable<Value>,
    records: readonly RecordDependency[] = [],
  ): Promise<void> {
    const slot = slotOf(category, id)
    const found = this.#inMemory({ category }, slot, true)
    if ('value' in found) return
    const wanted = this.#wanted(category, id, slot, records, found)
    await this.#search.look(category, [wanted], async () => [await load()], true).catch(() => undefined)
  }

  /** The value where a layer has it; nothing is computed. */
  async find(category: CacheCategory, id: CacheId): Promise<Cached<unknown> | undefined> {
    const slot = slotOf(category, id)
    this.#statistics.noteRequests({ category }, 1)
    const found = this.#inMemory({ category }, slot)
    if ('value' in found) return found
    const { outcomes, misses } = await this.#search.inLayers(category, [this.#wanted(category, id, slot, [], found)])
    const [outcome] = outcomes
    if (outcome) this.#statistics.noteHit({ category }, outcome.source as Layer, outcome.stale)
    else this.#statistics.noteMiss({ category }, misses[0] as Miss)
    return outcome && this.#cached(outcome)
  }

  /** Whether a layer has a value that may be given out. Counts as no request. */
  async has(category: CacheCategory, id: CacheId): Promise<boolean> {
    const slot = slotOf(category, id)
    const found = this.#inMemory({ category }, slot, true)
    if ('value' in found) return true
    const { outcomes } = await this.#search.inLayers(category, [this.#wanted(category, id, slot, [], found)])
    return outcomes[0] !== undefined
  }

  /** Keeps a value in place of whatever was there, also of one that is just being computed. */
  put<Value>(category: CacheCategory, id: CacheId, value: Value & IfCacheable<Value>): void {
    const { layers, now } = this.options
    const wanted = this.#wanted(category, id, slotOf(category, id), [], { reason: 'first' })
    layers.clears.supersede(wanted.path)
    const known = { asOf: now(), tokens: this.#keeper.tokens(category, []), clears: layers.clears.head }
    this.#keeper.keep(category, wanted, frozen(value), known)
  }

  /** Forgets one value, here at once and everywhere as soon as the server hears of it. */
  delete(category: CacheCategory, id: CacheId): void {
    this.options.layers.clear(this.options.layers.paths.of(category, id))
  }

  /** Forgets all values whose path matches, e.g. `health_analysis:*`, as `delete` does. Answers how many were kept on this workstation. @throws InvalidPattern */
  clear(pattern: string): number {
    return this.options.layers.clear(pattern)
  }

  /** Adds to a counter at the clinic's server and answers what it is then; undefined when the server did not say, and then it may have counted or not. */
  increment(id: CacheId, by = 1): Promise<number | undefined> {
    const { paths, redis } = this.options.layers
    return redis.increment(paths.of('counter', id), by, COUNTER_MS)
  }

  /** What happened since the start, by category. */
  statistics(): CategoryStatistics[] {
    return this.#statistics.all()
  }

  /** What became of the requests of each view since the start. */
  views(): ViewStatistics[] {
    return this.#statistics.views()
  }

  /** Values in this process and the bytes that they take as JSON, and bytes of the cache file. */
  sizes(): { entries: number; bytes: number; fileBytes: number } {
    const { memory, database } = this.options.layers
    return { ...memory.size, fileBytes: database.bytes() }
  }

  close(): void {
    this.options.layers.close()
  }

  #wanted(category: CacheCategory, id: CacheId, slot: string, records: readonly RecordDependency[], found: Miss | Cached<unknown>): Wanted {
    const miss: Miss = 'value' in found ? { reason: 'expired' } : found
    return { slot, path: this.options.layers.paths.of(category, id), records, miss }
  }

  #cached(outcome: Outcome): Cached<unknown> {
    return { ...outcome, ageMs: Math.max(0, this.options.now() - outcome.asOf) }
  }

  /** The value of this process, or why it has none that may be given out. `isQuiet`: not counted as a hit. */
  #inMemory(asker: Asker, slot: string, isQuiet = false): Cached<unknown> | Miss {
    const { memory } = this.options.layers
    const entry = memory.get(slot)
    if (!entry) return memory.endOf(slot) ?? { reason: 'first' }
    const miss = this.#keeper.missOf(asker.category, entry)
    if (miss) {
      memory.end(slot, miss)
      return miss
    }
    const stale = this.#keeper.isStale(entry)
    if (!isQuiet) this.#statistics.noteHit(asker, 'memory', stale)
    return this.#cached({ value: entry.value, source: 'memory', asOf: entry.asOf, stale })
  }
}
