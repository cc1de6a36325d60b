/**
 * Names one written cell for ever: 12 hex digits of milliseconds, 4 of a counter, 16 of the site that wrote it.
 * Fixed width, so that comparing the texts compares the stamps.
 */
export type Stamp = string

const maxCounter = 0xffff
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')

/** Milliseconds since 1970 at which the writer's corrected clock stood. */
export const millisOf = (stamp: Stamp): number => Number.parseInt(stamp.slice(0, 12), 16)

/**
 * Makes stamps for one site. A site is fresh random bits at every start, so a restored or cloned database never makes a stamp twice.
 * Each stamp is greater than every one before it; nothing is taken over from other workstations' clocks.
 */
export class StampSource {
  #millis = 0
  #counter = 0
  /** Highest counter given out at milliseconds that the clock has not passed: those of stamps that had to go above another one. */
  readonly #ahead = new Map<number, number>()

  constructor(
    readonly site: string,
    private readonly now: () => number,
  ) {
    if (!/^[0-9a-f]{16}$/.test(site)) throw new TypeError('A site is 16 hex digits.')
  }

  /** The next stamp of this site. */
  next(): Stamp {
    const millis = Math.max(0, Math.floor(this.now()))
    let [at, counter] = millis > this.#millis ? [millis, 0] : [this.#millis, this.#counter + 1]
    const taken = this.#ahead.get(at)
    if (taken !== undefined) counter = Math.max(counter, taken + 1)
    while (counter > maxCounter) counter = (this.#ahead.get(++at) ?? -1) + 1
    if (at > this.#millis) for (const past of this.#ahead.keys()) if (past < at) this.#ahead.delete(past)
    this.#millis = at
    this.#counter = counter
    return hex(at, 12) + hex(counter, 4) + this.site
  }

  /**
   * `stamp` itself, or one just above `replaced` when a clock that runs ahead wrote that. Only its own cell moves ahead, the clock does not.
   * Each is given once: a deletion lists stamps, and would seem to have seen every cell that shares one.
   */
  over(stamp: Stamp, replaced: Stamp | undefined): Stamp {
    if (replaced === undefined || stamp > replaced) return stamp
    let at = millisOf(replaced)
    let counter = Number.parseInt(replaced.slice(12, 16), 16) + 1
    const highest = (millis: number): number => Math.max(this.#ahead.get(millis) ?? -1, millis === this.#millis ? this.#counter : -1)
    counter = Math.max(counter, highest(at) + 1)
    while (counter > maxCounter) counter = highest(++at) + 1
    this.#ahead.set(at, counter)
    return hex(at, 12) + hex(counter, 4) + this.site
  }
}
