import type { Clear, ClearsSince } from '../redis/redis-cache.js'
import { matches } from './paths.js'

/** Where a few texts are kept from one start to the next. */
export interface Notes {
  note(name: string): string | undefined
  setNote(name: string, value: string): void
}

/** Orders to forget that are remembered here. */
const MOST_KNOWN = 1000
/** Orders that the server has not heard of: with more, everything is forgotten. */
const MOST_PENDING = 100

/**
 * Orders to forget what matches a pattern: those that the server has numbered, and own ones that it has not heard of yet. An entry carries the number of the last
 * order that was known when its computing began; every later one that matches makes it invalid, however late it was stored. Kept across restarts.
 */
export class Clears {
  #head: number
  /** What was stored before this number cannot be judged, because orders of that time are not known any more. */
  #floor: number
  #known: Clear[] = []
  readonly #pending: Set<string>
  /** Own orders of this run, in order. */
  readonly #own: string[] = []
  #ownCount = 0

  constructor(private readonly notes: Notes | undefined) {
    this.#head = Number(notes?.note('clearHead') ?? 0)
    this.#floor = this.#head
    this.#pending = new Set(JSON.parse(notes?.note('pendingClears') ?? '[]') as string[])
  }

  /** Number of the last order that is known. */
  get head(): number {
    return this.#head
  }

  /** Orders that wait for the server. */
  pending(): readonly string[] {
    return [...this.#pending]
  }

  /** Adds an own order; it holds here at once. */
  order(pattern: string): void {
    const isTooMany = this.#pending.size >= MOST_PENDING
    if (isTooMany) this.#pending.clear()
    this.#pending.add(isTooMany ? '*' : pattern)
    this.#noteOwn(pattern)
    this.#save()
  }

  /** The server has numbered an order of this workstation. False when others lie between that are not known yet. */
  numbered(pattern: string, number: number): boolean {
    this.#pending.delete(pattern)
    const isNext = number === this.#head + 1
    if (isNext) this.#add([{ number, pattern }], number)
    this.#save()
    return isNext
  }

  /** Takes over what the server told; answers the patterns that are new here, `*` where some are not known any more. */
  learn({ head, clears, wholeFrom }: ClearsSince): readonly string[] {
    if (head <= this.#head) return []
    const isGap = wholeFrom > this.#head
    if (isGap) this.#floor = Math.max(this.#floor, wholeFrom)
    const fresh = clears.filter(({ number }) => number > this.#head)
    this.#add(fresh, head)
    const patterns = isGap ? ['*'] : fresh.map(({ pattern }) => pattern)
    for (const pattern of patterns) this.#noteOwn(pattern)
    this.#save()
    return patterns
  }

  /** Whether an order that came after the number of an entry makes it invalid. */
  isCleared(path: string, number: number): boolean {
    if (number < this.#floor) return true
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const clear = this.#known[i] as Clear
      if (clear.number <= number) break
      if (matches(clear.pattern, path)) return true
    }
    for (const pattern of this.#pending) if (matches(pattern, path)) return true
    return false
  }

  /** A place in the order of what was forgotten here; for `isClearedSince`. */
  mark(): number {
    return this.#ownCount
  }

  /** A new value was put under a path: what is being computed for it is of before. */
  supersede(path: string): void {
    this.#noteOwn(path)
  }

  /** Whether something was ordered since a mark that matches a path. */
  isClearedSince(mark: number, path: string): boolean {
    const since = this.#ownCount - mark
    if (since > this.#own.length) return true
    return since > 0 && this.#own.slice(-since).some((pattern) => matches(pattern, path))
  }

  #noteOwn(pattern: string): void {
    this.#own.push(pattern)
    this.#ownCount++
    if (this.#own.length > MOST_KNOWN) this.#own.shift()
  }

  #add(clears: readonly Clear[], head: number): void {
    this.#known.push(...clears)
    const dropped = this.#known.splice(0, Math.max(0, this.#known.length - MOST_KNOWN)).at(-1)
    if (dropped) this.#floor = Math.max(this.#floor, dropped.number)
    this.#head = head
  }

  #save(): void {
    this.notes?.setNote('clearHead', String(this.#head))
    this.notes?.setNote('pendingClears', JSON.stringify([...this.#pending]))
  }
}
