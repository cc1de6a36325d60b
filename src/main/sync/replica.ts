import type { Cells } from '../records/cell.js'
import type { IndexedRecord, ListPlace, RecordName } from '../redis/hub.js'
import type { Backlog, SyncState, WaitingOperation } from '../store/replication.js'
import type { Received, ReceiveResult } from '../store/store.js'

/**
 * The workstation's database as the engine sees it: records by name, the queue, and where this workstation stands with the server. Every call that
 * changes something is one transaction, durable when it returns. The store implements it on SQLite, the simulation in memory.
 */
export interface Replica {
  /** Random name of this run; operations of earlier runs carry other ones. */
  readonly site: string
  /** Number of this run's last committed operation. */
  lastNumber(): number
  /** Queue position of the last commit of any run. */
  lastSeq(): number
  state(): SyncState
  setState(change: Partial<SyncState>): void
  /** Digest of each bucket that holds a record. */
  buckets(): ReadonlyMap<number, Uint8Array>
  /** Names and digests of the records in some buckets, as of some moment during the call. */
  index(buckets: readonly number[]): Promise<IndexedRecord[]>
  /** A record as it is now, deleted or not. */
  record(name: Pick<RecordName, 'kind' | 'id'>): ReplicaRecord | undefined
  /** Whether exactly this state is held. */
  holds(record: IndexedRecord): boolean
  /** Waiting operations after a queue position, oldest first. Dead letters are not among them. */
  waiting(after: number, limit: number): WaitingOperation[]
  /** For each run that has operations waiting after a queue position the first number that the oldest of them covers. */
  waitingSites(after: number): { site: string; from: number }[]
  /** How many operations wait, and since when the oldest does. */
  backlog(): Backlog
  /** Kept versions of a record that still wait to be sent. */
  waitingVersions(of: Pick<RecordName, 'kind' | 'id'>): Pick<RecordName, 'kind' | 'id'>[]
  /** Records that a dead letter holds back, as `kind/id`. */
  heldBack(): ReadonlySet<string>
  /** Merges what arrived, makes kept versions of what lost, confirms operations and moves the cursor: one transaction. */
  receive(received: Received): Promise<ReceiveResult>
  /** Whether somebody saved something here a moment ago: what goes on in the background then comes in small pieces. */
  isWorkedAt(): boolean
  /** Resolves when no save of a person is on its way, and soon in any case. */
  afterSaves(): Promise<void>
  /** Counts that sending an operation failed for its own sake; at `limit` it becomes a dead letter. */
  noteRefused(operation: WaitingOperation, problem: string, limit: number): 'waiting' | 'dead'
}

/** A record as it is held here. */
export interface ReplicaRecord extends IndexedRecord {
  cells: Cells
  /** Its places in the sorted sets that other programs may read. */
  lists: readonly ListPlace[]
}
