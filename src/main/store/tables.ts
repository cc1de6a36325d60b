import type Database from 'better-sqlite3'
import type { Entity, FieldsOf } from '../../shared/entities/entity.js'
import { entities } from '../../shared/entities/index.js'
import { patient } from '../../shared/entities/patient.js'
import { type Cells, isDeleted, type PackedStamps } from '../records/cell.js'
import { millisOf, type Stamp } from '../records/stamp.js'
import type { WritableDatabase } from './database.js'
import { fieldsOf, type Held, patientOf, RecordTable } from './record-table.js'

/** A record as features see it: its id and its present fields. */
export type Stored<E extends Entity> = { id: string; changedAt: string } & FieldsOf<E>

/** What keeps the patient search in step with the records; called inside the record's transaction. */
export interface PatientSearchIndex {
  put(rowid: number, fields: Record<string, unknown>): void
  remove(rowid: number): void
}

/** The newest stamp of a record, as the instant it was written. */
const changedAt = (cells: Cells): string => {
  let newest: Stamp = ''
  for (const cell of Object.values(cells)) if (cell.stamp > newest) newest = cell.stamp
  return new Date(millisOf(newest)).toISOString()
}

/** When a stored record was last written, from its packed stamps. */
export function changedAtOf(packed: string): string {
  const { c, f, d } = JSON.parse(packed) as PackedStamps
  let newest = c
  for (const [stamp] of [...Object.values(f ?? {}), ...(d ? [d] : [])]) if (stamp > newest) newest = stamp
  return new Date(millisOf(newest)).toISOString()
}

/** The record as features see it, without fields that only a newer version knows. */
const stored = <E extends Entity>(entity: E, id: string, cells: Cells): Stored<E> => {
  const known = Object.entries(fieldsOf(cells)).filter(([name]) => name in entity.schema.shape)
  return { id, changedAt: changedAt(cells), ...Object.fromEntries(known) } as unknown as Stored<E>
}

/** All record tables with what is kept in step with them: the timeline and the patient search. */
export class Tables {
  readonly #tables = new Map<string, RecordTable>()
  readonly #addToTimeline: Database.Statement
  readonly #removeFromTimeline: Database.Statement

  constructor(
    db: WritableDatabase,
    private readonly search: PatientSearchIndex,
  ) {
    for (const entity of entities) this.#tables.set(entity.kind, new RecordTable(db, entity))
    this.#addToTimeline = db.prepare('INSERT OR REPLACE INTO timeline (patient_id, at, kind, id) VALUES (?, ?, ?, ?)')
    this.#removeFromTimeline = db.prepare('DELETE FROM timeline WHERE patient_id = ? AND kind = ? AND at = ? AND id = ?')
  }

  of(entity: Entity): RecordTable {
    const table = this.#tables.get(entity.kind)
    if (!table) throw new TypeError(`No table for ${entity.kind}.`)
    return table
  }

  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    const held = this.of(entity).find(id)
    return held && !held.isDeleted ? stored(entity, id, held.cells) : undefined
  }

  /** Writes the row and brings timeline and search into step. */
  put(entity: Entity, id: string, cells: Cells, digest: Buffer, seq: number, held: Held | undefined): void {
    const rowid = this.of(entity).put(id, cells, digest, seq, held)
    if (entity.happenedAt) {
      const before = held && !held.isDeleted ? timelinePlace(entity, id, held.cells) : undefined
      const after = isDeleted(cells) ? undefined : timelinePlace(entity, id, cells)
      if (before && (before.patientId !== after?.patientId || before.at !== after.at))
        this.#removeFromTimeline.run(before.patientId, entity.kind, before.at, id)
      if (after && (before?.patientId !== after.patientId || before.at !== after.at)) this.#addToTimeline.run(after.patientId, after.at, entity.kind, id)
    }
    if (entity === patient) {
      if (isDeleted(cells)) this.search.remove(rowid)
      else this.search.put(rowid, fieldsOf(cells))
    }
  }
}

/** Where a record stands on the timeline; undefined for one that belongs to no chart. */
export function timelinePlace(entity: Entity, id: string, cells: Cells): { patientId: string; at: string } | undefined {
  const fields = fieldsOf(cells)
  const patientId = patientOf(entity, id, fields)
  // A record whose time nobody knows stands at the end of the timeline: left out, it would be on no screen.
  return patientId && entity.happenedAt ? { patientId, at: sortable(entity.happenedAt(fields) ?? '') } : undefined
}

/** Instants in UTC so that texts sort as times do; days stay as they are and sort before the instants of their day. */
function sortable(at: string): string {
  return at.length <= 10 ? at : new Date(at).toISOString()
}
