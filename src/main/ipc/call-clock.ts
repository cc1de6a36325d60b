import type { CallStage } from '../../shared/contract/monitor-blocks.js'

/** Splits the time of one call into its stages: what passes up to a mark belongs to the stage that is marked. */
export class CallClock {
  readonly stages: Partial<Record<CallStage, number>> = {}
  readonly #began = performance.now()
  #last = this.#began

  mark(stage: CallStage): void {
    const now = performance.now()
    this.stages[stage] = (this.stages[stage] ?? 0) + now - this.#last
    this.#last = now
  }

  /** Milliseconds up to the last mark. */
  get ms(): number {
    return this.#last - this.#began
  }
}
