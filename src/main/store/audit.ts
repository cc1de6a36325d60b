import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { canonical } from '../records/canonical.js'
import type { ReadableDatabase, WritableDatabase } from './database.js'

/** One line of the access log. `act` is a procedure or command name; `detail` names fields and counts, never values. */
export interface AuditEntry {
  at: string
  userId?: string
  sessionId?: string
  act: string
  patientId?: string
  operation?: number
  detail?: Record<string, unknown>
}

interface AuditRow {
  seq: number
  at: string
  user_id: string | null
  session_id: string | null
  act: string
  patient_id: string | null
  operation: number | null
  detail: string | null
  chain: Buffer
}

const link = (previous: Uint8Array, row: readonly unknown[]): Buffer => createHash('sha256').update(previous).update(canonical(row)).digest()
const start = Buffer.alloc(32)

/** The audit table: rows are only added, each carries the hash of itself and of all before it. */
export class AuditLog {
  readonly #insert: Database.Statement
  readonly #last: Database.Statement<[], Buffer>

  constructor(db: WritableDatabase) {
    this.#insert = db.prepare('INSERT INTO audit (at, user_id, session_id, act, patient_id, operation, detail, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#last = db.prepare<[], Buffer>('SELECT chain FROM audit ORDER BY seq DESC LIMIT 1').pluck() as Database.Statement<[], Buffer>
  }

  /** Adds a row; call it inside the transaction of what it tells of. */
  add(entry: AuditEntry): void {
    const row = [
      entry.at,
      entry.userId ?? null,
      entry.sessionId ?? null,
      entry.act,
      entry.patientId ?? null,
      entry.operation ?? null,
      entry.detail ? canonical(entry.detail) : null,
    ]
    this.#insert.run(...row, link(this.#last.get() ?? start, row))
  }
}

/** Recomputes the whole chain; the number of the first row that does not fit, undefined when all do. */
export function findBrokenLink(db: ReadableDatabase): number | undefined {
  let previous: Uint8Array = start
  let expected: number | undefined
  for (const row of db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY seq').iterate()) {
    const chain = link(previous, [row.at, row.user_id, row.session_id, row.act, row.patient_id, row.operation, row.detail])
    if (!chain.equals(row.chain) || (expected !== undefined && row.seq !== expected)) return row.seq
    previous = row.chain
    expected = row.seq + 1
  }
  return undefined
}
