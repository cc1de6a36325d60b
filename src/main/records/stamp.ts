/**
 * Names one written cell for ever: 12 hex digits of milliseconds, 4 of a counter, 16 of the site that wrote it.
 * Fixed width, so that comparing the texts compares the stamps.
 */
export type Stamp = string

/** Shape of a stamp. */
export const stampPattern = /^[0-9a-f]{32}$/

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')

/** Milliseconds since 1970 at which the writer's corrected clock stood. */
export const millisOf = (stamp: Stamp): number => Number.parseInt(stamp.slice(0, 12), 16)

/** The site that wrote the cell. */
export const siteOf = (stamp: Stamp): string => stamp.slice(16)

/** The smallest stamp of `site` that is greater than `stamp`; only its own cell moves ahead, the clock does not. */
function above(stamp: Stamp, site: string): Stamp {
  const counter = Number.parseInt(stamp.slice(12, 16), 16)
  return counter < 0xffff ? stamp.slice(0, 12) + hex(counter + 1, 4) + site : hex(millisOf(stamp) + 1, 12) + hex(0, 4) + site
}

/**
 * Makes stamps for one site. A site is fresh random bits at every start, so a restored or cloned database never makes a stamp twice.
 * Each stamp is greater than every one before it; nothing is taken over from other workstations' clocks.
 */
export class StampSource {
  #millis = 0
  #counter = 0

  constructor(
    readonly site: string,
    private readonly now: () => number,
  ) {
    if (!/^[0-9a-f]{16}$/.test(site)) throw new TypeError('A site is 16 hex digits.')
  }

  /** The next stamp of this site. */
  next(): Stamp {
    const millis = Math.max(0, Math.floor(this.now()))
    if (millis > this.#millis) {
      this.#millis = millis
      this.#counter = 0
    } else if (this.#counter < 0xffff) {
      this.#counter++
    } else {
      this.#millis++
      this.#counter = 0
    }
    return hex(this.#millis, 12) + hex(this.#counter, 4) + this.site
  }

  /** `stamp` itself, or one just above `replaced` when a clock that runs ahead wrote that. */
  over(stamp: Stamp, replaced: Stamp | undefined): Stamp {
    return replaced === undefined || stamp > replaced ? stamp : above(replaced, this.site)
  }
}
