import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { type Cell, type Cells, erasedCells, isErased } from '../../src/main/records/cell.js'
import { bucketOf, combine, recordDigest } from '../../src/main/records/digest.js'
import { cellOf, keptVersionKind } from '../../src/main/records/merge.js'
import { readRecord, type Versions } from '../../src/main/records/reading.js'
import { StampSource } from '../../src/main/records/stamp.js'
import type { FeedPlace, IndexedRecord, RecordName } from '../../src/main/redis/hub.js'
import type { ErasedEntry, ErasedTable } from '../../src/main/store/erased-table.js'
import type { ParkedTable } from '../../src/main/store/parked-table.js'
import { fieldsOf, type Held, patientOf, presentFields } from '../../src/main/store/record-table.js'
import { type Backlog, keepVersionsAct, ownerOf, type SyncState, splitKey, type WaitingOperation } from '../../src/main/store/replication.js'
import type { Received, ReceiveResult } from '../../src/main/store/store.js'
import type { Tables } from '../../src/main/store/tables.js'
import { Transaction } from '../../src/main/store/transaction.js'
import type { Replica, ReplicaRecord } from '../../src/main/sync/replica.js'
import type { Entity } from '../../src/shared/entities/entity.js'
import { findEntity } from '../../src/shared/entities/index.js'

const key = (name: string): KeyObject => createSecretKey(createHash('sha256').update(name).digest())
/** Keys of the simulated clinic. */
export const digestKey = key('digest')
const idKey = key('ids')

interface Row {
  kind: string
  id: string
  owner: string | undefined
  cells: Cells
  digest: Buffer
}

interface QueuedRow extends WaitingOperation {
  state: 'waiting' | 'sent' | 'dead'
}

/** What a workstation's disk holds. Everything in it is durable: a transaction that did not end is not in it. Rows are never changed, only replaced. */
export interface Disk {
  rows: Map<string, Row>
  buckets: Map<number, Buffer>
  queue: QueuedRow[]
  seq: number
  state: SyncState
  /** The emergency journal: a file of its own, which survives a damaged database. */
  journal: { number: number; site: string; records: { kind: string; id: string; cells: Cells }[] }[]
  /** What was erased, with its owner: a list beside the backups, which survives a damaged database and an older one that takes its place. */
  erased: Map<string, string>
}

export const emptyDisk = (): Disk => ({ rows: new Map(), buckets: new Map(), queue: [], seq: 0, state: {}, journal: [], erased: new Map() })

/** A disk as it is now. */
export const copyDisk = (disk: Disk): Disk => ({
  rows: new Map(disk.rows),
  buckets: new Map(disk.buckets),
  queue: disk.queue.map((row) => ({ ...row })),
  seq: disk.seq,
  state: { ...disk.state },
  journal: [...disk.journal],
  erased: new Map(disk.erased),
})

/** Told of every change of a record on a replica, and of the state that came in. */
export interface CellWatcher {
  changed(key: string, before: Cells | undefined, after: Cells): void
  met(key: string, held: Cells, incoming: Cells): void
  /** An operation is confirmed although its entry was not read just now, nor a comparison covered it: its line in the journal may go. */
  confirmed(site: string, number: number, cursor: FeedPlace | undefined): void
}

/**
 * A replica in memory, with the product's own transaction: merging, kept versions, digests and bases are those of the store. One object is one run of
 * the program on its disk; after a crash it answers nothing any more.
 */
export class ModelReplica implements Replica {
  #number = 0
  #committed = 0
  #isGone = false
  readonly #stamps: StampSource

  constructor(
    readonly disk: Disk,
    readonly site: string,
    now: () => number,
    private readonly onQueued: () => void,
    private readonly watch: CellWatcher,
    /** Waits that the scheduler ends, for the answers that the store gives from a worker or after a disk. */
    private readonly pause: () => Promise<void> = async () => undefined,
  ) {
    this.#stamps = new StampSource(site, () => now() + (disk.state.clock?.offsetMs ?? 0))
  }

  /** Ends this run as a power cut does. */
  crash(): void {
    this.#isGone = true
  }

  /** One local transaction; returns what it wrote. A failed commit uses up its number and writes nothing. */
  write(change: (tx: Transaction) => void, { act = 'test', fails = false } = {}): Transaction['written'] {
    if (fails) {
      this.#number++
      return new Map()
    }
    return this.#transact(act, change)
  }

  #transact(act: string, change: (tx: Transaction) => void): Transaction['written'] {
    const { disk } = this
    const tx = new Transaction({
      tables: this.#tables(),
      parked: this.#parked(),
      erased: this.#erased(),
      stamps: this.#stamps,
      stamp: this.#stamps.next(),
      digestKey,
      idKey,
      bucketDigest: (n) => disk.buckets.get(n) ?? Buffer.alloc(8),
      seq: disk.seq + 1,
      limit: 1000,
    })
    const before = new Map(disk.rows)
    try {
      change(tx)
    } catch (error) {
      disk.rows = before
      throw error
    }
    for (const [n, digest] of tx.buckets) disk.buckets.set(n, digest)
    if (tx.touched.size > 0) disk.seq++
    if (tx.written.size === 0) return tx.written
    const records = [...tx.written.values()]
    const number = ++this.#number
    disk.queue.push({
      seq: disk.seq,
      site: this.site,
      from: this.#committed + 1,
      number,
      records: records.map(({ kind, id, base }) => ({ kind, id, base })),
      tries: 0,
      state: 'waiting',
      about: { at: '', act },
    })
    this.#committed = number
    disk.journal.push({ site: this.site, number, records: records.map(({ kind, id, cells }) => ({ kind, id, cells })) })
    this.onQueued()
    return tx.written
  }

  /** Brings the entries of a journal in by merging, as a recovery does, and asks for a comparison. */
  replay(journal: Disk['journal']): void {
    for (const { records } of journal) this.#transact('recovery.replay', (tx) => void records.forEach((record) => void this.#mergeOwn(tx, record)))
    this.disk.state = { ...this.disk.state, reconcile: 'recovery' }
  }

  /** Records that belong to an erased patient and are still here: the store finds them on a worker, some time after the patient was erased. */
  get leftovers(): Row[] {
    return [...this.disk.rows.values()].filter(({ owner, cells }) => owner !== undefined && !isErased(cells) && this.#isErased('patient', owner))
  }

  /** Erases some of them. */
  sweep(limit: number): void {
    const rows = this.leftovers.slice(0, limit)
    if (rows.length > 0) this.#transact('erasure.sweep', (tx) => rows.forEach((row) => void this.#erase(tx, row)))
  }

  #erase(tx: Transaction, { kind, id }: Row): void {
    const entity = findEntity(kind)
    if (entity) tx.erase(entity, id)
    else tx.eraseParked(kind, id)
  }

  /** Erases again what the list beside the backups names, after an older disk took the place of the one before. */
  applyErased(list: Disk['erased']): void {
    const missing = [...list].filter(([at]) => !isErased(this.disk.rows.get(at)?.cells ?? {}))
    if (missing.length === 0) return
    this.#transact('erasure.apply', (tx) => {
      for (const [at, owner] of missing) this.#mergeOwn(tx, { ...splitKey(at), cells: erasedCells(owner) })
    })
  }

  #isErased = (kind: string, id: string): boolean => isErased(this.disk.rows.get(`${kind}/${id}`)?.cells ?? {})

  #mergeOwn(tx: Transaction, { kind, id, cells }: { kind: string; id: string; cells: Cells }): void {
    const entity = findEntity(kind)
    this.#meet({ kind, id, cells })
    if (entity) tx.merge(entity, id, cells)
    else tx.receive({ kind, id, cells })
  }

  /** Changes a value outside of the program, under the stamp that it has; the nightly check then computes the digest anew and asks for a comparison. */
  tamper(n: number): void {
    const rows = [...this.disk.rows.values()].filter(({ kind }) => kind !== keptVersionKind)
    const row = rows[n % Math.max(1, rows.length)]
    const field = row && Object.keys(row.cells).find((name) => name === 'phone' || name === 'reason')
    const cell = row?.cells[field ?? '']
    if (!row || !field || !cell) return
    const cells = { ...row.cells, [field]: { ...cell, value: `tampered ${n}` } }
    const digest = recordDigest(digestKey, row.kind, row.id, cells)
    const bucket = bucketOf(row.id)
    this.disk.buckets.set(bucket, combine(combine(this.disk.buckets.get(bucket) ?? Buffer.alloc(8), row.digest), digest))
    this.disk.rows.set(`${row.kind}/${row.id}`, { ...row, cells, digest })
    this.setState({ reconcile: 'damaged' })
  }

  #meet({ kind, id, cells }: { kind: string; id: string; cells: Cells }): void {
    const held = this.disk.rows.get(`${kind}/${id}`)
    if (held) this.watch.met(`${kind}/${id}`, held.cells, cells)
  }

  lastNumber = (): number => this.#committed
  lastSeq = (): number => this.disk.seq
  state = (): SyncState => ({ ...this.disk.state })

  setState(change: Partial<SyncState>): void {
    this.#alive()
    this.disk.state = { ...this.disk.state, ...change }
  }

  buckets = (): ReadonlyMap<number, Uint8Array> => this.disk.buckets

  async index(buckets: readonly number[]): Promise<IndexedRecord[]> {
    const wanted = new Set(buckets)
    const found = [...this.disk.rows.values()].filter(({ id }) => wanted.has(bucketOf(id))).map(named)
    await this.pause()
    this.#alive()
    return found
  }

  record({ kind, id }: Pick<RecordName, 'kind' | 'id'>): ReplicaRecord | undefined {
    const row = this.disk.rows.get(`${kind}/${id}`)
    return row && { ...named(row), cells: row.cells, lists: [] }
  }

  holds({ kind, id, digest }: IndexedRecord): boolean {
    const row = this.disk.rows.get(`${kind}/${id}`)
    return row !== undefined && Buffer.compare(row.digest, digest) === 0
  }

  waiting(after: number, limit: number): WaitingOperation[] {
    return this.disk.queue
      .filter(({ state, seq }) => state === 'waiting' && seq > after)
      .slice(0, limit)
      .map((row) => ({ ...row, from: this.#coverFrom(row) }))
  }

  waitingSites(after: number): { site: string; from: number }[] {
    const first = new Map<string, QueuedRow>()
    for (const row of this.disk.queue) if (row.state === 'waiting' && row.seq > after && !first.has(row.site)) first.set(row.site, row)
    return [...first.values()].map((row) => ({ site: row.site, from: this.#coverFrom(row) }))
  }

  #coverFrom({ site, from }: QueuedRow): number {
    const dead = this.disk.queue.find((row) => row.site === site && row.number === from - 1 && row.state === 'dead')
    return dead ? this.#coverFrom(dead) : from
  }

  backlog(): Backlog {
    const count = (state: QueuedRow['state']) => this.disk.queue.filter((row) => row.state === state).length
    return { waiting: count('waiting'), dead: count('dead'), oldestAt: undefined }
  }

  waitingVersions({ kind, id }: Pick<RecordName, 'kind' | 'id'>): Pick<RecordName, 'kind' | 'id'>[] {
    return this.disk.queue
      .filter((row) => row.state === 'waiting' && row.about.act === keepVersionsAct)
      .flatMap((row) => row.records)
      .filter((version) => {
        const row = this.disk.rows.get(`${version.kind}/${version.id}`)
        const kept = row && cellOf(row.cells)
        return kept?.kind === kind && kept.id === id
      })
  }

  heldBack(): ReadonlySet<string> {
    return new Set(this.disk.queue.filter(({ state }) => state === 'dead').flatMap(({ records }) => records.map(({ kind, id }) => `${kind}/${id}`)))
  }

  async receive({ records, confirm = [], confirmUpTo, state }: Received): Promise<ReceiveResult> {
    this.#alive()
    const result: ReceiveResult = { changed: 0, confirmed: 0, versions: 0, alarms: 0 }
    const written = this.#transact(keepVersionsAct, (tx) => {
      for (const record of records) {
        this.#meet(record)
        const { isChanged, alarms } = tx.receive(record)
        if (isChanged) result.changed++
        result.alarms += alarms.length
      }
      const isHeldBack = ({ records: of }: QueuedRow) => of.some(({ kind, id }) => this.heldBack().has(`${kind}/${id}`))
      const { cursor, pending } = this.disk.state
      const isRead = (row: QueuedRow) => confirm.some(({ site, from, to }) => row.site === site && row.number >= from && row.number <= to)
      // By the end of a round, or of one that was waited for.
      const isCompared = (row: QueuedRow) => state?.cursor !== undefined || row.seq <= (pending?.seq ?? 0)
      for (const row of this.disk.queue) {
        if (row.state !== 'waiting' || isHeldBack(row) || !(isRead(row) || row.seq <= (confirmUpTo ?? 0))) continue
        row.state = 'sent'
        result.confirmed++
        if (!isRead(row) && !isCompared(row)) this.watch.confirmed(row.site, row.number, cursor)
      }
      if (state) this.disk.state = { ...this.disk.state, ...state }
    })
    result.versions = written.size
    this.#clean()
    await this.pause()
    this.#alive()
    return result
  }

  /** Confirmed rows go, and the journal when nothing waits. */
  #clean(): void {
    this.disk.queue = this.disk.queue.filter(({ state }) => state !== 'sent')
    if (this.disk.queue.length === 0) this.disk.journal = []
  }

  isWorkedAt = (): boolean => false
  afterSaves = (): Promise<void> => Promise.resolve()

  noteRefused(operation: WaitingOperation, _problem: string, limit: number): 'waiting' | 'dead' {
    this.#alive()
    const row = this.disk.queue.find(({ seq }) => seq === operation.seq)
    if (!row) return 'waiting'
    row.tries++
    if (row.tries >= limit) row.state = 'dead'
    return row.state === 'dead' ? 'dead' : 'waiting'
  }

  /** Takes the dead letters up again. */
  retry(): void {
    for (const row of this.disk.queue) if (row.state === 'dead') Object.assign(row, { state: 'waiting', tries: 0 })
    this.disk.state = { ...this.disk.state, reconcile: 'retry' }
  }

  #alive(): void {
    if (this.#isGone) throw new Error('This run of the program has ended.')
  }

  #put(row: Row): void {
    const at = `${row.kind}/${row.id}`
    this.watch.changed(at, this.disk.rows.get(at)?.cells, row.cells)
    this.disk.rows.set(at, row)
  }

  /** Losing cells kept of a record, as the store finds them by its index. */
  #versionsOf(kind: string, id: string): Versions {
    const versions: Record<string, Cell[]> = {}
    for (const row of this.disk.rows.values()) {
      const version = row.kind === keptVersionKind ? cellOf(row.cells) : undefined
      if (version?.kind === kind && version.id === id) versions[version.field] = [...(versions[version.field] ?? []), version.cell]
    }
    return versions
  }

  #tables(): Tables {
    const held = (entity: Entity, id: string): Held | undefined => {
      const row = this.disk.rows.get(`${entity.kind}/${id}`)
      if (!row) return undefined
      const versions = entity.kind === keptVersionKind ? {} : this.#versionsOf(entity.kind, id)
      const { fields, isDeleted } = readRecord(row.cells, versions, entity)
      return { rowid: 0, seq: 0, cells: row.cells, digest: row.digest, fields, isDeleted, versions }
    }
    const tables = {
      held,
      of: (entity: Entity) => ({ find: (id: string) => held(entity, id) }),
      find: (entity: Entity, id: string) => {
        const found = held(entity, id)
        return found && !found.isDeleted ? { id, ...presentFields(found.fields) } : undefined
      },
      put: (entity: Entity, id: string, cells: Cells, digest: Buffer) => {
        const owner = patientOf(entity, id, fieldsOf(cells))
        this.#put({ kind: entity.kind, id, cells, digest, owner: owner ?? undefined })
        return owner
      },
      // Nothing is kept that would have to be read again.
      reread: () => undefined,
      noteArrived: () => undefined,
    }
    return tables as unknown as Tables
  }

  #erased(): ErasedTable {
    const has = this.#isErased
    const erased = {
      has,
      isErasedPatient: (id: string) => has('patient', id),
      versionsOf: (kind: string, id: string) =>
        [...this.disk.rows.values()].flatMap((row) => {
          const version = row.kind === keptVersionKind ? cellOf(row.cells) : undefined
          return version?.kind === kind && version.id === id ? [row.id] : []
        }),
      note: ({ kind, id, owner }: ErasedEntry) => void this.disk.erased.set(`${kind}/${id}`, owner),
    }
    return erased as unknown as ErasedTable
  }

  #parked(): ParkedTable {
    const parked = {
      find: (kind: string, id: string) => this.disk.rows.get(`${kind}/${id}`),
      put: (row: Row) => this.#put(row),
    }
    return parked as unknown as ParkedTable
  }
}

const named = ({ kind, id, owner, digest }: Row): IndexedRecord => ({ kind, id, ...ownerOf(owner, id), digest })

/** Whether a key names a kept version. */
export const isVersion = (at: string): boolean => splitKey(at).kind === keptVersionKind
