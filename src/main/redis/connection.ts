import type { Log } from '../lib/log.js'
import { type ConnectionEvent, type ConnectionState, nextState } from './connection-state.js'
import type { Hub, HubBoard, HubProblem } from './hub.js'
import { clinicKeyNames } from './keys.js'
import { hubProblem, problemOf } from './problems.js'
import type { ConnectionName, HubLink } from './redis-board.js'
import { RedisHub } from './redis-hub.js'
import { RedisSession } from './redis-session.js'
import type { RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'

export interface RedisOptions {
  /** The clinic whose keys are meant. Whoever only takes an invitation does not know it yet and gives an empty one. */
  dataset: string
  log: Log
  /** Number from 0 to below 1. */
  random?: () => number
  /** Milliseconds since 1970. */
  now?: () => number
  /** Pause between questions whether the server is still there, in milliseconds; 5,000 by default. */
  beatMs?: number
  /** How far the feed may grow; see `RedisHub`. */
  feed?: { entries: number; bytes: number }
}

/** How the server does, as the regular look at it found. */
export interface RedisHealth {
  /** When it was looked at, milliseconds since 1970. */
  at: number
  /** Within so many milliseconds 95 of 100 answers came lately. */
  pingP95Ms: number | undefined
  /** What its clock is ahead of this computer's, in milliseconds. */
  clockOffsetMs: number
  /** Undefined where the server does not tell. */
  memory: { usedBytes: number; maxBytes?: number } | undefined
}

/** The connection to the clinic's server. It connects and reconnects by itself; nothing ever waits for it. */
export interface RedisConnection {
  readonly hub: Hub & HubBoard
  state(): ConnectionState
  /** Hears every change of the state until the returned function is called. */
  subscribe(listener: (state: ConnectionState) => void): () => void
  /** Tears the connections down and connects again at once. */
  reconnectNow(): void
  /** The last regular look at the server, every 30 s while it is connected. */
  health(): RedisHealth | undefined
  /** Closes it for good; what is in flight rejects. */
  close(): Promise<void>
}

/** Pause between questions whether the server is still there. */
const BEAT_MS = 5000
/** Pause between regular looks at the server. */
const HEALTH_MS = 30_000

/** Opens the connection to the server and returns at once; without settings it stays off. */
export function openRedis(settings: RedisSettings | undefined, options: RedisOptions): RedisConnection {
  const connector = new Connector(settings, options)
  const hub = new RedisHub({ dataset: options.dataset, link: connector, ...(options.feed && { feed: options.feed }) })
  let health: RedisHealth | undefined
  const look = async (): Promise<void> => {
    if (connector.state().kind !== 'ready') return
    const [{ at, roundTripMs }, memory] = await Promise.all([hub.ping(), hub.memory()])
    const now = (options.now ?? Date.now)()
    health = { at: now, pingP95Ms: connector.pingP95Ms, clockOffsetMs: Math.round(at + roundTripMs / 2 - now), memory }
  }
  const lookQuietly = () => void look().catch(() => undefined)
  const timer = setInterval(lookQuietly, HEALTH_MS)
  timer.unref()
  connector.subscribe(({ kind }) => kind === 'ready' && lookQuietly())
  connector.start()
  return {
    hub,
    state: () => connector.state(),
    subscribe: (listener) => connector.subscribe(listener),
    reconnectNow: () => connector.reconnectNow(),
    health: () => health,
    close: async () => {
      clearInterval(timer)
      connector.close()
    },
  }
}

/** Carries out what the table of states says: opens and closes sessions, sets the time of the next attempt, tells who listens. */
class Connector implements HubLink {
  readonly #listeners = new Set<(state: ConnectionState) => void>()
  readonly #clockKey: string
  #state: ConnectionState = { kind: 'off' }
  #session: RedisSession | undefined
  #timer: NodeJS.Timeout | undefined
  /** Counts attempts, so that one that was overtaken finds out. */
  #attempt = 0
  #lastProblem: HubProblem | undefined

  constructor(
    private readonly settings: RedisSettings | undefined,
    private readonly options: RedisOptions,
  ) {
    this.#clockKey = clinicKeyNames(options.dataset).meta
  }

  start(): void {
    if (this.settings) this.#handle({ type: 'open' })
  }

  state(): ConnectionState {
    return this.#state
  }

  subscribe(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  reconnectNow(): void {
    this.#handle({ type: 'asked' })
  }

  close(): void {
    this.#handle({ type: 'close' })
    this.#listeners.clear()
  }

  get pingP95Ms(): number | undefined {
    return this.#session?.pingP95Ms
  }

  async use<T>(name: ConnectionName, work: (client: RedisClient) => Promise<T>, { isOptional = false } = {}): Promise<T> {
    const session = this.#session
    if (!session) throw this.#away()
    try {
      return await session.run(name, work)
    } catch (error) {
      const problem = problemOf(error)
      const isAboutLine = !(isOptional && problem.isRefusal)
      if (session === this.#session && isAboutLine) this.#fail(problem)
      throw problem
    }
  }

  #away(): HubProblem {
    if (this.#state.kind === 'refused' && this.#lastProblem) return this.#lastProblem
    return hubProblem('closed', 'There is no connection to the server at the moment.')
  }

  #fail(problem: HubProblem): void {
    this.#lastProblem = problem
    this.#handle({ type: 'failed', problem: problem.code })
  }

  #handle(event: ConnectionEvent): void {
    const before = this.#state
    const { now = Date.now, random = Math.random } = this.options
    const next = nextState(before, event, { at: now(), chance: random() })
    if (next === before) return
    this.#state = next
    clearTimeout(this.#timer)
    if (before.kind === 'ready') {
      this.#session?.close(event.type === 'failed' ? this.#lastProblem : undefined)
      this.#session = undefined
    }
    if (next.kind === 'connecting') void this.#connect()
    if (next.kind === 'waiting' || next.kind === 'refused') this.#wakeAt(Math.max(0, next.until - now()))
    this.#note(before, next)
    for (const listener of [...this.#listeners]) listener(next)
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt
    const isCurrent = () => attempt === this.#attempt && this.#state.kind === 'connecting'
    try {
      const session: RedisSession = await RedisSession.open(this.settings as RedisSettings, {
        clockKey: this.#clockKey,
        beatMs: this.options.beatMs ?? BEAT_MS,
        onProblem: (problem) => {
          if (session === this.#session) this.#fail(problem)
        },
      })
      if (!isCurrent()) return session.close()
      this.#session = session
      this.#handle({ type: 'opened' })
    } catch (error) {
      if (isCurrent()) this.#fail(problemOf(error))
    }
  }

  #wakeAt(ms: number): void {
    this.#timer = setTimeout(() => this.#handle({ type: 'due' }), ms)
    this.#timer.unref()
  }

  /** One line when it is there, and one when it is not any more; not one for each attempt. */
  #note(before: ConnectionState, next: ConnectionState): void {
    const { log } = this.options
    if (next.kind === 'ready') log.info('redis.connected')
    else if (next.kind === 'refused' && (before.kind === 'ready' || next.attempt === 1)) log.warn('redis.refused', { problem: next.problem })
    else if (next.kind === 'waiting' && (before.kind === 'ready' || next.attempt === 1)) log.warn('redis.away', { problem: next.problem })
  }
}
