import { monitorEventLoopDelay } from 'node:perf_hooks'

/** By how much the main loop was late; in milliseconds. */
export interface LoopDelay {
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** So often it is looked whether the loop is late, in milliseconds; what Node measures is the whole time between two looks. */
const resolutionMs = 20

/** Measures how late the main loop is since the last time somebody took the figures. */
export class LoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs })

  constructor() {
    this.#delay.enable()
  }

  /** The figures without beginning anew. */
  look(): LoopDelay {
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    // Before the first measurement there is nothing: its percentiles would be of no number.
    if (this.#delay.count === 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0 }
    return { p50Ms: late(this.#delay.percentile(50)), p99Ms: late(this.#delay.percentile(99)), maxMs: late(this.#delay.max) }
  }

  /** The figures, and begins anew. */
  take(): LoopDelay {
    const figures = this.look()
    this.#delay.reset()
    return figures
  }

  stop(): void {
    this.#delay.disable()
  }
}
