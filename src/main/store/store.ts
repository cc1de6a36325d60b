import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Entity } from '../../shared/entities/entity.js'
import { entities, findEntity } from '../../shared/entities/index.js'
import { canonical } from '../records/canonical.js'
import { type Cells, erasedCells } from '../records/cell.js'
import { derivedId } from '../records/derived-id.js'
import { StampSource } from '../records/stamp.js'
import type { Act, Commit, Journal, JournalEntry, JournalWatcher } from './act.js'
import { type AuditEntry, AuditLog } from './audit.js'
import { explain, statement, type WritableDatabase } from './database.js'
import { checkDigests, type DigestCheck } from './digest-check.js'
import { type ErasedKey, ErasedTable } from './erased-table.js'
import { KindSums, noteExchange } from './kind-sums.js'
import { ParkedTable } from './parked-table.js'
import { rereadAfterUpdate } from './reading-rules.js'
import { RecordErased, RecordMissing } from './record-check.js'
import { patientOf } from './record-table.js'
import { keepVersionsAct, type ReceivedOperation, Replication, type SyncState } from './replication.js'
import { Saves } from './saves.js'
import { type PatientSearchIndex, type Stored, Tables } from './tables.js'
import { type Incoming, recordLimit, Transaction } from './transaction.js'
import { WaitingReads } from './waiting-reads.js'

export type { Act, Commit, Doer, Journal, JournalEntry, JournalWatcher } from './act.js'

export interface StoreOptions {
  db: WritableDatabase
  clinicKey: Uint8Array
  journal: Journal
  search: PatientSearchIndex
  now: () => number
  onJournal: JournalWatcher
  /** Told of errors that undo nothing: a listener that threw, rows of the access log that have to wait because the database cannot be written. */
  onTrouble?: (error: unknown) => void
}

/** What arrived from the server. */
export interface Received {
  records: readonly Incoming[]
  /** Operations of others that the records came with, for the access log. */
  operations?: readonly ReceivedOperation[]
  /** Operations of this workstation's runs that the cursor passes: confirmed, unless a dead letter holds a record of theirs back. */
  confirm?: readonly { site: string; from: number; to: number }[]
  /** Confirms every waiting operation up to this queue position in the same way. */
  confirmUpTo?: number
  state?: Partial<SyncState>
}

export interface ReceiveResult {
  /** How many records changed. */
  changed: number
  /** How many operations were confirmed. */
  confirmed: number
  /** How many kept versions were made. */
  versions: number
  /** Fields whose stamp named two different cells: bytes were damaged somewhere. */
  alarms: number
}

/** Most kept versions that one transaction of received records may make. */
const receiveLimit = 2000

/**
 * The records of one clinic on this workstation. `write` is the only way to change one: record, cells, digest, operation, audit, search and
 * the answer of the command commit in one SQLite transaction; the journal is fsynced beside it; both are awaited before the promise resolves.
 */
export class Store {
  readonly db: WritableDatabase
  /** Random bits of this start: operations and stamps of a restored or cloned folder never meet earlier ones. */
  readonly site = randomBytes(8).toString('hex')
  /** The queue, and where this workstation stands with the server. */
  readonly replication: Replication
  /** What was erased on lawful request. */
  readonly erased: ErasedTable
  /** Tells whether what was computed from records still holds. */
  readonly kindSums: KindSums
  /** What people save just now; work in the background lets it go first. */
  readonly saves = new Saves()
  readonly #tables: Tables
  readonly #parked: ParkedTable
  readonly #audit: AuditLog
  readonly #reads: WaitingReads
  readonly #stamps: StampSource
  readonly #digestKey: KeyObject
  readonly #idKey: KeyObject
  readonly #buckets = new Map<number, Buffer>()
  readonly #listeners = new Set<(commit: Commit) => void>()
  readonly #beforeClose = new Set<() => void>()
  /** Operations whose commit failed and whose cancelling could not be written yet. */
  readonly #uncancelled = new Set<number>()
  #added = 0
  #number = 0
  /** Number of the last operation whose commit succeeded: the next one covers what failed between. */
  #committed = 0
  /** What has to be added to this computer's clock, in milliseconds, by the server's. */
  #clockOffsetMs: number
  #isJournalFailing = false

  constructor(private readonly options: StoreOptions) {
    const { db, clinicKey, search } = options
    this.db = db
    this.#tables = new Tables(db, search)
    this.#audit = new AuditLog(db)
    this.#reads = new WaitingReads(db, this.#audit, (error) => options.onTrouble?.(error))
    this.replication = new Replication(db)
    this.kindSums = new KindSums(db)
    this.#parked = new ParkedTable(db)
    this.erased = new ErasedTable(db)
    this.#clockOffsetMs = this.replication.state().clock?.offsetMs ?? 0
    this.#stamps = new StampSource(this.site, () => this.now())
    this.#digestKey = digestKeyOf(clinicKey)
    this.#idKey = importIdKey(clinicKey)
    for (const row of db.prepare<[], { n: number; digest: Buffer }>('SELECT n, digest FROM bucket').iterate()) this.#buckets.set(row.n, row.digest)
    this.#adoptParked()
    rereadAfterUpdate(db, this.#tables)
    this.#settleTimeline()
  }

  /** The record, or undefined when there is none or it was deleted. */
  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    return this.#tables.find(entity, id)
  }

  /** The record. @throws RecordMissing */
  get<E extends Entity>(entity: E, id: string): Stored<E> {
    const found = this.find(entity, id)
    if (!found) throw this.erased.has(entity.kind, id) ? new RecordErased(entity.kind) : new RecordMissing(entity.kind)
    return found
  }

  /** Whether a record with this id was ever here, deleted or not. */
  isKnown(entity: Entity, id: string): boolean {
    return this.#tables.of(entity).find(id) !== undefined
  }

  /** Id of a record that comes from elsewhere: the same source gives the same id on every workstation of the clinic. */
  importedId(system: string, id: string): string {
    return derivedId(this.#idKey, system, id)
  }

  /** Called after every durable commit; returns how to stop. */
  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells those who follow commits that something derived from these records is there now, as if they had changed. */
  announceDerived(records: Commit['records']): void {
    this.kindSums.noteDerived(new Set(records.map(({ kind }) => kind)))
    this.#tell({ seq: this.replication.lastSeq(), records })
  }

  /** Called before the database closes, while rows can still be added to the access log. */
  beforeClose(finish: () => void): void {
    this.#beforeClose.add(finish)
  }

  /**
   * Runs `change` in one transaction and resolves with its result once commit and journal are on disk. `change` is synchronous: nothing
   * of another write can come between. A throw undoes everything.
   */
  write<T>(act: Act, change: (tx: Transaction) => T): Promise<T> {
    const at = new Date(this.options.now()).toISOString()
    return this.saves.during(this.#transact(act, at, recordLimit, change))
  }

  /**
   * Merges what another workstation sent, confirms operations and moves the cursor, in one transaction. What lost becomes kept versions, which are
   * an operation of this workstation; nothing else of it is.
   */
  async receive({ records, operations = [], confirm = [], confirmUpTo, state }: Received): Promise<ReceiveResult> {
    const result: ReceiveResult = { changed: 0, confirmed: 0, versions: 0, alarms: 0 }
    const at = new Date(this.options.now()).toISOString()
    await this.#transact({ actor: {}, act: keepVersionsAct }, at, receiveLimit, (tx) => {
      for (const record of records) {
        const { isChanged, alarms } = tx.receive(record)
        if (isChanged) result.changed++
        result.alarms += alarms.length
      }
      result.versions = tx.written.size
      for (const operation of operations) this.#noteReceived(operation)
      for (const range of confirm) result.confirmed += this.replication.confirm(range)
      if (confirmUpTo !== undefined) result.confirmed += this.replication.confirmUpTo(confirmUpTo)
      if (state) this.replication.setState(state)
    })
    this.#settleTimeline()
    return result
  }

  /** Once a first fill is through, the timeline is in its place. */
  #settleTimeline(): void {
    if (this.replication.state().reconcile !== 'join') this.#tables.endGathering()
  }

  /**
   * Erases records by their keys, also such as are not known here: then their marks are kept, so that they are not taken in later. Those that are
   * erased already are passed over.
   */
  async erase(act: Act, keys: readonly ErasedKey[]): Promise<void> {
    const at = new Date(this.options.now()).toISOString()
    await this.#transact(act, at, receiveLimit, (tx) => {
      for (const { kind, id, owner } of keys) {
        const entity = findEntity(kind)
        if (entity) tx.merge(entity, id, erasedCells(owner))
        else tx.eraseParked(kind, id)
      }
    })
  }

  #noteReceived({ site, number, workstationId, about }: ReceivedOperation): void {
    this.replication.noteSite(site, workstationId)
    if (!this.replication.noteTold(site, number)) return
    const { at, userId, act, patientId, importId, changed } = about
    this.#audit.add({
      at,
      ...(userId && { userId }),
      act,
      ...(patientId && { patientId }),
      detail: { from: { workstationId, site, number }, ...(importId && { importId }), ...(changed && { changed }) },
    })
  }

  /** Digest of a record's state, deleted or not; undefined when there is none. */
  digestOf(kind: string, id: string): Buffer | undefined {
    const table = findEntity(kind)?.table
    const sql = table ? `SELECT digest FROM ${table} WHERE id = ?` : 'SELECT digest FROM parked WHERE kind = ? AND id = ?'
    return statement<{ digest: Buffer }>(this.db, sql).get(...(table ? [id] : [kind, id]))?.digest
  }

  /** A record as it is held, deleted or not, of any kind. */
  held(kind: string, id: string): { cells: Cells; digest: Buffer; owner: string | undefined } | undefined {
    const entity = findEntity(kind)
    if (!entity) return this.#parked.find(kind, id)
    const held = this.#tables.of(entity).find(id)
    return held && { cells: held.cells, digest: held.digest, owner: patientOf(entity, id, held.fields) ?? undefined }
  }

  /** Computes the digests of some rows anew; see `checkDigests`. */
  checkDigests(entity: Entity, after: number, limit: number): DigestCheck {
    const buckets = { get: (n: number) => this.#buckets.get(n) ?? Buffer.alloc(8), note: (n: number, digest: Buffer) => void this.#buckets.set(n, digest) }
    return checkDigests(this.db, this.#digestKey, entity, after, limit, buckets, this.kindSums)
  }

  /** How many records wait for an update of this program. */
  parkedCount(): number {
    return this.#parked.count()
  }

  /** Digest of each bucket that ever held a record. */
  bucketDigests(): ReadonlyMap<number, Buffer> {
    return this.#buckets
  }

  /** Records of the clinic that were made or arrived since the start: what a count of all has to be raised by. */
  get added(): number {
    return this.#added
  }

  /** Number of this run's last committed operation. */
  get lastNumber(): number {
    return this.#committed
  }

  /** Milliseconds since 1970 by the server's clock as far as it is known, else by this computer's: what workstations compare with each other. */
  now(): number {
    return this.options.now() + this.#clockOffsetMs
  }

  /** Sets the difference between the server's clock and this computer's; stamps go by their sum. */
  setClockOffset(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs
  }

  async #transact<T>(act: Act, at: string, limit: number, change: (tx: Transaction) => T): Promise<T> {
    const { db } = this.options
    const number = this.#number + 1
    let journal: Promise<void> | undefined
    let result: T
    let tx: Transaction
    let seq: number
    db.exec('BEGIN IMMEDIATE')
    try {
      seq = this.replication.lastSeq() + 1
      tx = new Transaction({
        tables: this.#tables,
        parked: this.#parked,
        erased: this.erased,
        stamps: this.#stamps,
        stamp: this.#stamps.next(),
        digestKey: this.#digestKey,
        idKey: this.#idKey,
        bucketDigest: (n) => this.#buckets.get(n) ?? Buffer.alloc(8),
        seq,
        limit,
      })
      result = change(tx)
      // A full disk makes SQLite roll back by itself: what a caught error let go on would be written piece by piece.
      if (!db.inTransaction) throw new Error('The transaction ended before its change did.')
      this.#record(act, tx, at, seq, number, result)
      this.kindSums.write(tx.kindSums)
      if (tx.written.size > 0) {
        this.#number = number
        journal = this.options.journal.append(journalEntry(act, tx, at, this.site, number))
        journal.catch(() => undefined)
      }
      db.exec('COMMIT')
    } catch (error) {
      this.#rollBack()
      this.replication.ended(false)
      this.erased.forget()
      if (journal) {
        this.#uncancelled.add(number)
        await this.#cancel()
      }
      throw explain(error)
    }
    this.replication.ended(true)
    this.kindSums.committed(tx.kindSums, tx.days)
    this.#added += tx.added
    if (tx.written.size > 0) this.#committed = number
    for (const [n, digest] of tx.buckets) this.#buckets.set(n, digest)
    if (journal) await this.#journaled(journal)
    if (this.#uncancelled.size > 0) void this.#cancel()
    if (tx.touched.size > 0) this.#tell({ seq, records: [...tx.touched.values()] })
    return result
  }

  /** Moves records that were parked by an older version of this program into the tables that this one has for them. */
  #adoptParked(): void {
    if (this.#parked.count() === 0) return
    const kindSums = new Map<string, Uint8Array>()
    this.db
      .transaction(() => {
        const seq = this.replication.lastSeq()
        for (const entity of entities)
          for (const { id, cells, digest } of this.#parked.take(entity.kind)) {
            this.#tables.put(entity, id, cells, digest, seq, undefined)
            noteExchange(kindSums, entity.kind, undefined, digest)
          }
        this.kindSums.write(kindSums)
      })
      .immediate()
    this.kindSums.committed(kindSums)
  }

  /** Adds a row to the access log that no change goes with: sign-ins, opened charts, exports. Gathered and written within two seconds. */
  noteRead(entry: Omit<AuditEntry, 'at'>): void {
    this.#reads.add({ ...entry, at: new Date(this.options.now()).toISOString() })
  }

  /** Writes the gathered rows of the access log now. */
  flushReads(): void {
    this.#reads.flush()
  }

  /** Digest of all records: equal on workstations that hold the same. Sixteen hex digits. */
  digest(): string {
    return digestOf(this.#buckets.values())
  }

  /** Writes what is still gathered and closes the database. */
  close(): void {
    for (const finish of this.#beforeClose) finish()
    this.#reads.close()
    this.db.close()
  }

  /** Undoes the open transaction. When even that fails the error that led here is the one to tell. */
  #rollBack(): void {
    const { db } = this.options
    try {
      if (db.inTransaction) db.exec('ROLLBACK')
    } catch (error) {
      this.options.onTrouble?.(error)
    }
  }

  /** Writes to the journal that operations do not count because their commit failed; those that cannot be written now are tried again with the next write. */
  async #cancel(): Promise<void> {
    for (const number of this.#uncancelled) {
      this.#uncancelled.delete(number)
      const written = this.options.journal.append({ type: 'abort', site: this.site, number })
      await this.#journaled(written)
      await written.catch(() => this.#uncancelled.add(number))
      if (this.#uncancelled.has(number)) return
    }
  }

  #record(act: Act, tx: Transaction, at: string, seq: number, number: number, result: unknown): void {
    const { db } = this.options
    const written = [...tx.written.values()]
    if (written.length > 0) {
      const patients = new Set(written.map((record) => record.patientId))
      const patientId = act.patientId ?? (patients.size === 1 ? written[0]?.patientId : undefined)
      const changed = Object.fromEntries(written.filter((record) => !record.isNew).map((record) => [`${record.kind}/${record.id}`, Object.keys(record.cells)]))
      const hasChanged = Object.keys(changed).length > 0
      statement(
        db,
        'INSERT INTO operation (seq, site, number, after, at, user_id, act, import_id, patient_id, records, bases, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ).run(
        seq,
        this.site,
        number,
        this.#committed,
        at,
        act.actor.userId ?? null,
        act.act,
        act.importId ?? null,
        patientId ?? null,
        JSON.stringify(written.map((record) => `${record.kind}/${record.id}`)),
        JSON.stringify(written.map(({ base }) => Buffer.from(base).toString('hex'))),
        hasChanged ? canonical(changed) : null,
      )
      this.replication.noteQueued()
      const detail = { ...tx.detail, ...(hasChanged && { changed }) }
      this.#audit.add({ at, ...act.actor, act: act.act, ...(patientId && { patientId }), operation: seq, ...(Object.keys(detail).length > 0 && { detail }) })
    } else if (tx.touched.size > 0) {
      // Commits are numbered without gaps, also those that are no operation of this workstation.
      statement(
        db,
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'operation', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'operation')",
      ).run()
      statement(db, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'operation'").run(seq)
    }
    for (const [n, digest] of tx.buckets)
      statement(db, 'INSERT INTO bucket (n, digest) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET digest = excluded.digest').run(n, digest)
    if (act.command) {
      statement(db, 'INSERT INTO command (id, at, procedure, user_id, input_hash, answer) VALUES (?, ?, ?, ?, ?, ?)').run(
        act.command.id,
        at,
        act.act,
        act.actor.userId ?? null,
        act.command.inputHash,
        JSON.stringify(result ?? null),
      )
    }
  }

  /** Waits for the journal; its failure is told, not thrown, because the commit stands. */
  async #journaled(written: Promise<void>): Promise<void> {
    try {
      await written
      if (this.#isJournalFailing) this.options.onJournal(undefined)
      this.#isJournalFailing = false
    } catch (error) {
      this.#isJournalFailing = true
      this.options.onJournal(error)
    }
  }

  #tell(commit: Commit): void {
    for (const listener of this.#listeners) {
      // The commit stands: a listener that fails must neither make it look refused nor keep it from the others.
      try {
        listener(commit)
      } catch (error) {
        this.options.onTrouble?.(error)
      }
    }
  }
}

/** The digest of a dataset from the digests of its buckets. */
export function digestOf(buckets: Iterable<Uint8Array>): string {
  const sum = Buffer.alloc(8)
  for (const digest of buckets) for (let i = 0; i < 8; i++) sum[i] = (sum[i] ?? 0) ^ (digest[i] ?? 0)
  return sum.toString('hex')
}

function journalEntry(act: Act, tx: Transaction, at: string, site: string, number: number): JournalEntry {
  const records = [...tx.written.values()].map(({ kind, id, cells }) => ({ kind, id, cells }))
  return {
    type: 'operation',
    site,
    number,
    at,
    ...(act.actor.userId && { userId: act.actor.userId }),
    act: act.act,
    ...(act.importId && { importId: act.importId }),
    records,
  }
}

// A key object, because making one from bytes at every digest costs more than the digest.
const subkey = (key: Uint8Array, purpose: string): KeyObject =>
  createSecretKey(new Uint8Array(hkdfSync('sha256', key, Buffer.alloc(0), `medinsight ${purpose}`, 32)))

/** The key of `importedId`, for the worker that reads an import. */
export const importIdKey = (clinicKey: Uint8Array): KeyObject => subkey(clinicKey, 'derived id')

/** The key of record digests, for checking them. */
export const digestKeyOf = (clinicKey: Uint8Array): KeyObject => subkey(clinicKey, 'digest')
