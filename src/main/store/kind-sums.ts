import { combine } from '../records/digest.js'
import { statement, type WritableDatabase } from './database.js'

const none = Buffer.alloc(8)

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

  /** Writes changes; inside the transaction that they belong to. */
  write(changes: KindSumChanges): void {
    for (const [kind, change] of changes)
      statement(this.db, 'INSERT INTO kind_sum (kind, digest) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET digest = excluded.digest').run(
        kind,
        combine(this.#sums.get(kind) ?? none, change),
      )
  }

  /** The transaction whose changes were written has committed. */
  committed(changes: KindSumChanges): void {
    if (changes.size === 0) return
    for (const [kind, change] of changes) this.#sums.set(kind, combine(this.#sums.get(kind) ?? none, change))
    this.#version++
  }

  /** Something derived from records of these kinds was made. */
  noteDerived(kinds: Iterable<string>): void {
    for (const kind of kinds) this.#derived.set(kind, (this.#derived.get(kind) ?? 0) + 1)
    this.#version++
  }
}

/** Adds the exchange of one digest for another to changes. */
export function noteExchange(changes: Map<string, Uint8Array>, kind: string, before: Uint8Array | undefined, after: Uint8Array): void {
  const change = combine(changes.get(kind) ?? none, after)
  changes.set(kind, before ? combine(change, before) : change)
}
