/** Recognises what happened a short while ago, so that it is counted once. Forgets by itself. */
export class Repetitions {
  readonly #seen = new Map<string, number>()

  /** A repetition is the same key within `windowMs` of the first; at most `size` keys are remembered. */
  constructor(
    private readonly windowMs: number,
    private readonly size = 10_000,
  ) {}

  /** Whether the key was met within the window; otherwise it is remembered from `now` on, in milliseconds. */
  isRepeated(key: string, now: number): boolean {
    const before = this.#seen.get(key)
    if (before !== undefined && now >= before && now - before < this.windowMs) return true
    // Set anew, so that the oldest stand first and are the ones to go.
    this.#seen.delete(key)
    this.#seen.set(key, now)
    for (const [old, at] of this.#seen) {
      if (this.#seen.size <= this.size && now - at < this.windowMs) break
      this.#seen.delete(old)
    }
    return false
  }
}
