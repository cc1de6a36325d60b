import { appointment } from '../../shared/entities/appointment.js'
import { combine } from '../records/digest.js'
import { statement, type WritableDatabase } from './database.js'

const none = Buffer.alloc(8)
const dayMs = 24 * 3_600_000
const anyDay: ReadonlySet<undefined> = new Set([undefined])

/** What a transaction changes of the sums: for each kind the XOR of the digests before and after. */
export type KindSumChanges = ReadonlyMap<string, Uint8Array>

/**
 * For each record kind the sum of the digests of its records: what was computed from records of some kinds holds exactly as long as their sums are the same, on
 * every workstation and after any restart. Changed in the transaction of each write, own or received.
 */
export class KindSums {
  readonly #sums = new Map<string, Buffer>()
  /** What is derived from records of a kind, in files or threads, and was made since the start. */
  readonly #derived = new Map<string, number>()
  /** Changes of this run to appointments, by the UTC days on which they begin or began, and those whose days are not known. */
  readonly #ofDays = new Map<string, number>()
  #ofAnyDay = 0
  #version = 0

  constructor(private readonly db: WritableDatabase) {
    for (const { kind, digest } of db.prepare<[], { kind: string; digest: Buffer }>('SELECT kind, digest FROM kind_sum').iterate()) this.#sums.set(kind, digest)
  }

  /** Grows with every change since the start: while it is the same, nothing changed. */
  get version(): number {
    return this.#version
  }

  /** Sixteen hex digits, the same on all workstations that hold the same records of this kind. */
  of(kind: string): string {
    return (this.#sums.get(kind) ?? none).toString('hex')
  }

  /** As `of`, and another one also when something derived from records of this kind was made here. For what does not outlive this run. */
  here(kind: string): string {
    return `${this.of(kind)}/${this.#derived.get(kind) ?? 0}`
  }

  /** As `here` of appointments, but the same while only visits far from a calendar day change, whatever the time zone. */
  hereAround(date: string): string {
    const days = [-1, 0, 1].map((by) => new Date(Date.parse(`${date}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10))
    return [date, this.#ofAnyDay, ...days.map((day) => this.#ofDays.get(day) ?? 0)].join('/')
  }

  /** Writes changes; inside the transaction that they belong to. */
  write(changes: KindSumChanges): void {
    for (const [kind, change] of changes)
      statement(this.db, 'INSERT INTO kind_sum (kind, digest) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET digest = excluded.digest').run(
        kind,
        combine(this.#sums.get(kind) ?? none, change),
      )
  }

  /** The transaction whose changes were written has committed. `days`: those on which appointments that it changed begin or began; any when absent. */
  committed(changes: KindSumChanges, days: ReadonlySet<string | undefined> = anyDay): void {
    if (changes.size === 0) return
    if (changes.has(appointment.kind)) this.#noteDays(days)
    for (const [kind, change] of changes) this.#sums.set(kind, combine(this.#sums.get(kind) ?? none, change))
    this.#version++
  }

  /** Something derived from records of these kinds was made. */
  noteDerived(kinds: Iterable<string>): void {
    for (const kind of kinds) {
      this.#derived.set(kind, (this.#derived.get(kind) ?? 0) + 1)
      if (kind === appointment.kind) this.#noteDays(anyDay)
    }
    this.#version++
  }

  #noteDays(days: ReadonlySet<string | undefined>): void {
    for (const day of days) {
      if (day === undefined) this.#ofAnyDay++
      else this.#ofDays.set(day, (this.#ofDays.get(day) ?? 0) + 1)
    }
  }
}

/** Adds the exchange of one digest for another to changes. */
export function noteExchange(changes: Map<string, Uint8Array>, kind: string, before: Uint8Array | undefined, after: Uint8Array): void {
  const change = combine(changes.get(kind) ?? none, after)
  changes.set(kind, before ? combine(change, before) : change)
}
