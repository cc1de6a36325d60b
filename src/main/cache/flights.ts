import type { CacheCategory } from '../../shared/cache-categories.js'
import type { Clears } from './clears.js'
import type { Tokens } from './dependencies.js'
import type { Keeper, Outcome, Wanted } from './keeper.js'

interface Flight {
  promise: Promise<Outcome>
  version: number
  tokens: Tokens
  mark: number
}

/** Looks for values that are under way, so that whoever asks meanwhile waits for the same one; but nobody who asks after something changed. */
export class Flights {
  readonly #flights = new Map<string, Flight>()

  constructor(
    private readonly keeper: Keeper,
    private readonly clears: Clears,
  ) {}

  /** The look for a value that is under way and as new as whoever asks now may expect. */
  find(category: CacheCategory, { slot, path, records }: Wanted): Promise<Outcome> | undefined {
    const flight = this.#flights.get(slot)
    if (!flight || this.clears.isClearedSince(flight.mark, path)) return undefined
    const isCurrent = flight.version === this.keeper.version || this.keeper.changed(category, records, flight.tokens) === undefined
    return isCurrent ? flight.promise : undefined
  }

  /** Makes a look known that begins at this moment and ends when it settles. Answers a promise for each value; none is ever left without somebody who hears it. */
  begin(category: CacheCategory, wanted: readonly Wanted[], search: () => Promise<readonly Outcome[]>): Promise<Outcome>[] {
    const [version, mark] = [this.keeper.version, this.clears.mark()]
    const outcomes = search()
    return wanted.map(({ slot, records }, i) => {
      const promise = outcomes.then((all) => all[i] as Outcome)
      const flight = { promise, version, tokens: this.keeper.tokens(category, records), mark }
      this.#flights.set(slot, flight)
      const end = (): void => {
        if (this.#flights.get(slot) === flight) this.#flights.delete(slot)
      }
      promise.then(end, end)
      return promise
    })
  }
}
