import type Database from 'better-sqlite3'
import type { Entity } from '../../shared/entities/entity.js'
import type { Json } from '../records/canonical.js'
import { type Cells, erasedMark, type PackedStamps, pack, unpack } from '../records/cell.js'
import type { RecordReading, Versions } from '../records/reading.js'
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

/** A record as it is held: its cells, where it stands, and how it is read. */
export interface Held {
  rowid: number
  cells: Cells
  digest: Buffer
  seq: number
  /** Values as they are read; a cleared field is null. */
  fields: Record<string, Json>
  isDeleted: boolean
  /** Losing cells that are kept of it; undefined when nobody has looked. */
  versions?: Versions
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
    const { fields, cells } = contentOf(row)
    return { rowid: row.rowid, cells, fields, digest: row.digest, isDeleted: row.deleted === 1, seq: row.seq }
  }

  /** Writes a record over what was held (undefined: a new row) and returns its rowid. */
  put(id: string, cells: Cells, reading: RecordReading, digest: Buffer, seq: number, held: Held | undefined): number {
    const { patientId, data, stamps, source, deleted } = columnsOf(this.entity, id, cells, reading)
    const columns = [patientId, data, stamps, source ? packSource(source) : null, digest, deleted, seq]
    if (!held) return Number(this.#insert.run(id, ...columns).lastInsertRowid)
    this.#update.run(...columns, held.rowid)
    return held.rowid
  }
}

/** What stands in a record's row: the values as they are read, and the cells' own where they differ. */
export function columnsOf(entity: Entity, id: string, cells: Cells, reading: RecordReading) {
  const { values, stamps } = pack(cells, reading.fields)
  const { source, ...data } = values
  return {
    patientId: patientOf(entity, id, values),
    data: JSON.stringify(data),
    stamps: JSON.stringify(stamps),
    source,
    deleted: reading.isDeleted ? 1 : 0,
  }
}

/** The cells of a stored row of any record table, and its values as they are read. */
export function contentOf(row: { data: string; cells: string; source: Buffer | null }): { cells: Cells; fields: Record<string, Json> } {
  const fields = JSON.parse(row.data) as Record<string, Json>
  const stamps = JSON.parse(row.cells) as PackedStamps
  if (row.source) fields.source = unpackSource(row.source) as Json
  // A source that was taken away is a cell too: its stamp and ancestors count, although its column is empty.
  else if (stamps.f?.source) fields.source = null
  return { cells: unpack(fields, stamps), fields }
}

/** The patient to whose chart a record belongs, or did before it was erased; null for none. */
export function patientOf(entity: Entity, id: string, values: Readonly<Record<string, unknown>>): string | null {
  if (!entity.patient) return null
  if (entity.patient === 'id') return id
  return ((values[erasedMark] ?? values[entity.patient]) as string | null | undefined) || null
}

/** The values of a record as features see them: fields that were cleared are absent. */
export function presentFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== null && !name.startsWith('_')) present[name] = value
  return present
}

/** The values of a record's own cells, whatever is read beside its kept versions: fields that were cleared are absent. */
export const fieldsOf = (cells: Cells): Record<string, unknown> =>
  presentFields(Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell.value])))
