import type { Clock } from '../../src/main/lib/clock.js'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #elapsed = 0

  constructor(private readonly start = Date.parse('2026-11-20T09:00:00Z')) {}

  now(): number {
    return this.start + this.#elapsed
  }

  elapsedMs(): number {
    return this.#elapsed
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#elapsed += ms
  }
}
