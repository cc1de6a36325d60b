import { findEntity } from '../../shared/entities/index.js'
import { keptVersion } from '../../shared/entities/kept-version.js'
import { type Cells, isDeleted, isErased } from '../records/cell.js'
import type { IndexedRecord, ListPlace, RecordName } from '../redis/hub.js'
import type { Reader } from '../store/reader.js'
import { fieldsOf } from '../store/record-table.js'
import { type Backlog, ownerOf, recordIndex, type SyncState, type WaitingOperation } from '../store/replication.js'
import type { Received, ReceiveResult, Store } from '../store/store.js'
import type { Replica, ReplicaRecord } from './replica.js'

/** The replica on the workstation's own database. `read` runs the comparison of many records in a worker. */
export class StoreReplica implements Replica {
  constructor(
    private readonly store: Store,
    private readonly read: Reader['read'],
  ) {}

  get site(): string {
    return this.store.site
  }

  lastNumber = (): number => this.store.lastNumber
  lastSeq = (): number => this.store.replication.lastSeq()
  state = (): SyncState => this.store.replication.state()
  setState(change: Partial<SyncState>): void {
    this.store.replication.setState(change)
    if (change.clock) this.store.setClockOffset(change.clock.offsetMs)
  }
  buckets = (): ReadonlyMap<number, Uint8Array> => this.store.bucketDigests()
  async index(buckets: readonly number[]): Promise<IndexedRecord[]> {
    const rows = await this.read(recordIndex, { buckets: [...buckets] })
    return rows.map((row) => ({ ...row, digest: Buffer.from(row.digest, 'hex') }))
  }
  waiting = (after: number, limit: number): WaitingOperation[] => this.store.replication.waiting(after, limit)
  waitingSites = (after: number): { site: string; from: number }[] => this.store.replication.waitingSites(after)
  backlog = (): Backlog => this.store.replication.backlog()
  heldBack = (): ReadonlySet<string> => this.store.replication.heldBack()
  receive = (received: Received): Promise<ReceiveResult> => this.store.receive(received)
  isWorkedAt = (): boolean => this.store.saves.areRecent()
  afterSaves = (): Promise<void> => this.store.saves.settled()

  record({ kind, id }: Pick<RecordName, 'kind' | 'id'>): ReplicaRecord | undefined {
    const held = this.store.held(kind, id)
    if (!held) return undefined
    const name = { kind, id, ...ownerOf(held.owner, id) }
    return { ...name, digest: held.digest, cells: held.cells, lists: listPlaces(name, held.cells) }
  }

  holds({ kind, id, digest }: IndexedRecord): boolean {
    const held = this.store.digestOf(kind, id)
    return held !== undefined && Buffer.compare(held, digest) === 0
  }

  waitingVersions = ({ kind, id }: Pick<RecordName, 'kind' | 'id'>): Pick<RecordName, 'kind' | 'id'>[] =>
    this.store.replication.waitingVersions(kind, id).map((version) => ({ kind: keptVersion.kind, id: version }))

  noteRefused = (operation: WaitingOperation, problem: string, limit: number): 'waiting' | 'dead' =>
    this.store.replication.noteRefused(operation.seq, problem, limit)
}

/** Where a record stands in the sorted sets that the requirements name; a deleted one is taken out of them. */
export function listPlaces({ kind, owner }: Pick<RecordName, 'kind' | 'owner'>, cells: Cells): ListPlace[] {
  const listed = findEntity(kind)?.listed
  if (!listed || !owner) return []
  const fields = fieldsOf(cells)
  const at = Date.parse(listed.at(fields) ?? '')
  const score = isDeleted(cells) ? undefined : Number.isNaN(at) ? 0 : at
  const sub = listed.sub?.(fields)
  const place = { list: kind, owner, score }
  // What it was before is not known any more: it leaves every further set.
  if (isErased(cells)) return [place, ...(listed.subs ?? []).map((each) => ({ ...place, sub: each }))]
  return [place, ...(sub === undefined ? [] : [{ ...place, sub }])]
}
