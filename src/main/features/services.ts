import type { Progress, SyncStatus } from '../../shared/contract/streams.js'
import type { clinic } from '../../shared/entities/staff.js'
import type { Sessions } from '../security/sessions.js'
import type { Reader } from '../store/reader.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'

/** Work that takes longer than a call: it reports how far it is, and can be asked to stop. */
export interface Task {
  readonly id: string
  readonly signal: AbortSignal
  report(done: number, total?: number, message?: string): void
}

/** Runs long work and tells the `progress` stream about it. */
export interface Tasks {
  /** Starts `work` and returns at once; its failure becomes the task's state, with the error's sentence. */
  start(task: string, work: (task: Task) => Promise<string | undefined>): string
  cancel(id: string): boolean
  list(): Progress[]
  subscribe(listener: (progress: Progress) => void): () => void
}

/** What an open clinic offers the features. Made once by the composition root. */
export interface Services {
  readonly store: Store
  /** Runs a declared read on a worker's connection; it sees every write that has been acknowledged. */
  readonly read: Reader['read']
  readonly sessions: Sessions
  readonly tasks: Tasks
  /** The clinic's own record, as it is now. */
  clinic(): Stored<typeof clinic>
  /** Milliseconds since 1970. */
  now(): number
  /** State of the connection to the clinic's server, and how to hear of changes. */
  readonly syncStatus: { current(): SyncStatus; subscribe(listener: (status: SyncStatus) => void): () => void }
  /** The clinic's folder on this workstation, and the key that seals its files. */
  readonly folder: string
  readonly clinicKey: Uint8Array
  readonly version: string
}
