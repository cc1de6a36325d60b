import type { CacheCategory } from '../../shared/cache-categories.js'
import { categories, type Layer } from './categories.js'
import type { Tokens } from './dependencies.js'
import { type Envelope, frozen } from './envelope.js'
import { Flights } from './flights.js'
import type { CacheOptions, Keeper, Outcome, Wanted } from './keeper.js'
import type { Miss, Statistics } from './statistics.js'

/** Computes the values at these places of what is wanted, in their order. */
export type Load = (places: readonly number[]) => Promise<readonly unknown[]>

/** Finds values that are not in this process: in the other layers, or by computing them, once for all who wait. */
export class Search {
  readonly #flights: Flights

  constructor(
    private readonly options: Pick<CacheOptions, 'layers' | 'now'>,
    private readonly keeper: Keeper,
    private readonly statistics: Statistics,
  ) {
    this.#flights = new Flights(keeper, options.layers.clears)
  }

  /** Joins looks that are under way and begins one for the rest. */
  look(category: CacheCategory, wanted: readonly Wanted[], load: Load, isWarming = false): Promise<Outcome[]> {
    const promises = wanted.map((one) => this.#flights.find(category, one))
    const own = [...wanted.keys()].filter((at) => promises[at] === undefined)
    if (!isWarming) for (const [at, { view }] of wanted.entries()) if (promises[at]) this.statistics.noteJoined({ category, view })
    if (own.length > 0) {
      const these = own.map((at) => wanted[at] as Wanted)
      const loadOwn: Load = (places) => load(places.map((i) => own[i] as number))
      const mark = this.options.layers.clears.mark()
      const begun = this.#flights.begin(category, these, () => this.#search(category, these, loadOwn, mark, isWarming))
      for (const [i, at] of own.entries()) promises[at] = begun[i]
    }
    return Promise.all(promises as Promise<Outcome>[])
  }

  /** Computes a value anew beside whoever is given the one of before. One that fails leaves that in its place. */
  refresh(category: CacheCategory, wanted: Wanted, load: Load): void {
    const mark = this.options.layers.clears.mark()
    if (!this.#flights.find(category, wanted)) this.#flights.begin(category, [wanted], () => this.#load(category, [wanted], () => load([0]), mark, false))
  }

  /** What the cache file and the server have, undefined where neither has it, and the one reason of each miss. */
  async inLayers(category: CacheCategory, wanted: readonly Wanted[]): Promise<{ outcomes: (Outcome | undefined)[]; misses: Miss[] }> {
    const { layers } = categories[category]
    const { database, redis, clears } = this.options.layers
    const mark = clears.mark()
    const misses = wanted.map(({ miss }) => miss)
    const outcomes = new Array<Outcome | undefined>(wanted.length).fill(undefined)
    const miss = (at: number, other: Miss): void => {
      misses[at] = firstReason(misses[at] as Miss, other)
    }
    const judge = (layer: Layer, at: number, envelope: Envelope): void => {
      const one = wanted[at] as Wanted
      // While the server was asked something may have been ordered to be forgotten, or put in its place.
      const isForgotten = clears.isClearedSince(mark, one.path)
      const found = isForgotten ? { reason: 'invalidated' as const, by: 'clear' } : this.keeper.missOfEnvelope(category, one, envelope)
      if (found) miss(at, found)
      else outcomes[at] = this.keeper.takeIn(category, one, envelope, layer)
    }
    if (layers.includes('database'))
      for (const [at, { path }] of wanted.entries()) {
        const envelope = database.get(path)
        if (envelope) judge('database', at, envelope)
      }
    const asked = [...wanted.keys()].filter((at) => outcomes[at] === undefined)
    if (!layers.includes('redis') || asked.length === 0) return { outcomes, misses }
    const found = await redis.read(asked.map((at) => (wanted[at] as Wanted).path))
    for (const [i, at] of asked.entries()) {
      const answer = found[i]
      if (answer === 'refused') this.statistics.of(category).refusedEntries++
      if (typeof answer === 'object') judge('redis', at, answer)
      else if (answer === 'cleared') miss(at, { reason: 'invalidated', by: 'clear' })
      else if (answer === 'refused' || answer === 'redisAway') miss(at, { reason: answer })
    }
    return { outcomes, misses }
  }

  async #search(category: CacheCategory, wanted: readonly Wanted[], load: Load, mark: number, isWarming: boolean): Promise<readonly Outcome[]> {
    const { outcomes, misses } = await this.inLayers(category, wanted)
    const missing = [...wanted.keys()].filter((at) => outcomes[at] === undefined)
    if (!isWarming) {
      for (const [at, { view }] of wanted.entries()) {
        const outcome = outcomes[at]
        if (outcome) this.statistics.noteHit({ category, view }, outcome.source as Layer, outcome.stale)
        else this.statistics.noteMiss({ category, view }, misses[at] as Miss)
      }
    }
    if (missing.length > 0) {
      const these = missing.map((at) => wanted[at] as Wanted)
      const loaded = await this.#load(category, these, () => load(missing), mark, isWarming)
      for (const [i, at] of missing.entries()) outcomes[at] = loaded[i]
    }
    return outcomes as Outcome[]
  }

  async #load(
    category: CacheCategory,
    wanted: readonly Wanted[],
    load: () => Promise<readonly unknown[]>,
    mark: number,
    isWarming: boolean,
  ): Promise<Outcome[]> {
    const { layers, now } = this.options
    const counts = this.statistics.of(category)
    const [asOf, clears] = [now(), layers.clears.head]
    const tokens = wanted.map(({ records }) => this.keeper.tokens(category, records))
    const began = performance.now()
    let values: readonly unknown[]
    try {
      values = await load()
    } catch (error) {
      counts.failures++
      throw error
    }
    counts.loads++
    counts.loadMs += performance.now() - began
    if (isWarming) counts.warmed += wanted.length
    return wanted.map((one, i) => {
      const value = frozen(values[i])
      const before = tokens[i] as Tokens
      // Whoever asked before the change is given this; nobody else is, because it may be of before.
      const isOld = layers.clears.isClearedSince(mark, one.path) || this.keeper.changed(category, one.records, before) !== undefined
      if (isOld) counts.discarded++
      else this.keeper.keep(category, one, value, { asOf, tokens: before, clears })
      return { value, source: 'load', asOf, stale: false }
    })
  }
}

/** Of two reasons of a miss the one that tells more: that it was never here says least, that it was given up comes next. */
function firstReason(known: Miss, other: Miss): Miss {
  return known.reason === 'first' || (known.reason === 'evicted' && other.reason !== 'redisAway') ? other : known
}
