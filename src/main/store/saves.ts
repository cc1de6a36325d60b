/** So long after a save somebody is likely to save again. */
const recentMs = 500
/** Longest wait for saves that are on their way: with people who never stop, the rest still gets on. */
const waitMs = 20

/** The saves of people that are on their way, so that work in the background lets them go first. */
export class Saves {
  #open = 0
  #lastAt = Number.NEGATIVE_INFINITY
  #waiting: (() => void)[] = []

  /** Counts a save until it is on disk. */
  async during<T>(save: Promise<T>): Promise<T> {
    this.#open++
    try {
      return await save
    } finally {
      this.#lastAt = performance.now()
      if (--this.#open === 0) for (const go of this.#waiting.splice(0)) go()
    }
  }

  /** Whether somebody saved a moment ago. */
  areRecent(): boolean {
    return this.#open > 0 || performance.now() - this.#lastAt < recentMs
  }

  /** Resolves when no save is on its way, and after 20 ms in any case. */
  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
