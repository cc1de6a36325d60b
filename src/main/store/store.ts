import { createHash, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Entity } from '../../shared/entities/entity.js'
import { canonical } from '../records/canonical.js'
import { derivedId } from '../records/derived-id.js'
import { StampSource } from '../records/stamp.js'
import { AuditLog } from './audit.js'
import { explain, statement, type WritableDatabase } from './database.js'
import type { Stored } from './tables.js'
import { type PatientSearchIndex, Tables } from './tables.js'
import { RecordMissing, Transaction, type Written } from './transaction.js'

/** Who does something: a signed-in user, or the program itself (no user). */
export interface Doer {
  userId?: string
  sessionId?: string
}

/** What a write is, for the operation, the audit row and a repeated command. */
export interface Act {
  actor: Doer
  /** The clinic act, e.g. `patients.register`. */
  act: string
  patientId?: string
  importId?: string
  /** A command's id and a hash of its input: its answer is kept, so that a repetition returns it. */
  command?: { id: string; inputHash: string } | undefined
}

/** What one commit wrote, told after it is durable. */
export interface Commit {
  seq: number
  records: readonly { kind: string; id: string; patientId?: string }[]
}

/** One entry of the emergency journal: an operation and the cells it wrote, or the number of one whose commit failed. */
export type JournalEntry =
  | {
      type: 'operation'
      site: string
      number: number
      at: string
      userId?: string
      act: string
      importId?: string
      records: readonly Pick<Written, 'kind' | 'id' | 'cells'>[]
    }
  | { type: 'abort'; site: string; number: number }

/** Where entries are made durable beside the commit. */
export interface Journal {
  append(entry: JournalEntry): Promise<void>
}

/** Told of each failure of the journal (the record is in the database: nothing is lost, but the badge shows attention), and with undefined when it is written again. */
export type JournalWatcher = (error: unknown) => void

export interface StoreOptions {
  db: WritableDatabase
  clinicKey: Uint8Array
  journal: Journal
  search: PatientSearchIndex
  now: () => number
  onJournal: JournalWatcher
}

/**
 * The records of one clinic on this workstation. `write` is the only way to change one: record, cells, digest, operation, audit, search and
 * the answer of the command commit in one SQLite transaction; the journal is fsynced beside it; both are awaited before the promise resolves.
 */
export class Store {
  readonly db: WritableDatabase
  /** Random bits of this start: operations and stamps of a restored or cloned folder never meet earlier ones. */
  readonly site = randomBytes(8).toString('hex')
  readonly #tables: Tables
  readonly #audit: AuditLog
  readonly #stamps: StampSource
  readonly #digestKey: KeyObject
  readonly #idKey: KeyObject
  readonly #buckets = new Map<number, Buffer>()
  readonly #listeners = new Set<(commit: Commit) => void>()
  #number = 0
  #isJournalFailing = false
  #waitingReads: Parameters<AuditLog['add']>[0][] = []
  #readTimer: NodeJS.Timeout | undefined

  constructor(private readonly options: StoreOptions) {
    const { db, clinicKey, search, now } = options
    this.db = db
    this.#tables = new Tables(db, search)
    this.#audit = new AuditLog(db)
    this.#stamps = new StampSource(this.site, now)
    this.#digestKey = digestKeyOf(clinicKey)
    this.#idKey = importIdKey(clinicKey)
    for (const row of db.prepare<[], { n: number; digest: Buffer }>('SELECT n, digest FROM bucket').iterate()) this.#buckets.set(row.n, row.digest)
  }

  /** The record, or undefined when there is none or it was deleted. */
  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    return this.#tables.find(entity, id)
  }

  /** The record. @throws RecordMissing */
  get<E extends Entity>(entity: E, id: string): Stored<E> {
    const found = this.find(entity, id)
    if (!found) throw new RecordMissing(entity.kind)
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

  /**
   * Runs `change` in one transaction and resolves with its result once commit and journal are on disk. `change` is synchronous: nothing
   * of another write can come between. A throw undoes everything.
   */
  async write<T>(act: Act, change: (tx: Transaction) => T): Promise<T> {
    const { db, now } = this.options
    const at = new Date(now()).toISOString()
    const number = this.#number + 1
    let journal: Promise<void> | undefined
    let result: T
    let tx: Transaction
    let seq: number
    db.exec('BEGIN IMMEDIATE')
    try {
      seq = Number(statement<{ seq: number }>(db, "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'operation'), 0) + 1 AS seq").get()?.seq)
      tx = new Transaction(this.#tables, this.#stamps, this.#stamps.next(), this.#digestKey, (n) => this.#buckets.get(n) ?? Buffer.alloc(8), seq)
      result = change(tx)
      this.#record(act, tx, at, seq, number, result)
      if (tx.written.size > 0) {
        this.#number = number
        journal = this.options.journal.append(journalEntry(act, tx, at, this.site, number))
        journal.catch(() => undefined)
      }
      db.exec('COMMIT')
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      if (journal) await this.#journaled(this.options.journal.append({ type: 'abort', site: this.site, number }))
      throw explain(error)
    }
    for (const [n, digest] of tx.buckets) this.#buckets.set(n, digest)
    if (journal) await this.#journaled(journal)
    if (tx.written.size > 0) this.#announce(seq, tx)
    return result
  }

  /** Adds rows to the access log that no change goes with: sign-ins, opened charts, exports. Gathered and written within two seconds. */
  noteRead(entry: Omit<Parameters<AuditLog['add']>[0], 'at'>): void {
    this.#waitingReads.push({ ...entry, at: new Date(this.options.now()).toISOString() })
    if (this.#waitingReads.length >= 50) this.flushReads()
    else this.#readTimer ??= setTimeout(() => this.flushReads(), 2000).unref()
  }

  /** Writes the gathered rows of the access log now. */
  flushReads(): void {
    clearTimeout(this.#readTimer)
    this.#readTimer = undefined
    const rows = this.#waitingReads
    this.#waitingReads = []
    if (rows.length === 0) return
    this.db
      .transaction(() => {
        for (const row of rows) this.#audit.add(row)
      })
      .immediate()
  }

  /** Digest of all records: equal on workstations that hold the same. Sixteen hex digits. */
  digest(): string {
    return digestOf(this.#buckets.values())
  }

  /** Writes what is still gathered and closes the database. */
  close(): void {
    this.flushReads()
    this.db.close()
  }

  #record(act: Act, tx: Transaction, at: string, seq: number, number: number, result: unknown): void {
    const { db } = this.options
    const written = [...tx.written.values()]
    if (written.length > 0) {
      const keys = JSON.stringify(written.map((record) => `${record.kind}/${record.id}`))
      statement(db, 'INSERT INTO operation (seq, site, number, at, user_id, act, import_id, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
        seq,
        this.site,
        number,
        at,
        act.actor.userId ?? null,
        act.act,
        act.importId ?? null,
        keys,
      )
      for (const [n, digest] of tx.buckets)
        statement(db, 'INSERT INTO bucket (n, digest) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET digest = excluded.digest').run(n, digest)
      const patients = new Set(written.map((record) => record.patientId))
      const patientId = act.patientId ?? (patients.size === 1 ? written[0]?.patientId : undefined)
      const changed = Object.fromEntries(written.filter((record) => !record.isNew).map((record) => [`${record.kind}/${record.id}`, Object.keys(record.cells)]))
      const detail = { ...tx.detail, ...(Object.keys(changed).length > 0 && { changed }) }
      this.#audit.add({ at, ...act.actor, act: act.act, ...(patientId && { patientId }), operation: seq, ...(Object.keys(detail).length > 0 && { detail }) })
    }
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

  #announce(seq: number, tx: Transaction): void {
    const records = [...tx.written.values()].map(({ kind, id, patientId }) => ({ kind, id, ...(patientId && { patientId }) }))
    for (const listener of this.#listeners) listener({ seq, records })
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

/** Hash of a command's input, to tell a repetition from another command under the same id. */
export const inputHash = (input: unknown): string => createHash('sha256').update(canonical(input)).digest('base64url')
