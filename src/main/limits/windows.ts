import type { Clock } from '../lib/clock.js'
import type { Left, LimitRule } from '../lib/limits.js'

/** What a limit counts: the uses of a costly procedure by one person (or address, before anybody signed in), or the clinic's calls of an external service. */
export interface LimitSubject {
  of: 'procedure' | 'service'
  name: string
  userId?: string
  address?: string
}

/** Uses of one subject in the time until a limit is there again. It begins with the first use. */
export interface Window {
  readonly id: string
  readonly subject: LimitSubject
  readonly rule: LimitRule
  /** Uses of this run of the workstation. */
  own: number
  /** Uses of all others, as far as they are known here. Never less than was known once: a server that was emptied has forgotten them. */
  others: number
  /** By the clock that never goes backwards. */
  endsAt: number
  /** How often somebody was let in again. */
  round: number
  /** What it is about, sealed for the server once. */
  about?: Buffer
}

/** Windows that are remembered at most: somebody who makes up addresses must not fill the memory. */
const most = 10_000

/** The windows in use, counted in this process whether or not a server counts too. */
export class Windows {
  readonly #windows = new Map<string, Window>()

  constructor(private readonly clock: Clock) {}

  /** The window of a subject that has not ended. */
  find(id: string): Window | undefined {
    const window = this.#windows.get(id)
    if (!window || window.endsAt > this.clock.elapsedMs()) return window
    this.#windows.delete(id)
    return undefined
  }

  /** A window that begins now; it is kept once it is used. */
  begin(id: string, subject: LimitSubject, rule: LimitRule): Window {
    return { id, subject, rule, own: 0, others: 0, endsAt: this.clock.elapsedMs() + rule.windowSeconds * 1000, round: 0 }
  }

  keep(window: Window): void {
    this.#windows.set(window.id, window)
    if (this.#windows.size > most) this.#windows.delete(this.#windows.keys().next().value ?? '')
  }

  all(): Window[] {
    return [...this.#windows.keys()].flatMap((id) => this.find(id) ?? [])
  }

  leftMs({ endsAt }: Window): number {
    return Math.max(0, endsAt - this.clock.elapsedMs())
  }

  leftOf(window: Window): Left {
    const { rule, own, others } = window
    return { limit: rule.max, remaining: Math.max(0, rule.max - own - others), resetSeconds: Math.max(1, Math.ceil(this.leftMs(window) / 1000)) }
  }
}
