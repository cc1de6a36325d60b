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
  /** Queue position of the last operation of any run. */
  lastSeq(): number
  state(): SyncState
  setState(change: Partial<SyncState>): void
  /** Digest of each bucket that holds a record. */
  buckets(): ReadonlyMap<number, Uint8Array>
  /** Names and digests of the records in some buckets, by bucket, as of some moment during the call. */
  index(buckets: readonly number[]): Promise<Map<number, IndexedRecord[]>>
  /** A record as it is now, deleted or not. */
  record(name: Pick<RecordName, 'kind' | 'id'>): ReplicaRecord | undefined
  /** Waiting operations after a queue position, oldest first. Dead letters are not among them. */
  waiting(after: number, limit: number): WaitingOperation[]
  /** How many operations wait, and since when the oldest does. */
  backlog(): Backlog
  /** Kept versions of a record that still wait to be sent. */
  waitingVersions(of: Pick<RecordName, 'kind' | 'id'>): RecordName[]
  /** Records that a dead letter holds back. */
  heldBack(record: Pick<RecordName, 'kind' | 'id'>): boolean
  /** Merges what arrived, makes kept versions of what lost, confirms operations and moves the cursor: one transaction. */
  receive(received: Received): Promise<ReceiveResult>
  /** Notes that sending an operation failed for its own sake; from `limit` tries on it is a dead letter. */
  noteRefused(operation: WaitingOperation, problem: string, limit: number): 'waiting' | 'dead'
}

export interface ReplicaRecord extends IndexedRecord {
  cells: Cells
  lists: readonly ListPlace[]
}
