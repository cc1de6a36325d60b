import { isDeepStrictEqual } from 'node:util'
import type { Opening, Presence as PresenceView } from '../../shared/contract/presence.js'
import type { HubBoard } from '../redis/hub.js'
import type { ServerLink } from './link.js'
import { jobLimit, openLine, type PresenceLine, type PresentWindow, type RunningJob, sealLine, windowLimit } from './presence-line.js'

/** So often the others' lines are read while somebody here looks, a line that was not written is tried again, and windows whose session ended are let go. */
const beatMs = 2000
/** A line is renewed this often, and vanishes from the server when that fails to happen for the longer time. */
const renewMs = 5000
const lifeMs = 15_000
/** Changes within this time are written together; while they go on, a line is written at most so often. */
const gatherMs = 100
const leastPauseMs = 500
/** Longest that an ending workstation waits for its line to be taken away; then it runs out by itself. */
const goodbyeMs = 500

export interface PresenceOptions {
  /** The line to the clinic's server as it is now; undefined with none. */
  link: () => ServerLink | undefined
  /** The clinic's newest key. */
  currentKey: () => Uint8Array
  workstationId: string
  /** Ids of the clinic's workstations. */
  workstations: () => readonly string[]
  /** Long work that runs here. */
  jobs: () => readonly RunningJob[]
  now: () => number
}

/** A window that listens. */
export interface ListeningWindow {
  id: string
  userId: string
  /** Whether its session still lets it listen. */
  isAlive: () => boolean
  onChange: () => void
}

/**
 * Who is at the clinic's workstations: each leaves one sealed line on the server that runs out by itself, and reads those of the others while somebody here
 * looks. Without a server it knows of this workstation only. Nothing waits for the server, and a failure is answered by the next beat.
 */
export class Presence {
  readonly #windows = new Map<string, { window: ListeningWindow; shown: PresentWindow }>()
  #others: ReadonlyMap<string, PresenceLine> = new Map()
  #isReached = false
  #writtenAt = Number.NEGATIVE_INFINITY
  /** Something has to be written that has not been. */
  #isDue = false
  #isOnServer = false
  #isStopped = false
  #work: Promise<void> = Promise.resolve()
  readonly #queued = new Set<'write' | 'read'>()
  #soon: NodeJS.Timeout | undefined
  readonly #timer: NodeJS.Timeout

  constructor(private readonly options: PresenceOptions) {
    this.#timer = setInterval(() => this.#beat(), beatMs).unref()
  }

  /** Takes a window in; returns how to let it go. A window of the same id is replaced. */
  enter(window: ListeningWindow): () => void {
    const since = new Date(this.options.now()).toISOString()
    const entry = { window, shown: { id: window.id, userId: window.userId, since, openings: [] } }
    this.#windows.set(window.id, entry)
    this.changed()
    this.#look()
    return () => {
      if (this.#windows.get(window.id) !== entry) return
      this.#windows.delete(window.id)
      this.changed()
    }
  }

  /** Notes what a window has open; false when it does not listen, or is another user's. */
  show(windowId: string, userId: string, openings: Opening[]): boolean {
    const entry = this.#windows.get(windowId)
    if (entry?.window.userId !== userId) return false
    if (isDeepStrictEqual(entry.shown.openings, openings)) return true
    entry.shown = { ...entry.shown, openings }
    this.changed()
    return true
  }

  /** This workstation's line as it is now. */
  own(): PresenceLine {
    return { windows: [...this.#windows.values()].slice(0, windowLimit).map(({ shown }) => shown), jobs: this.options.jobs().slice(0, jobLimit) }
  }

  /** The lines of the other workstations as they were last read. */
  others(): ReadonlyMap<string, PresenceLine> {
    return this.#others
  }

  /** Id of this workstation. */
  get workstationId(): string {
    return this.options.workstationId
  }

  /** How far what is known of others reaches. */
  get scope(): PresenceView['scope'] {
    return this.options.link() === undefined ? 'alone' : this.#isReached ? 'clinic' : 'workstation'
  }

  /** Says that this workstation's line is another one now; jobs say so with every step. */
  changed(): void {
    if (this.#isStopped) return
    this.#isDue = true
    this.#soon ??= setTimeout(
      () => {
        this.#soon = undefined
        this.#tell()
        this.#inTurn('write')
      },
      Math.max(gatherMs, this.#writtenAt + leastPauseMs - performance.now()),
    ).unref()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#windows.clear()
    const board = this.#board()
    if (!board || !this.#isOnServer) return
    const gone = board.putLine(this.options.workstationId, Buffer.alloc(0), 0).catch(() => undefined)
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, goodbyeMs).unref())])
  }

  #board(): HubBoard | undefined {
    const link = this.options.link()
    return link?.state().kind === 'ready' ? link.hub : undefined
  }

  #beat(): void {
    for (const { window } of this.#windows.values())
      if (!window.isAlive()) {
        this.#windows.delete(window.id)
        this.#isDue = true
      }
    if (this.#isDue || performance.now() - this.#writtenAt >= renewMs) this.#inTurn('write')
    this.#look()
  }

  #look(): void {
    if (this.#windows.size > 0) this.#inTurn('read')
    else {
      this.#isReached = false
      this.#others = new Map()
    }
  }

  /** One after the other, so that an older line never lands on a newer one; what waits already is not asked for again. */
  #inTurn(act: 'write' | 'read'): void {
    if (this.#queued.has(act)) return
    this.#queued.add(act)
    this.#work = this.#work.then(async () => {
      this.#queued.delete(act)
      if (!this.#isStopped) await (act === 'write' ? this.#write() : this.#read()).catch(() => this.#lost())
    })
  }

  async #write(): Promise<void> {
    const board = this.#board()
    if (!board) return
    const line = this.own()
    const { workstationId, currentKey } = this.options
    const isEmpty = line.windows.length + line.jobs.length === 0
    this.#writtenAt = performance.now()
    this.#isDue = false
    if (isEmpty && !this.#isOnServer) return
    // Until the server has answered it may be there.
    this.#isOnServer = true
    try {
      await board.putLine(workstationId, isEmpty ? Buffer.alloc(0) : sealLine(currentKey(), workstationId, line), isEmpty ? 0 : lifeMs)
      this.#isOnServer = !isEmpty
    } catch (error) {
      this.#isDue = true
      throw error
    }
  }

  async #read(): Promise<void> {
    const board = this.#board()
    if (!board) return this.#lost()
    const { workstationId, workstations, currentKey } = this.options
    const ids = workstations().filter((id) => id !== workstationId)
    const sealed = await board.lines(ids)
    const key = currentKey()
    const lines = [...sealed].flatMap(([id, bytes]) => {
      const line = openLine(key, id, bytes)
      return line ? [[id, line] as const] : []
    })
    this.#set(true, new Map(lines))
  }

  /** The server is away: of the others nothing is known any more. */
  #lost(): void {
    this.#set(false, new Map())
  }

  #set(isReached: boolean, others: ReadonlyMap<string, PresenceLine>): void {
    if (isReached === this.#isReached && isDeepStrictEqual(others, this.#others)) return
    this.#isReached = isReached
    this.#others = others
    this.#tell()
  }

  #tell(): void {
    for (const { window } of this.#windows.values()) window.onChange()
  }
}
