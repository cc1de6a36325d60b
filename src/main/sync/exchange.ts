import { randomBytes } from 'node:crypto'
import type { Log } from '../lib/log.js'
import { HubProblem } from '../redis/hub.js'
import { sayHello } from './hello.js'
import type { ServerLink } from './link.js'
import type { RecordCodec } from './record-codec.js'
import type { Replica } from './replica.js'
import { Session } from './session.js'
import { KnownStates, SessionEnded, type SessionParts } from './session-parts.js'
import { Bell, systemTimers, type Timers } from './timers.js'

/** A new connection is left alone for so long: a server that comes up is often gone again at once. */
const settleMs = 2000
/** A session that the server refused, or was too slow for, is taken up again after at least, and at most, so long: twice as long each time. */
const leastPauseMs = 200
const mostPauseMs = 30_000
/** With something waiting and nothing moving for so long the connections are torn down: silent stalls are the commonest failure of such systems. */
const stalledMs = 15_000
const watchEveryMs = 5000

/** How the exchange stands, for the status and the panel. */
export interface ExchangeState {
  isLive: boolean
  liveSince: string | undefined
  comparing: { reason: string; since: string; done: number; total: number } | undefined
  /** Code of what the server refuses, or why the session ended for good. */
  blocked: string | undefined
}

export interface ExchangeOptions {
  link: ServerLink
  replica: Replica
  codec: RecordCodec
  dataset: string
  workstationId: string
  schema: number
  leastSchema: () => number
  log: Log
  timers?: Timers
  onChanged: () => void
  /** Told when a session has said hello. */
  onLive?: () => void
  /** Looks at the generation of the server's key before a session goes on; see `Session`. */
  settle?: (generation: number) => Promise<'ok' | 'renewed' | 'behind' | 'shutOut'>
}

/** Keeps a session with the server going as long as there is a line to it: begins, ends, takes up again, and notices when nothing moves. */
export class Exchange {
  readonly queued = new Bell()
  readonly counts = { sent: 0, received: 0, confirmed: 0, refused: 0, damaged: 0, alarms: 0 }
  state: ExchangeState = { isLive: false, liveSince: undefined, comparing: undefined, blocked: undefined }
  /** When the server last answered since the program started, ISO instant. */
  lastContactAt: string | undefined
  readonly #parts: SessionParts
  readonly #timers: Timers
  readonly #end = new AbortController()
  readonly #linked = new Bell()
  readonly #hurried = new Bell()
  #session: AbortController | undefined
  #hasBeenLive = false
  #movedAt = 0
  #work: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: ExchangeOptions) {
    const { link, replica, codec, dataset, workstationId, schema, leastSchema, timers = systemTimers } = options
    this.#timers = timers
    this.#parts = {
      hub: link.hub,
      replica,
      codec,
      dataset,
      workstationId,
      schema,
      leastSchema,
      timers,
      random: Math.random,
      newEpoch: () => randomBytes(16).toString('hex'),
      queued: this.queued,
      known: new KnownStates(),
      on: {
        moved: () => {
          this.#movedAt = timers.elapsedMs()
          this.lastContactAt = new Date(timers.now()).toISOString()
        },
        counted: (what, count) => {
          this.counts[what] += count
          if (what === 'alarms' || what === 'damaged') options.log.warn(`sync.${what}`, { count })
        },
        reconciling: (progress) => this.#comparing(progress),
        blocked: (code) => this.#set({ blocked: code }),
        changed: options.onChanged,
      },
    }
  }

  /** What the session speaks with; for the audit and for tests. */
  get parts(): Pick<SessionParts, 'hub' | 'replica'> {
    return this.#parts
  }

  start(): void {
    const stopLink = this.options.link.subscribe(() => {
      this.#linked.ring()
      if (this.options.link.state().kind !== 'ready') this.#session?.abort()
      else this.#hurried.ring()
      this.options.onChanged()
    })
    this.#end.signal.addEventListener('abort', stopLink, { once: true })
    this.#work = Promise.all([this.#run(), this.#watch()])
  }

  /** Ends the session and waits until nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#end.abort()
    this.#session?.abort()
    await this.#work
  }

  /** Goes on at once in place of waiting: somebody asked. */
  hurry(): void {
    this.#hurried.ring()
    if (this.options.link.state().kind !== 'ready') this.options.link.reconnectNow()
  }

  /** Ends the session, so that the next one begins with what the state asks for. */
  restart(): void {
    this.#session?.abort()
    this.#hurried.ring()
  }

  /** Whether everything was sent and everything was read, by asking the server for the end of its feed. */
  async isUpToDate(): Promise<boolean> {
    const { replica } = this.#parts
    const isAtRest = () => this.state.isLive && !this.state.comparing && replica.state().reconcile === undefined && replica.backlog().waiting === 0
    if (!isAtRest()) return false
    const { status, end } = await sayHello(this.#parts)
    // What came in meanwhile may have left something to send: a version that lost by it.
    return status === 'ok' && replica.state().cursor?.id === end.id && isAtRest()
  }

  async #run(): Promise<void> {
    const { signal } = this.#end
    let pauseMs = leastPauseMs
    while (!signal.aborted) {
      await this.#linkReady(signal)
      if (signal.aborted) return
      const began = this.#timers.elapsedMs()
      const failed = await this.#runSession()
      if (signal.aborted) return
      // Workstations that all ask an overloaded server again at once keep it overloaded.
      const isStrained = failed !== undefined && !isLineBroken(failed) && this.#timers.elapsedMs() - began < mostPauseMs
      pauseMs = isStrained ? Math.min(mostPauseMs, pauseMs * 2) : leastPauseMs
      await this.#pause(pauseMs * (0.5 + this.#parts.random() / 2), signal)
    }
  }

  async #linkReady(signal: AbortSignal): Promise<void> {
    const { link } = this.options
    while (!signal.aborted && link.state().kind !== 'ready') await this.#linked.wait(signal)
    if (this.#hasBeenLive) await this.#pause(settleMs, signal)
    if (!signal.aborted && link.state().kind !== 'ready') await this.#linkReady(signal)
  }

  /** Waits, but not when somebody asks to go on. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const onAbort = () => over.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    void this.#hurried.wait(over.signal).then(onAbort)
    await this.#timers.sleep(ms, over.signal)
    over.abort()
    signal.removeEventListener('abort', onAbort)
  }

  async #runSession(): Promise<unknown> {
    const session = new AbortController()
    this.#session = session
    this.#movedAt = this.#timers.elapsedMs()
    try {
      await new Session(this.#parts, () => this.#live(), this.options.settle).run(session.signal)
      return undefined
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string }
      this.options.log.warn('sync.ended', { code: code ?? name })
      if (!(error instanceof HubProblem) && !(error instanceof SessionEnded)) this.options.log.error('sync.failed', { error })
      this.#set({ blocked: error instanceof SessionEnded || (error instanceof HubProblem && error.isRefusal) ? error.code : undefined })
      return error
    } finally {
      session.abort()
      this.#session = undefined
      if (this.lastContactAt !== undefined) this.#parts.replica.setState({ lastContactAt: this.lastContactAt })
      this.#set({ isLive: false, liveSince: undefined, comparing: undefined })
    }
  }

  #live(): void {
    this.#hasBeenLive = true
    this.#set({ isLive: true, liveSince: new Date(this.#timers.now()).toISOString(), blocked: undefined })
    this.options.log.info('sync.live')
    this.options.onLive?.()
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      await this.#timers.sleep(watchEveryMs, signal)
      const isWaiting = this.#session !== undefined && this.state.blocked === undefined && this.options.replica.backlog().waiting > 0
      if (!isWaiting || this.#timers.elapsedMs() - this.#movedAt < stalledMs) continue
      this.options.log.warn('sync.stalled', { ms: Math.round(this.#timers.elapsedMs() - this.#movedAt) })
      this.#session?.abort()
      this.options.link.reconnectNow()
    }
  }

  #comparing(progress: { reason: string; done: number; total: number } | undefined): void {
    const since = this.state.comparing?.since ?? new Date(this.#timers.now()).toISOString()
    this.#set({ comparing: progress && { ...progress, since } })
  }

  #set(change: Partial<ExchangeState>): void {
    this.state = { ...this.state, ...change }
    this.options.onChanged()
  }
}

/** Whether a session ended because the line did: then the connection itself waits longer from time to time. */
const isLineBroken = (error: unknown): boolean => error instanceof HubProblem && !error.isRefusal && error.code !== 'timeout'
