import type { Hub, IndexedRecord } from '../redis/hub.js'
import type { RecordCodec } from './record-codec.js'
import type { Replica } from './replica.js'
import type { Bell, Timers } from './timers.js'

/** What pushing, following and reconciling share during one session with the server. */
export interface SessionParts {
  hub: Hub
  replica: Replica
  codec: RecordCodec
  dataset: string
  workstationId: string
  /** Schema of the record kinds that this program writes; grows with additions. */
  schema: number
  /** Schema that the clinic asks of every program which exchanges its records; 0 where it asks for nothing. */
  leastSchema: () => number
  timers: Timers
  /** Random number from 0 to below 1. */
  random: () => number
  /** Random name of a history, 32 hex digits. */
  newEpoch: () => string
  /** Rung when an operation was queued. */
  queued: Bell
  known: KnownStates
  on: SessionEvents
}

/** What a session tells while it runs. */
export interface SessionEvents {
  /** Something got on: the watchdog's food. */
  moved(): void
  /** Records and operations went out, came in, or were confirmed. */
  counted(what: 'sent' | 'received' | 'confirmed' | 'refused' | 'damaged' | 'alarms', count: number): void
  /** Where the comparison with the server stands; undefined when it is over. */
  reconciling(progress: { reason: string; done: number; total: number } | undefined): void
  /** The server keeps refusing to write, with the code of the reason; undefined when it writes again. */
  blocked(code: string | undefined): void
  /** State of queue, cursor or session changed. */
  changed(): void
}

/** Why a session ended that must not be taken up again by itself, or a server that must not be written to. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded'
  readonly isPublic = true
  constructor(readonly code: 'dataset' | 'key' | 'schema') {
    super(
      {
        dataset: 'The server holds another clinic’s records under this clinic’s name. Nothing was sent. Check the address of the server.',
        key: 'The clinic has a new key that this workstation does not have. Everything is kept here; an administrator has to let it in again.',
        schema: 'The clinic asks for a newer version of the program. Everything is kept here and waits; update this workstation.',
      }[code],
    )
  }
}

type KnownState = Pick<IndexedRecord, 'digest' | 'owner'> | undefined

/** As it is kept: a buffer of eight bytes would keep the whole block of memory that it was cut from. */
type KeptState = { digest: string; owner: string | undefined } | undefined

/**
 * What the server is known to hold of records that were exchanged lately: the state to name when a new one is pushed. Only a help: a wrong entry
 * costs one refusal, in which the server gives what it holds. Kept in two halves of which the older one goes as a whole, because taking out the
 * oldest entry of a map one by one becomes slow.
 */
export class KnownStates {
  #states = new Map<string, KeptState>()
  #older: ReadonlyMap<string, KeptState> = new Map()

  constructor(private readonly limit = 20_000) {}

  get(key: string): { state: KnownState } | undefined {
    const half = this.#states.has(key) ? this.#states : this.#older
    if (!half.has(key)) return undefined
    const kept = half.get(key)
    return { state: kept && { digest: Buffer.from(kept.digest, 'latin1'), owner: kept.owner } }
  }

  set(key: string, state: KnownState): void {
    if (this.#states.size * 2 >= this.limit) {
      this.#older = this.#states
      this.#states = new Map()
    }
    this.#states.set(key, state && { digest: Buffer.from(state.digest).toString('latin1'), owner: state.owner })
  }

  clear(): void {
    this.#states.clear()
    this.#older = new Map()
  }
}

/** Stream ids compared as the server does: by milliseconds, then by number. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-')
  const [bMs = '0', bSeq = '0'] = b.split('-')
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq)
}
