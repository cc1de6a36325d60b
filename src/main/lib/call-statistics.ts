import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** A call that ended: where it spent its time in milliseconds, and `ok` or the code of its refusal. */
export interface FinishedCall<Stage extends string = string> {
  procedure: string
  ms: number
  stages: Partial<Record<Stage, number>>
  outcome: string
  /** Stands in the log beside a failure. */
  ref?: string | undefined
}

/** What became of the calls of a procedure; times in milliseconds. */
export interface ProcedureStatistics<Stage extends string = string> {
  procedure: string
  count: number
  errors: number
  refusals: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  /** Sum of the time in each stage. */
  stages: Partial<Record<Stage, number>>
}

/** A call that is remembered for itself. */
export type NotedCall<Stage extends string = string> = FinishedCall<Stage> & { at: number }

/** Slow from so many milliseconds on. */
const slowMs = 100
/** Slow and failed calls that are remembered. */
const remembered = 100
const rememberedMs = 3_600_000
/** Ten minutes: nothing that answers takes longer. */
const longestMicros = 600_000_000

/** Codes of failures that nobody intended; every other refusal is an answer. */
const unforeseen: ReadonlySet<string> = new Set(['INTERNAL', 'UNAVAILABLE'])

/** Whether a call failed in a way that nobody intended. */
export const isFailure = (outcome: string): boolean => unforeseen.has(outcome)

interface Entry<Stage extends string> {
  // With two figures a histogram is exact to a hundredth and takes 20 kB.
  times: RecordableHistogram
  errors: number
  refusals: number
  stages: Partial<Record<Stage, number>>
}

const newTimes = (): RecordableHistogram => createHistogram({ lowest: 1, highest: longestMicros, figures: 2 })

/** Counts and times calls since the start, procedure by procedure. Noting one costs about a microsecond. */
export class CallStatistics<Stage extends string = string> {
  readonly #entries = new Map<string, Entry<Stage>>()
  readonly #slow: NotedCall<Stage>[] = []
  readonly #failing: NotedCall<Stage>[] = []
  readonly #listeners = new Set<(call: FinishedCall<Stage>) => void>()
  #all = newTimes()
  #count = 0
  #errors = 0

  constructor(private readonly now: () => number = Date.now) {}

  note(call: FinishedCall<Stage>): void {
    const entry = this.#entryOf(call.procedure)
    const micros = Math.min(longestMicros, Math.max(1, Math.round(call.ms * 1000)))
    entry.times.record(micros)
    this.#all.record(micros)
    this.#count++
    for (const stage in call.stages) entry.stages[stage] = (entry.stages[stage] ?? 0) + (call.stages[stage] ?? 0)
    if (isFailure(call.outcome)) {
      entry.errors++
      this.#errors++
      this.#keep(this.#failing, call)
    } else if (call.outcome !== 'ok') entry.refusals++
    if (call.ms >= slowMs) this.#keep(this.#slow, call)
    for (const listener of this.#listeners) listener(call)
  }

  /** Calls and failures since the start. */
  totals(): { count: number; errors: number } {
    return { count: this.#count, errors: this.#errors }
  }

  procedures(): ProcedureStatistics<Stage>[] {
    return [...this.#entries]
      .map(([procedure, { times, errors, refusals, stages }]) => ({ procedure, count: times.count, errors, refusals, ...percentilesOf(times), stages }))
      .sort((a, b) => b.count - a.count)
  }

  /** Slow calls of the last hour, newest first. */
  slow(): NotedCall<Stage>[] {
    return this.#recent(this.#slow)
  }

  failing(): NotedCall<Stage>[] {
    return [...this.#failing].reverse()
  }

  /** Within how many milliseconds 95 of 100 calls ended since this was asked last; undefined where there was none. */
  takeP95Ms(): number | undefined {
    if (this.#all.count === 0) return undefined
    const { p95Ms } = percentilesOf(this.#all)
    this.#all = newTimes()
    return p95Ms
  }

  /** Told of every call that ends; returns how to stop. */
  subscribe(listener: (call: FinishedCall<Stage>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #entryOf(procedure: string): Entry<Stage> {
    let entry = this.#entries.get(procedure)
    if (!entry) this.#entries.set(procedure, (entry = { times: newTimes(), errors: 0, refusals: 0, stages: {} }))
    return entry
  }

  #keep(list: NotedCall<Stage>[], call: FinishedCall<Stage>): void {
    list.push({ ...call, at: this.now() })
    if (list.length > remembered) list.shift()
  }

  #recent(list: readonly NotedCall<Stage>[]): NotedCall<Stage>[] {
    const from = this.now() - rememberedMs
    return list.filter(({ at }) => at >= from).reverse()
  }
}

function percentilesOf(times: RecordableHistogram): { p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number } {
  const at = (percentile: number): number => times.percentile(percentile) / 1000
  return { p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: times.max / 1000 }
}
