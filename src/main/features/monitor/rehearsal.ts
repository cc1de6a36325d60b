import type { Rehearsal } from '../../../shared/contract/monitor-acts.js'
import type { Cache } from '../../cache/cache.js'
import { type CallStatistics, isFailure } from '../../lib/call-statistics.js'
import type { ServerWatch } from '../../redis/server-watch.js'

/** So often it is looked at how much waits, and whether everything goes on again. */
const lookMs = 100
/** After the end it is waited so long for the lines to be back. */
const recoveryMs = 30_000

export interface RehearsalOptions {
  watch: ServerWatch
  calls: CallStatistics
  cache: Pick<Cache, 'views'>
  waiting: () => number
  now: () => number
}

const none: Rehearsal = {
  state: 'none',
  startedAt: null,
  endsAt: null,
  seconds: 0,
  hadServer: false,
  calls: 0,
  slowest: null,
  errors: [],
  views: [],
  waitingMost: 0,
  recoveredMs: null,
}

/**
 * Rehearses an outage: for some seconds this workstation hears nothing from the server, while staff go on working. Then it tells what they would have noticed. Nothing is lost by
 * it: what is written meanwhile waits, as in every outage.
 */
export class OutageRehearsal {
  #report: Rehearsal = none
  #end: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly options: RehearsalOptions) {}

  get isRunning(): boolean {
    return this.#report.state === 'running'
  }

  report(): Rehearsal {
    return this.#report
  }

  /** Begins. Answers at once; `report` tells how it goes. */
  start(seconds: number): Rehearsal {
    const { watch, calls, cache, waiting, now } = this.options
    const began = now()
    const at = (ms: number): string => new Date(ms).toISOString()
    this.#report = { ...none, state: 'running', startedAt: at(began), endsAt: at(began + seconds * 1000), seconds, hadServer: watch.hasServer }
    const awayBefore = new Map(cache.views().map(({ procedure, misses }) => [procedure, misses.redisAway]))
    const errors = new Map<string, Rehearsal['errors'][number]>()
    const thaw = watch.freeze.freeze()
    const unsubscribe = calls.subscribe(({ procedure, ms, outcome }) => {
      const { slowest } = this.#report
      this.#change({ calls: this.#report.calls + 1, ...(ms > (slowest?.ms ?? -1) && { slowest: { procedure, ms } }) })
      if (!isFailure(outcome)) return
      const key = `${procedure} ${outcome}`
      errors.set(key, { procedure, code: outcome, count: (errors.get(key)?.count ?? 0) + 1 })
      this.#change({ errors: [...errors.values()] })
    })
    this.#timer = setInterval(() => this.#change({ waitingMost: Math.max(this.#report.waitingMost, waiting()) }), lookMs)
    const timeout = setTimeout(() => this.#end?.(), seconds * 1000)
    this.#end = () => {
      this.#end = undefined
      clearTimeout(timeout)
      clearInterval(this.#timer)
      unsubscribe()
      const views = cache
        .views()
        .map(({ procedure, misses }) => ({ procedure, count: misses.redisAway - (awayBefore.get(procedure) ?? 0) }))
        .filter(({ count }) => count > 0)
      this.#change({ views })
      thaw()
      this.#awaitRecovery()
    }
    return this.#report
  }

  /** Ends it at once, as when the program ends. */
  stop(): void {
    this.#end?.()
    clearInterval(this.#timer)
  }

  #awaitRecovery(): void {
    const { watch } = this.options
    const thawedAt = performance.now()
    const look = (): void => {
      const ms = performance.now() - thawedAt
      const isBack = watch.connectionState.kind === 'ready' && watch.cacheLine.facts().state === 'ready'
      if (watch.hasServer && !isBack && ms < recoveryMs) return
      clearInterval(this.#timer)
      this.#change({ state: 'done', recoveredMs: isBack ? ms : null })
    }
    this.#timer = setInterval(look, lookMs)
    look()
  }

  #change(change: Partial<Rehearsal>): void {
    this.#report = { ...this.#report, ...change }
  }
}
