import { statfs } from 'node:fs/promises'
import type { Sample } from '../../../shared/contract/monitor-acts.js'
import type { Cache } from '../../cache/cache.js'
import type { CallStatistics } from '../../lib/call-statistics.js'
import type { Log } from '../../lib/log.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import type { WritableDatabase } from '../../store/database.js'
import { servedOf } from './cache-effect.js'
import { type LoopDelay, LoopWatch } from './loop-delay.js'
import { keepSample } from './sample-table.js'
import type { ServerLook } from './server-look.js'

/** A sample of the last minutes is taken so often, in milliseconds, and one is kept each minute. */
export const stepMs = 5000
export const minuteMs = 60_000
/** Ten minutes of samples. */
const remembered = 120
/** Somebody looks: the server is asked with each sample, in place of once a minute. */
const watchedMs = 30_000

export interface SamplerOptions {
  db: WritableDatabase
  cache: Cache
  calls: CallStatistics
  watch: ServerWatch
  look: ServerLook
  /** Operations that wait to be sent. */
  waiting: () => number
  folder: string
  now: () => number
  log: Log
  /** Told after each kept sample. */
  onMinute: () => void
}

interface Counters {
  requests: number
  hits: number
  redisAway: number
  calls: number
  errors: number
}

/** Takes samples of how things stand: some of the last minutes in memory, one a minute in the database. */
export class Sampler {
  readonly #recent: Sample[] = []
  readonly #loops = { step: new LoopWatch(), minute: new LoopWatch() }
  readonly #before: { step: Counters; minute: Counters }
  #timer: NodeJS.Timeout | undefined
  #minuteAt: number
  #watchedAt = Number.NEGATIVE_INFINITY
  #worstP95Ms: number | undefined
  #loop: LoopDelay = { p50Ms: 0, p99Ms: 0, maxMs: 0 }
  #freeDisk: { free: number; total: number } | undefined
  #isBusy = false

  constructor(private readonly options: SamplerOptions) {
    this.#minuteAt = options.now()
    this.#before = { step: this.#counters(), minute: this.#counters() }
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), stepMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const loop of Object.values(this.#loops)) loop.stop()
  }

  /** Somebody looks at the figures. */
  noteWatched(): void {
    this.#watchedAt = performance.now()
  }

  /** The samples of the last minutes, oldest first. */
  recent(): readonly Sample[] {
    return this.#recent
  }

  /** How late the main loop was in the last minute, or since the start. */
  get loop(): LoopDelay {
    const now = this.#loops.minute.look()
    return now.maxMs >= this.#loop.maxMs ? now : this.#loop
  }

  /** Room of this computer's disk, as it was at the last minute. */
  get disk(): { free: number; total: number } | undefined {
    return this.#freeDisk
  }

  /** Takes a sample, and keeps one when a minute is over. Never rejects. */
  async tick(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      const { now, look } = this.options
      const isMinute = now() - this.#minuteAt >= minuteMs || now() < this.#minuteAt
      if (isMinute) await this.#lookAtDisk()
      if (isMinute || performance.now() - this.#watchedAt < watchedMs) await look.facts()
      this.#take()
      if (isMinute) this.#keep()
    } catch (error) {
      this.options.log.warn('monitor.sample', { error })
    } finally {
      this.#isBusy = false
    }
  }

  #take(): void {
    const p95Ms = this.options.calls.takeP95Ms()
    if (p95Ms !== undefined) this.#worstP95Ms = Math.max(p95Ms, this.#worstP95Ms ?? 0)
    this.#recent.push(this.#sample('step', p95Ms, this.#loops.step.take()))
    if (this.#recent.length > remembered) this.#recent.shift()
  }

  #keep(): void {
    const { db, look, onMinute, now } = this.options
    this.#minuteAt = now()
    this.#loop = this.#loops.minute.take()
    const sample = this.#sample('minute', this.#worstP95Ms, this.#loop)
    this.#worstP95Ms = undefined
    keepSample(db, sample, look.known.isNow ? look.known : undefined)
    onMinute()
  }

  #sample(span: 'step' | 'minute', p95Ms: number | undefined, loop: LoopDelay): Sample {
    const { watch, look, waiting, now } = this.options
    const counters = this.#counters()
    const before = this.#before[span]
    this.#before[span] = counters
    const { isNow, memory, clients, stats } = look.known
    const health = watch.server && watch.health
    return {
      at: new Date(now()).toISOString(),
      state: watch.connectionState.kind,
      pingMs: health?.pingP95Ms ?? null,
      usedBytes: isNow && memory ? memory.usedBytes : (health?.memory?.usedBytes ?? null),
      maxBytes: isNow && memory ? memory.maxBytes : (health?.memory?.maxBytes ?? null),
      clients: isNow && clients ? clients.connected : null,
      operationsPerSecond: isNow && stats ? stats.operationsPerSecond : null,
      networkBytesPerSecond: isNow && stats ? stats.inputBytesPerSecond + stats.outputBytesPerSecond : null,
      evictedKeys: isNow && stats ? stats.evictedKeys : null,
      requests: counters.requests - before.requests,
      hits: counters.hits - before.hits,
      redisAway: counters.redisAway - before.redisAway,
      calls: counters.calls - before.calls,
      errors: counters.errors - before.errors,
      callP95Ms: p95Ms ?? null,
      loopP99Ms: loop.p99Ms,
      residentBytes: process.memoryUsage.rss(),
      waiting: waiting(),
      freeDiskBytes: this.#freeDisk?.free ?? null,
    }
  }

  #counters(): Counters {
    const { count, errors } = this.options.calls.totals()
    const counters: Counters = { requests: 0, hits: 0, redisAway: 0, calls: count, errors }
    for (const { requests, misses, ...served } of this.options.cache.statistics()) {
      counters.requests += requests
      counters.hits += servedOf(served)
      counters.redisAway += misses.redisAway
    }
    return counters
  }

  async #lookAtDisk(): Promise<void> {
    const disk = await statfs(this.options.folder).catch(() => undefined)
    this.#freeDisk = disk && { free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize }
  }
}
