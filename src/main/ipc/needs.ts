import type { Freshness } from '../../shared/contract/freshness.js'
import type { CallStage } from '../../shared/contract/monitor-blocks.js'
import type { ProcedureMeta } from '../../shared/contract/procedure.js'
import type { CachedCall } from '../cache/answers.js'
import type { Actor, SessionCarrier } from '../features/handler.js'
import type { FinishedCall } from '../lib/call-statistics.js'
import type { Allowance, Left } from '../lib/limits.js'

// Hosts know of features only what these types say.
export type { Actor, SessionCarrier } from '../features/handler.js'

/** One caller as a transport knows it. Shared by all calls of a WebSocket or port, made anew for each HTTP request. */
export interface Connection {
  carrier: SessionCarrier
  /** Network address, `port` for a window of this process. */
  address: string
  isOnThisComputer: boolean
  /** The `Idempotency-Key` header, for clients that give a command its id there. */
  idempotencyKey?: string
  /** Told before a refusal for too many requests, for transports that say so in a header. */
  onRetryAfter?: (seconds: number) => void
  /** Told what is left of a limit after a call, for transports that say so in a header. */
  onLeft?: (left: Left) => void
}

/** Finds who is behind a token. `watch` asks without counting as activity, so that an open stream never keeps a session alive. */
export interface Sessions {
  resolve(token: string, now: number, purpose?: 'call' | 'watch'): Resolved | Promise<Resolved>
}
export type Resolved = Actor | 'locked' | undefined

/** Counts calls, and says what is left where that is worth knowing. */
export interface Limits {
  take(limit: Exclude<ProcedureMeta['limit'], 'none'>, who: { userId?: string; address: string; procedure: string }): Allowance | Promise<Allowance>
}

/** The access log's rows for reads; changes are written by the store in their own transaction. */
export interface ReadAudit {
  read(entry: { actor: Actor; procedure: string; patientId: string }): void | Promise<void>
}

/** A command that was carried out, with its first answer. */
export interface KeptCommand {
  id: string
  procedure: string
  userId: string
  inputHash: string
  answer: unknown
}

/** Commands already carried out. `keep` is called after each one and changes nothing when the store has kept it in the write itself. */
export interface Commands {
  find(id: string): KeptCommand | undefined | Promise<KeptCommand | undefined>
  keep(command: KeptCommand): void | Promise<void>
}

/** Keeps the answers of procedures with a cache category; whoever is given one has been admitted before. Undefined where nothing is kept now. */
export interface Answers {
  answer(call: CachedCall, carryOut: () => Promise<unknown>): Promise<{ answer: unknown; freshness: Freshness }> | undefined
}

/** Facts of a failed call that may stand in the log: names and codes, never values. */
export interface FailureFacts {
  procedure: string
  /** Class of the error, e.g. `SqliteError`. */
  error?: string
  /** Code of the error, e.g. `SQLITE_FULL`, or the code of the refusal. */
  code?: string
  fields?: readonly { path: string; code: string }[]
  /** Function names and places, innermost first. */
  frames?: readonly string[]
}

/** Where failures are written down; `ref` is what the caller was told. */
export interface CallLog {
  /** `thrown` is the error itself, for a log that takes class and places out of it and leaves its message behind. */
  error(ref: string, facts: FailureFacts, thrown: unknown): void
  refused(ref: string, facts: FailureFacts): void
}

/** A known failure of a layer below, as the caller is to see it. */
export interface KnownFailure {
  code: 'NOT_FOUND' | 'GONE' | 'INVALID' | 'UNAVAILABLE'
  fields?: readonly { path: string; code: string }[]
}

/** Everything that the router needs of the workstation. */
export interface IpcNeeds {
  sessions: Sessions
  limits: Limits
  audit: ReadAudit
  commands: Commands
  log: CallLog
  /** Without it every answer is made anew. */
  answers?: Answers
  /** Told how each call went: names and times, never values. */
  calls?: { note(call: FinishedCall<CallStage>): void }
  /** Milliseconds since 1970. */
  now: () => number
  /** Recognises errors of the layers below that are not the program's fault: a missing record, a full disk. */
  knownFailure?: (error: unknown) => KnownFailure | undefined
}
