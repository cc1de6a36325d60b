import type Database from 'better-sqlite3'
import type { Entity, FieldsOf } from '../../shared/entities/entity.js'
import { entities } from '../../shared/entities/index.js'
import { patient } from '../../shared/entities/patient.js'
import { type Cells, isErased, type PackedStamps, tombstone } from '../records/cell.js'
import { keptVersionKind } from '../records/merge.js'
import { type RecordReading, readRecord, type Versions } from '../records/reading.js'
import { millisOf, type Stamp } from '../records/stamp.js'
import { statement, type WritableDatabase } from './database.js'
import { GatheredTimeline } from './gathered-timeline.js'
import { keptVersionsOf } from './kept-versions.js'
import { type Held, patientOf, presentFields, RecordTable } from './record-table.js'
import { noteReplaced } from './replaced-values.js'

/** A record as features see it: its id and its present fields. */
export type Stored<E extends Entity> = { id: string; changedAt: string } & FieldsOf<E>

/** What keeps the patient search in step with the records; called inside the record's transaction. */
export interface PatientSearchIndex {
  put(rowid: number, fields: Record<string, unknown>): void
  remove(rowid: number): void
}

/** Fields by which a patient is told from others. */
export const identityFields = ['familyName', 'givenName', 'birthDate', 'phone', 'email', 'insuranceNumber'] as const
/** A patient written longer ago than this, 90 days, is not compared with others on arrival. */
const arrivalMs = 90 * 24 * 60 * 60_000

const instantOf = (stamp: Stamp): string => new Date(millisOf(stamp)).toISOString()

/** The newest stamp of a record, as the instant it was written. */
const changedAt = (cells: Cells): string => instantOf(newestOf(Object.values(cells)))

function newestOf(cells: readonly { stamp: Stamp }[]): Stamp {
  let newest: Stamp = ''
  for (const { stamp } of cells) if (stamp > newest) newest = stamp
  return newest
}

/** When a stored record was last written, from its packed stamps. */
export function changedAtOf(packed: string): string {
  const { c, f, d } = JSON.parse(packed) as PackedStamps
  let newest = c
  for (const [stamp] of [...Object.values(f ?? {}), ...(d ? [d] : [])]) if (stamp > newest) newest = stamp
  return instantOf(newest)
}

/** The record as features see it, without fields that only a newer version knows. */
const stored = <E extends Entity>(entity: E, id: string, { fields, cells }: Held): Stored<E> => {
  const known = Object.entries(presentFields(fields)).filter(([name]) => name in entity.schema.shape)
  return { id, changedAt: changedAt(cells), ...Object.fromEntries(known) } as unknown as Stored<E>
}

/**
 * All record tables with what is kept in step with them: how a record is read beside its kept versions, the timeline, the patient search and
 * the questions for staff.
 */
export class Tables {
  readonly #tables = new Map<string, RecordTable>()
  readonly #addToTimeline: Database.Statement
  readonly #removeFromTimeline: Database.Statement
  #gathered: GatheredTimeline | undefined
  readonly #putReview: Database.Statement
  readonly #removeReview: Database.Statement

  constructor(
    private readonly db: WritableDatabase,
    private readonly search: PatientSearchIndex,
  ) {
    for (const entity of entities) this.#tables.set(entity.kind, new RecordTable(db, entity))
    this.#addToTimeline = db.prepare('INSERT OR REPLACE INTO timeline (patient_id, at, kind, id) VALUES (?, ?, ?, ?)')
    this.#removeFromTimeline = db.prepare('DELETE FROM timeline WHERE patient_id = ? AND kind = ? AND at = ? AND id = ?')
    this.#gathered = GatheredTimeline.of(db)
    this.#putReview = db.prepare('INSERT OR REPLACE INTO review (kind, id, patient_id, fields, at) VALUES (?, ?, ?, ?, ?)')
    this.#removeReview = db.prepare('DELETE FROM review WHERE kind = ? AND id = ?')
  }

  of(entity: Entity): RecordTable {
    const table = this.#tables.get(entity.kind)
    if (!table) throw new TypeError(`No table for ${entity.kind}.`)
    return table
  }

  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    const held = this.of(entity).find(id)
    return held && !held.isDeleted ? stored(entity, id, held) : undefined
  }

  /** The record with its kept versions, for changing it. */
  held(entity: Entity, id: string): (Held & { versions: Versions }) | undefined {
    const held = this.of(entity).find(id)
    return held && { ...held, versions: this.#versionsOf(entity, id) }
  }

  /** Writes the row as it is read, and brings timeline, search and questions into step. Answers whose record it is. */
  put(entity: Entity, id: string, cells: Cells, digest: Buffer, seq: number, held: Held | undefined): string | null {
    const versions = held?.versions ?? this.#versionsOf(entity, id)
    const reading = readRecord(cells, versions, entity)
    const rowid = this.of(entity).put(id, cells, reading, digest, seq, held)
    this.#place(entity, id, reading, held)
    if (held && !isErased(cells)) noteReplaced(this.db, entity, id, held.cells, cells)
    if (cells[tombstone] || isErased(cells) || Object.keys(versions).length > 0) this.#ask(entity, id, cells, reading)
    if (entity === patient) {
      if (reading.isDeleted) this.search.remove(rowid)
      else this.search.put(rowid, presentFields(reading.fields))
    }
    return patientOf(entity, id, reading.fields)
  }

  /** Reads a record again whose kept versions are others now; its cells, and so its digest, stay. Undefined when it has not arrived yet. */
  reread(entity: Entity, id: string): { kind: string; id: string; patientId?: string } | undefined {
    const held = this.of(entity).find(id)
    if (!held) return undefined
    const patientId = this.put(entity, id, held.cells, held.digest, held.seq, held)
    return { kind: entity.kind, id, ...(patientId && { patientId }) }
  }

  /** Notes that somebody arrived from elsewhere, or is described otherwise now, who may be registered here too; the comparison comes later. */
  noteArrived(id: string, cells: Cells, held: Held | undefined, now: Stamp, seq: number): void {
    const changed = identityFields.flatMap((field) => (cells[field] && cells[field].stamp !== held?.cells[field]?.stamp ? [cells[field]] : []))
    // Who has been everywhere for long was compared there: a first fill would compare the whole clinic with itself.
    if (changed.length === 0 || millisOf(now) - millisOf(newestOf(changed)) > arrivalMs) return
    statement(this.db, 'INSERT OR REPLACE INTO duplicate_check (patient_id, seq) VALUES (?, ?)').run(id, seq)
  }

  /** Puts what was gathered of the timeline in its place, for good; a transaction of its own where there is something. */
  endGathering(): void {
    this.#gathered?.end()
    this.#gathered = undefined
  }

  #versionsOf(entity: Entity, id: string): Versions {
    return entity.kind === keptVersionKind ? {} : keptVersionsOf(this.db, entity.kind, id)
  }

  #place(entity: Entity, id: string, reading: RecordReading, held: Held | undefined): void {
    if (!entity.happenedAt) return
    const before = held && !held.isDeleted ? timelinePlace(entity, id, held.fields) : undefined
    const after = reading.isDeleted ? undefined : timelinePlace(entity, id, reading.fields)
    if (before && (before.patientId !== after?.patientId || before.at !== after.at)) {
      this.#gathered?.place()
      this.#removeFromTimeline.run(before.patientId, entity.kind, before.at, id)
    }
    if (!after || (before?.patientId === after.patientId && before.at === after.at)) return
    if (this.#gathered) this.#gathered.add(after.patientId, after.at, entity.kind, id)
    else this.#addToTimeline.run(after.patientId, after.at, entity.kind, id)
  }

  #ask(entity: Entity, id: string, cells: Cells, reading: RecordReading): void {
    const row = reviewRow(entity, id, cells, reading)
    if (row) this.#putReview.run(entity.kind, id, row.patientId, row.fields, row.at)
    else this.#removeReview.run(entity.kind, id)
  }
}

/** What stands in `review` for a record: the fields to decide on, and when the newest of their values was written; undefined when there is no question. */
export function reviewRow(
  entity: Entity,
  id: string,
  cells: Cells,
  reading: RecordReading,
): { patientId: string | null; fields: string; at: string } | undefined {
  if (reading.tasks.length === 0) return undefined
  const concerned = reading.tasks.includes(tombstone)
    ? Object.values(cells)
    : reading.tasks.flatMap((field) => [...(cells[field] ? [cells[field]] : []), ...(reading.undecided[field] ?? [])])
  return { patientId: patientOf(entity, id, reading.fields), fields: JSON.stringify([...reading.tasks].sort()), at: instantOf(newestOf(concerned)) }
}

/** Where a record stands on the timeline; undefined for one that belongs to no chart. */
export function timelinePlace(entity: Entity, id: string, values: Readonly<Record<string, unknown>>): { patientId: string; at: string } | undefined {
  const fields = presentFields(values)
  const patientId = patientOf(entity, id, fields)
  // A record whose time nobody knows stands at the end of the timeline: left out, it would be on no screen.
  return patientId && entity.happenedAt ? { patientId, at: sortable(entity.happenedAt(fields) ?? '') } : undefined
}

/** Instants in UTC so that texts sort as times do; days stay as they are and sort before the instants of their day. */
function sortable(at: string): string {
  return at.length <= 10 ? at : new Date(at).toISOString()
}
