import { createHmac } from 'node:crypto'
import type { Clock } from '../lib/clock.js'
import { type Allowance, type Left, type LimitRule, type Rate, RateLimit } from '../lib/limits.js'
import { limitKeyNames } from '../redis/keys.js'
import type { CountedUses, LimitServer } from '../redis/redis-limits.js'
import { open, SealBroken, seal } from '../security/sealing.js'
import { type LimitSubject, type Window, Windows } from './windows.js'

export interface LimitsOptions {
  dataset: string
  /** Random name of this run of the workstation. */
  run: string
  /** Makes the names of windows; 32 bytes, the same on all workstations of the clinic. */
  nameKey: Uint8Array
  /** Seals what a window is about; 32 bytes. */
  currentKey: () => Uint8Array
  clock: Clock
  /** The rule of costly calls. */
  costly: LimitRule
}

/** A limit in use: what it counts, and when it is there again. */
export interface LimitInUse {
  id: string
  subject: LimitSubject
  used: number
  max: number
  /** Milliseconds until then. */
  leftMs: number
}

/** Calls of an external service that has said nothing else: one a second over a minute, ten at once. */
export const serviceRule: LimitRule = { max: 60, windowSeconds: 60, burst: { max: 10, windowSeconds: 10 } }

/** Windows that are listed at most. */
const mostListed = 500
const longestAbout = 4096

/**
 * The clinic's limits on what is costly: so many uses in a window that begins with the first one, and not too many at once. Each workstation always counts its own
 * uses and what it heard of the others'; where the server is in reach all workstations share one count, and a sum that is told twice or late counts once
 * (docs/decisions/0019). Nobody waits for the server longer than the line's deadline.
 */
export class Limits {
  readonly costly: LimitRule
  readonly #windows: Windows
  readonly #bursts = new Map<string, RateLimit>()
  readonly #turns = new Map<string, Promise<unknown>>()
  #server: LimitServer | undefined

  constructor(private readonly options: LimitsOptions) {
    this.costly = options.costly
    this.#windows = new Windows(options.clock)
  }

  /** The server on which the workstations share their counts; undefined without one. */
  use(server: LimitServer | undefined): void {
    this.#server = server
  }

  /** Takes one use of a costly procedure. */
  takeCostly(procedure: string, who: { userId?: string; address: string }): Promise<Allowance> {
    return this.take(costlySubject(procedure, who), this.costly)
  }

  /** What is left of a costly procedure for somebody. */
  leftOfCostly(procedure: string, who: { userId?: string; address: string }): Promise<Left> {
    const subject = costlySubject(procedure, who)
    const id = this.#idOf(subject)
    return this.#inTurn(id, async () => {
      const window = this.#windows.find(id) ?? this.#windows.begin(id, subject, this.costly)
      const counted = await this.#tell(window, false)
      if (counted && counted.others > 0) this.#windows.keep(window)
      return this.#windows.leftOf(window)
    })
  }

  /** Takes one call of an external service, which only has to name itself; all workstations of the clinic share its limit. */
  takeService(name: string, rule: LimitRule = serviceRule): Promise<Allowance> {
    return this.take({ of: 'service', name }, rule)
  }

  /** Takes one use of anything that is limited. */
  take(subject: LimitSubject, rule: LimitRule): Promise<Allowance> {
    const id = this.#idOf(subject)
    // In turn: of two uses that ask at once the one that is refused must not count for the other one.
    return this.#inTurn(id, async () => {
      const window = this.#windows.find(id) ?? this.#windows.begin(id, subject, rule)
      this.#windows.keep(window)
      // Whoever is full here may have been let in again elsewhere: asked without a use, which a server that has forgotten much would give.
      if (isFull(window)) await this.#tell(window, false)
      const burst = isFull(window) ? undefined : this.#burst(rule.burst).take(id)
      if (burst?.isAllowed === false) return { ...burst, left: this.#windows.leftOf(window) }
      const isAllowed = burst !== undefined && (await this.#takeOne(window))
      const left = this.#windows.leftOf(window)
      return isAllowed ? { isAllowed, left } : { isAllowed, retryAfterSeconds: left.resetSeconds, left }
    })
  }

  /** Every limit in use in the clinic; without the server those that were used here. */
  async list(): Promise<LimitInUse[]> {
    const found = new Map<string, LimitInUse>()
    for (const window of this.#windows.all()) {
      const { id, subject, rule, own, others } = window
      if (own + others > 0) found.set(id, { id, subject, used: own + others, max: rule.max, leftMs: this.#windows.leftMs(window) })
    }
    const server = await this.#server?.windows(mostListed).catch(() => undefined)
    for (const { id, used, leftMs, about } of server ?? []) {
      const known = found.get(id)
      const opened = known ?? this.#openAbout(id, about)
      if (opened) found.set(id, { id, subject: opened.subject, max: opened.max, used: Math.max(used, known?.used ?? 0), leftMs: Math.max(0, leftMs) })
    }
    return [...found.values()].filter(({ used }) => used > 0).sort((a, b) => b.used / b.max - a.used / a.max)
  }

  /** Lets somebody in again before the time; answers what it was about, undefined when no such limit is in use. */
  async unblock(id: string): Promise<LimitSubject | undefined> {
    return this.#inTurn(id, async () => {
      const held = (await this.#server?.windows(mostListed).catch(() => undefined))?.find((each) => each.id === id)
      const about = held && this.#openAbout(id, held.about)
      const window = this.#windows.find(id) ?? (about && this.#windows.begin(id, about.subject, { ...about, burst: this.costly.burst }))
      if (!window) return undefined
      window.round = Math.max(window.round, held?.round ?? 0) + 1
      window.own = 0
      window.others = 0
      this.#windows.keep(window)
      for (const burst of this.#bursts.values()) burst.forget(id)
      await this.#tell(window, false)
      return window.subject
    })
  }

  /** Tells the server what was used while it was away, or what it has forgotten. */
  async synchronise(): Promise<void> {
    for (const { id } of this.#windows.all())
      await this.#inTurn(id, async () => {
        const window = this.#windows.find(id)
        if (window && (window.own > 0 || window.round > 0)) await this.#tell(window, false)
      })
  }

  async #takeOne(window: Window): Promise<boolean> {
    window.own++
    const counted = await this.#tell(window, true)
    // Without an answer what is known here decides, and there was room.
    if (counted?.isGiven ?? true) return true
    window.own--
    return false
  }

  /** Undefined while the server is away: then what is known here decides. */
  async #tell(window: Window, isAsking: boolean): Promise<CountedUses | undefined> {
    const told = await this.#tellOnce(window, isAsking)
    if (!told || told.round <= window.round) return this.#heard(window, told)
    // Somebody was let in again elsewhere: what was used before does not count any more.
    window.round = told.round
    window.own = isAsking ? 1 : 0
    window.others = 0
    return this.#heard(window, await this.#tellOnce(window, isAsking))
  }

  #heard(window: Window, told: CountedUses | undefined): CountedUses | undefined {
    if (!told) return undefined
    // A server that was emptied knows less than this workstation.
    window.others = Math.max(window.others, told.others)
    if (told.leftMs > 0) window.endsAt = this.options.clock.elapsedMs() + told.leftMs
    return told
  }

  async #tellOnce(window: Window, isAsking: boolean): Promise<CountedUses | undefined> {
    if (!this.#server) return undefined
    const { id, own, round, rule } = window
    window.about ??= this.#about(window)
    const uses = { id, own, isAsking, max: rule.max, leftMs: this.#windows.leftMs(window), round, about: window.about }
    return this.#server.tell(this.options.run, uses).catch(() => undefined)
  }

  #idOf({ of, name, userId, address }: LimitSubject): string {
    return createHmac('sha256', this.options.nameKey)
      .update(JSON.stringify([of, name, userId ?? '', userId === undefined ? (address ?? '') : '']))
      .digest('hex')
      .slice(0, 32)
  }

  #about({ id, subject, rule }: Window): Buffer {
    const { max, windowSeconds } = rule
    return seal(this.options.currentKey(), JSON.stringify({ subject, max, windowSeconds }), limitKeyNames(this.options.dataset).window(id))
  }

  /** Undefined for what another key of the clinic sealed: it ends within its window. */
  #openAbout(id: string, about: Uint8Array): (Rate & { subject: LimitSubject }) | undefined {
    try {
      return JSON.parse(String(open(this.options.currentKey(), about, limitKeyNames(this.options.dataset).window(id), longestAbout)))
    } catch (error) {
      if (error instanceof SealBroken) return undefined
      throw error
    }
  }

  #burst(rate: Rate): RateLimit {
    const name = `${rate.max}/${rate.windowSeconds}`
    const known = this.#bursts.get(name) ?? new RateLimit(rate, this.options.clock)
    this.#bursts.set(name, known)
    return known
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work)
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(id) === ended) this.#turns.delete(id)
      })
    this.#turns.set(id, ended)
    return turn
  }
}

const isFull = ({ own, others, rule }: Window): boolean => own + others >= rule.max

const costlySubject = (name: string, { userId, address }: { userId?: string; address: string }): LimitSubject => ({
  of: 'procedure',
  name,
  ...(userId === undefined ? { address } : { userId }),
})
