import type { KeyObject } from 'node:crypto'
import type { Entity, FieldsOf } from '../../shared/entities/entity.js'
import { newId } from '../../shared/ids.js'
import { canonical, type Json } from '../records/canonical.js'
import { type Cell, type Cells, succeed, tombstone } from '../records/cell.js'
import { bucketOf, combine, recordDigest } from '../records/digest.js'
import { type Merged, mergeCells } from '../records/merge.js'
import type { Stamp, StampSource } from '../records/stamp.js'
import { fieldsOf, type Held, patientOf } from './record-table.js'
import type { Stored, Tables } from './tables.js'

/** Most records that one transaction may write; an import makes many transactions under one import id. */
export const recordLimit = 50

/** A write that the entity's schema or a limit refuses. `fields` names where, with codes, never values. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord'
  constructor(
    readonly kind: string,
    readonly fields: readonly { path: string; code: string }[],
  ) {
    super(`The ${kind} was not saved: ${fields.map((field) => `${field.path || 'record'} (${field.code})`).join(', ')}.`)
  }
}

/** There is no record with this id, or it was deleted. */
export class RecordMissing extends Error {
  override readonly name = 'RecordMissing'
  constructor(readonly kind: string) {
    super(`There is no such ${kind} here.`)
  }
}

/** A record that a transaction wrote. */
export interface Written {
  kind: string
  id: string
  patientId?: string
  /** Cells written now, for the journal. */
  cells: Cells
  isNew: boolean
}

/** Patch of an update: only the fields given change; null clears one. */
export type Patch<E extends Entity> = { [Name in keyof FieldsOf<E>]?: FieldsOf<E>[Name] | null }

/**
 * What one `store.write` does to records. Every change gives the field a new cell with the old one among its ancestors, a digest, and a place
 * in the operation; all of it commits together or not at all.
 */
export class Transaction {
  readonly written = new Map<string, Written>()
  readonly buckets = new Map<number, Buffer>()
  /** Facts for the audit row beside the changed field names: counts and codes, no values. */
  readonly detail: Record<string, unknown> = {}

  constructor(
    private readonly tables: Tables,
    private readonly stamps: StampSource,
    private readonly stamp: Stamp,
    private readonly digestKey: KeyObject,
    private readonly bucketDigest: (n: number) => Buffer,
    private readonly seq: number,
  ) {}

  /** The record, or undefined when there is none or it was deleted. */
  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    return this.tables.find(entity, id)
  }

  /** The record. @throws RecordMissing */
  get<E extends Entity>(entity: E, id: string): Stored<E> {
    const found = this.find(entity, id)
    if (!found) throw new RecordMissing(entity.kind)
    return found
  }

  /** Whether a record with this id was ever here, deleted or not. */
  isKnown(entity: Entity, id: string): boolean {
    return this.tables.of(entity).find(id) !== undefined
  }

  /** Adds a record and returns its id. @throws InvalidRecord */
  create<E extends Entity>(entity: E, fields: FieldsOf<E>, id: string = newId()): string {
    return this.createChecked(entity, check(entity, fields), id)
  }

  /** Adds a record whose fields are what the entity's schema made of them already, in the thread that read them. @throws InvalidRecord when the id is taken */
  createChecked<E extends Entity>(entity: E, checked: FieldsOf<E>, id: string): string {
    const cells: Record<string, Cell> = {}
    for (const [name, value] of Object.entries(checked)) if (value !== undefined) cells[name] = { stamp: this.stamp, ancestors: [], value: value as Json }
    const held = this.tables.of(entity).find(id)
    if (held) throw new InvalidRecord(entity.kind, [{ path: 'id', code: 'exists' }])
    this.#put(entity, id, cells, cells, undefined)
    return id
  }

  /** Changes the given fields of a record; false when every one already has its value. @throws RecordMissing, InvalidRecord */
  update<E extends Entity>(entity: E, id: string, patch: Patch<E>): boolean {
    const held = this.tables.of(entity).find(id)
    if (!held || held.isDeleted) throw new RecordMissing(entity.kind)
    const present = fieldsOf(held.cells)
    const next: Record<string, unknown> = { ...present }
    for (const [name, value] of Object.entries(patch)) {
      if (value === null) delete next[name]
      else if (value !== undefined) next[name] = value
    }
    const checked = check(entity, next) as Record<string, unknown>
    const changed: Record<string, Cell> = {}
    for (const name of Object.keys(patch)) {
      if ((patch as Record<string, unknown>)[name] === undefined) continue
      const value = (checked[name] ?? null) as Json
      if (value === null ? present[name] === undefined : canonical(value) === canonical(present[name])) continue
      const before = held.cells[name]
      changed[name] = succeed(before, this.stamps.over(this.stamp, before?.stamp), value)
    }
    if (Object.keys(changed).length === 0) return false
    this.#put(entity, id, { ...held.cells, ...changed }, changed, held)
    return true
  }

  /** Deletes a record by a tombstone that lists what it saw, so that an edit made elsewhere meanwhile wins. @throws RecordMissing */
  remove(entity: Entity, id: string): void {
    const held = this.tables.of(entity).find(id)
    if (!held || held.isDeleted) throw new RecordMissing(entity.kind)
    this.#mark(entity, id, held, { saw: Object.entries(held.cells).flatMap(([name, cell]) => (name === tombstone ? [] : [cell.stamp])) })
  }

  /** Takes a deletion back. @throws RecordMissing when there was never such a record */
  restore(entity: Entity, id: string): void {
    const held = this.tables.of(entity).find(id)
    if (!held) throw new RecordMissing(entity.kind)
    if (held.isDeleted) this.#mark(entity, id, held, null)
  }

  /** Writes cells as a merge computed them (journal, restore, another workstation). They are taken as they are: stamps are never remade. */
  putCells(entity: Entity, id: string, cells: Cells): void {
    const held = this.tables.of(entity).find(id)
    this.#put(entity, id, cells, cells, held)
  }

  /** Merges another state of a record (from the journal or another workstation) into the one held; nothing is written when it brings nothing new. */
  merge(entity: Entity, id: string, incoming: Cells): Merged {
    const held = this.tables.of(entity).find(id)
    const merged = mergeCells(held?.cells ?? {}, incoming)
    if (merged.isChanged) this.#put(entity, id, merged.cells, incoming, held)
    return merged
  }

  #mark(entity: Entity, id: string, held: Held, value: Json): void {
    const before = held.cells[tombstone]
    const cell = succeed(before, this.stamps.over(this.stamp, before?.stamp), value)
    this.#put(entity, id, { ...held.cells, [tombstone]: cell }, { [tombstone]: cell }, held)
  }

  #put(entity: Entity, id: string, cells: Cells, changed: Cells, held: Held | undefined): void {
    const key = `${entity.kind}/${id}`
    const before = this.written.get(key)
    if (!before && this.written.size >= recordLimit) throw new RangeError(`One transaction writes at most ${recordLimit} records.`)
    const digest = recordDigest(this.digestKey, entity.kind, id, cells)
    const n = bucketOf(id)
    let bucket = combine(this.buckets.get(n) ?? this.bucketDigest(n), digest)
    if (held) bucket = combine(bucket, held.digest)
    this.buckets.set(n, bucket)
    this.tables.put(entity, id, cells, digest, this.seq, held)
    const patientId = patientOf(entity, id, fieldsOf(cells))
    this.written.set(key, { kind: entity.kind, id, ...(patientId && { patientId }), cells: { ...before?.cells, ...changed }, isNew: before?.isNew ?? !held })
  }
}

function check<E extends Entity>(entity: E, fields: unknown): FieldsOf<E> {
  const result = entity.schema.safeParse(fields)
  if (!result.success)
    throw new InvalidRecord(
      entity.kind,
      result.error.issues.map((issue) => ({ path: issue.path.join('.'), code: issue.code })),
    )
  return result.data as FieldsOf<E>
}
