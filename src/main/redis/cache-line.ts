import { Cluster } from 'ioredis'
import type { Log } from '../lib/log.js'
import { connectToHolder, openClients } from './clients.js'
import type { HubProblem } from './hub.js'
import { inTime } from './in-time.js'
import { hubProblem, problemOf } from './problems.js'
import { askServer, type RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'

/** Where the cache's line stands: `resting` while the server was too slow a moment ago and is left alone. */
export type CacheLineState = 'off' | 'connecting' | 'ready' | 'resting'

export interface CacheLineOptions {
  log: Log
  /** Longest wait of a caller for one answer, in milliseconds; not below 100. */
  deadlineMs?: number
  /** How long the server is left alone after it was too slow, in milliseconds. */
  restMs?: number
  /** Number from 0 to below 1. */
  random?: () => number
  /** Told when the server can be asked again, and when not. */
  onState?: (state: CacheLineState) => void
}

const DEADLINE_MS = 100
const REST_MS = 2000
/** Pauses between attempts to connect: full jitter up to a bound that doubles. */
const SHORTEST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000
/** Questions in a row without an answer after which the line is made anew. */
const MOST_SILENT_PROBES = 3

/**
 * The cache's own connection to the server. Nobody ever waits for it longer than the deadline: while it is not open, or rests after a missed deadline,
 * calls are refused at once, and what finds out whether the server is back runs beside them. Nothing is queued and nothing is sent twice.
 */
export class CacheLine {
  readonly #deadlineMs: number
  readonly #restMs: number
  #state: CacheLineState = 'off'
  #client: RedisClient | undefined
  #timer: NodeJS.Timeout | undefined
  #attempts = 0
  #silentProbes = 0
  #isClosed = false

  constructor(
    private readonly settings: RedisSettings,
    private readonly options: CacheLineOptions,
    /** A key of the clinic: in a cluster the node that holds it is asked. */
    private readonly key: string,
  ) {
    this.#deadlineMs = Math.max(DEADLINE_MS, options.deadlineMs ?? DEADLINE_MS)
    this.#restMs = options.restMs ?? REST_MS
    void this.#connect()
  }

  get state(): CacheLineState {
    return this.#state
  }

  /** Does some work within the deadline. Rejects with a HubProblem: at once while the line is not ready. */
  async run<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = this.#client
    if (this.#state !== 'ready' || !client) throw hubProblem('closed')
    try {
      return await inTime(work(client), this.#deadlineMs)
    } catch (error) {
      const problem = problemOf(error)
      if (problem.code === 'timeout' && client === this.#client) this.#rest()
      // The connection to a cluster does not end with one to a node.
      else if (client instanceof Cluster && (!problem.isRefusal || problem.code === 'clusterDown')) client.disconnect()
      throw problem
    }
  }

  /** Closes it for good. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#client?.disconnect()
    this.#client = undefined
    this.#set('off')
  }

  async #connect(): Promise<void> {
    this.#set('connecting')
    try {
      const [client] = (await openClients(this.settings, ['cache'])) as [RedisClient]
      await connectToHolder(client, this.key)
      if (this.#isClosed) return client.disconnect()
      this.#client = client
      this.#attempts = 0
      this.#silentProbes = 0
      client.once('end', () => this.#ended(client))
      this.#set('ready')
    } catch (error) {
      this.#tryLater(problemOf(error))
    }
  }

  #ended(client: RedisClient): void {
    if (client !== this.#client || this.#isClosed) return
    this.#client = undefined
    this.#tryLater(hubProblem('closed'))
  }

  #tryLater(problem: HubProblem): void {
    if (this.#isClosed) return
    if (this.#attempts++ === 0) this.options.log.info('cache.serverAway', { problem: problem.code })
    const bound = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(this.#attempts, 10))
    const pause = SHORTEST_PAUSE_MS + (this.options.random ?? Math.random)() * (bound - SHORTEST_PAUSE_MS)
    this.#set('connecting')
    this.#after(pause, () => this.#connect())
  }

  #rest(): void {
    if (this.#state !== 'ready') return
    this.#set('resting')
    this.#after(this.#restMs, () => this.#probe())
  }

  /** Asks whether the server answers again. Beside all callers: none of them pays for finding out. */
  async #probe(): Promise<void> {
    const client = this.#client
    if (!client || this.#state !== 'resting') return
    try {
      await inTime(askServer(client, this.key), this.#deadlineMs)
      if (client !== this.#client) return
      this.#silentProbes = 0
      this.#set('ready')
    } catch {
      if (client !== this.#client) return
      if (++this.#silentProbes >= MOST_SILENT_PROBES) return client.disconnect()
      this.#after(this.#restMs, () => this.#probe())
    }
  }

  #after(ms: number, act: () => Promise<void>): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void act(), ms)
    this.#timer.unref()
  }

  #set(state: CacheLineState): void {
    if (state === this.#state) return
    this.#state = state
    this.options.onState?.(state)
  }
}
