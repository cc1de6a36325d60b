import type Database from 'better-sqlite3'
import type { Entity } from '../../shared/entities/entity.js'
import type { Json } from '../records/canonical.js'
import { type Cells, isDeleted, type PackedStamps, pack, unpack } from '../records/cell.js'
import type { WritableDatabase } from './database.js'
import { packSource, unpackSource } from './source-codec.js'

interface Row {
  rowid: number
  patient_id: string | null
  data: string
  cells: string
  source: Buffer | null
  digest: Buffer
  deleted: number
  seq: number
}

/** A record as it is held: its cells, and where it stands. */
export interface Held {
  rowid: number
  cells: Cells
  digest: Buffer
  isDeleted: boolean
}

/** Reads and writes the rows of one record kind. Knows cells and columns, no rules. */
export class RecordTable {
  readonly #select: Database.Statement<[string], Row>
  readonly #insert: Database.Statement
  readonly #update: Database.Statement

  constructor(
    db: WritableDatabase,
    readonly entity: Entity,
  ) {
    const table = entity.table
    this.#select = db.prepare(`SELECT rowid AS rowid, patient_id, data, cells, source, digest, deleted, seq FROM ${table} WHERE id = ?`)
    this.#insert = db.prepare(`INSERT INTO ${table} (id, patient_id, data, cells, source, digest, deleted, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#update = db.prepare(`UPDATE ${table} SET patient_id = ?, data = ?, cells = ?, source = ?, digest = ?, deleted = ?, seq = ? WHERE rowid = ?`)
  }

  /** The record with this id, deleted or not. */
  find(id: string): Held | undefined {
    const row = this.#select.get(id)
    if (!row) return undefined
    return { rowid: row.rowid, cells: cellsOf(row), digest: row.digest, isDeleted: row.deleted === 1 }
  }

  /** Writes a record over what was held (undefined: a new row) and returns its rowid. */
  put(id: string, cells: Cells, digest: Buffer, seq: number, held: Held | undefined): number {
    const { values, stamps } = pack(cells)
    const { source, ...data } = values
    const columns = [
      patientOf(this.entity, id, values),
      JSON.stringify(data),
      JSON.stringify(stamps),
      source ? packSource(source) : null,
      digest,
      isDeleted(cells) ? 1 : 0,
      seq,
    ]
    if (!held) return Number(this.#insert.run(id, ...columns).lastInsertRowid)
    this.#update.run(...columns, held.rowid)
    return held.rowid
  }
}

/** The cells of a stored row of any record table. */
export function cellsOf(row: { data: string; cells: string; source: Buffer | null }): Cells {
  const values = JSON.parse(row.data) as Record<string, Json>
  const stamps = JSON.parse(row.cells) as PackedStamps
  if (row.source) values.source = unpackSource(row.source) as Json
  // A source that was taken away is a cell too: its stamp and ancestors count, although its column is empty.
  else if (stamps.f?.source) values.source = null
  return unpack(values, stamps)
}

/** The patient to whose chart a record belongs, null for none. */
export function patientOf(entity: Entity, id: string, values: Readonly<Record<string, unknown>>): string | null {
  if (!entity.patient) return null
  return entity.patient === 'id' ? id : ((values[entity.patient] as string | null | undefined) ?? null)
}

/** The values of a record as features see them: fields that were cleared are absent. */
export function fieldsOf(cells: Cells): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, cell] of Object.entries(cells)) if (cell.value !== null && !name.startsWith('_')) fields[name] = cell.value
  return fields
}
