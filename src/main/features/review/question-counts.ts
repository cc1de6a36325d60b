import type { QuestionKind } from '../../../shared/contract/review.js'
import type { Reader } from '../../store/reader.js'
import type { QuestionCounting } from '../services.js'
import { questionCounts } from './queries.js'

/** Least time between two counts, in milliseconds. */
const leastPauseMs = 500
/** A worker rests so many times as long as it counted: counting takes at most a tenth of it, however many commits there are. */
const restTimes = 9

type Counts = Partial<Record<QuestionKind, number>>

const rest = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref())

/**
 * Counts the open questions for everybody who asks: the badges of all windows and the panel. A count goes through all visits to come, so one is made
 * at once only after a rest; who asks before waits, and gets the count that begins after the rest, together with all others who see the same.
 */
export class QuestionCounts implements QuestionCounting {
  readonly #waiting = new Map<string, Promise<Counts>>()
  #rested: Promise<void> = Promise.resolve()

  constructor(
    private readonly parts: { read: Reader['read']; now: () => number },
    private readonly sleep = rest,
  ) {}

  of(visible: readonly string[]): Promise<Counts> {
    const key = visible.join()
    const waiting = this.#waiting.get(key)
    if (waiting) return waiting
    const counted = this.#rested.then(() => {
      // Whoever asks from now on may have written what this one does not see any more.
      this.#waiting.delete(key)
      return this.parts.read(questionCounts, { visible, now: new Date(this.parts.now()).toISOString() })
    })
    const counts = counted.then(({ byKind }) => byKind)
    this.#waiting.set(key, counts)
    const took = counted.then(
      ({ cpuMs }) => cpuMs,
      () => 0,
    )
    this.#rested = took.then((cpuMs) => this.sleep(Math.max(leastPauseMs, restTimes * cpuMs)))
    return counts
  }
}
