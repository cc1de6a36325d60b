import { type Clock, systemClock } from './clock.js'

/** At most `max` calls in `windowSeconds`, refilled evenly. */
export interface Rate {
  max: number
  windowSeconds: number
}

/** A rate, and beside it how many calls may come close together: two windows that meet must not let twice as many through at once. */
export interface LimitRule extends Rate {
  burst: Rate
}

/** What is left of a limit, for whoever wants to know before being refused. */
export interface Left {
  limit: number
  remaining: number
  /** Seconds until the whole limit is there again. */
  resetSeconds: number
}

/** Allowed, or how long to wait before trying again; with what is left where that is counted. */
export type Allowance = { isAllowed: true; left?: Left } | { isAllowed: false; retryAfterSeconds: number; left?: Left }

const allowed: Allowance = { isAllowed: true }
const refused = (ms: number): Allowance => ({ isAllowed: false, retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) })

/** Keys that are remembered at most: somebody who makes up addresses must not fill the memory. */
const MAX_KEYS = 10_000

/** The rule of costly calls when nothing else is set, which the requirements name. */
export const costlyRule: LimitRule = { max: 100, windowSeconds: 900, burst: { max: 100, windowSeconds: 60 } }

/** Rates by class of what is counted in this process alone; `normal` is far above what a person does. */
export const defaultRates = {
  normal: { max: 1200, windowSeconds: 60 },
  signIn: { max: 30, windowSeconds: 60 },
} as const satisfies Record<string, Rate>

/** A token bucket per key, in this process: one key's use never slows another's. */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(
    readonly rate: Rate,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Takes one call of `key`, or `cost` of them, when there is room. */
  take(key: string, cost = 1): Allowance {
    const now = this.clock.elapsedMs()
    const perMs = this.rate.max / (this.rate.windowSeconds * 1000)
    const bucket = this.#buckets.get(key)
    const tokens = bucket ? Math.min(this.rate.max, bucket.tokens + (now - bucket.at) * perMs) : this.rate.max
    if (tokens < cost) return refused((cost - tokens) / perMs)
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: tokens - cost, at: now })
    // The least recently used key goes first: after a window of rest its bucket was full again anyway.
    if (this.#buckets.size > MAX_KEYS) this.#buckets.delete(this.#buckets.keys().next().value ?? '')
    return allowed
  }

  /** Forgets what a key used. */
  forget(key: string): void {
    this.#buckets.delete(key)
  }

  /** Keys remembered now, for the monitor. */
  get keyCount(): number {
    return this.#buckets.size
  }
}

const nameOf = (username: string): string => username.normalize('NFKC').trim().toLowerCase().slice(0, 200)

interface Failures {
  count: number
  lastAt: number
}

/** Failures that are free, the first delay, its doubling stops at `maxMs`; forgotten after `forgetMs` without a failure. */
interface Slowing {
  free: number
  firstMs: number
  maxMs: number
  forgetMs: number
}

/** The same name from the same address: whoever guesses is stopped soon. */
const pairSlowing: Slowing = { free: 4, firstMs: 1000, maxMs: 15 * 60_000, forgetMs: 60 * 60_000 }
/** The same name from anywhere: slow enough against guessing from many addresses, short enough that nobody is locked out by a stranger. */
const nameSlowing: Slowing = { free: 10, firstMs: 1000, maxMs: 30_000, forgetMs: 60 * 60_000 }
/** The same address with any name: short, because a whole clinic may come from one address. */
const addressSlowing: Slowing = { free: 30, firstMs: 500, maxMs: 5000, forgetMs: 15 * 60_000 }

/**
 * Slows down failed sign-ins per user name and address. Nobody is ever locked out: delays grow, end, and are forgotten,
 * and failures of one person never stop the rest of the clinic for more than seconds.
 */
export class SignInSlowdown {
  readonly #failures = new Map<string, Failures>()

  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(private readonly clock: Clock = systemClock) {}

  /** Runs the attempts for a name one after the other: begun all at once, each would pass before the failure of another one counts. */
  inTurn<T>(username: string, attempt: () => Promise<T>): Promise<T> {
    const name = nameOf(username)
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(attempt)
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(name) === ended) this.#turns.delete(name)
      })
    this.#turns.set(name, ended)
    return turn
  }

  /** Whether an attempt may be made now. Ask before the password is looked at, so that a refused attempt tells nothing about it. */
  check(username: string, address: string): Allowance {
    const waits = this.#keys(username, address).map(([key, slowing]) => this.#waitMs(key, slowing))
    const wait = Math.max(...waits)
    return wait > 0 ? refused(wait) : allowed
  }

  /** Notes a failed attempt. */
  failed(username: string, address: string): void {
    const now = this.clock.elapsedMs()
    for (const [key, slowing] of this.#keys(username, address)) {
      const known = this.#failures.get(key)
      const count = known && now - known.lastAt < slowing.forgetMs ? known.count + 1 : 1
      this.#failures.delete(key)
      this.#failures.set(key, { count, lastAt: now })
      if (this.#failures.size > MAX_KEYS) this.#failures.delete(this.#failures.keys().next().value ?? '')
    }
  }

  /** Forgets the failures of this name; those of the address stay, or guessing could hide behind one's own sign-ins. */
  succeeded(username: string, address: string): void {
    for (const [key] of this.#keys(username, address).slice(0, 2)) this.#failures.delete(key)
  }

  #keys(username: string, address: string): [key: string, slowing: Slowing][] {
    const name = nameOf(username)
    return [
      [`pair\0${name}\0${address}`, pairSlowing],
      [`name\0${name}`, nameSlowing],
      [`address\0${address}`, addressSlowing],
    ]
  }

  #waitMs(key: string, { free, firstMs, maxMs, forgetMs }: Slowing): number {
    const known = this.#failures.get(key)
    const now = this.clock.elapsedMs()
    if (!known || known.count < free || now - known.lastAt >= forgetMs) return 0
    return known.lastAt + Math.min(maxMs, firstMs * 2 ** Math.min(20, known.count - free)) - now
  }
}
