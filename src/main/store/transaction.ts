import type { KeyObject } from 'node:crypto'
import { appointment } from '../../shared/entities/appointment.js'
import type { Entity, FieldsOf } from '../../shared/entities/entity.js'
import { findEntity } from '../../shared/entities/index.js'
import { keptVersion } from '../../shared/entities/kept-version.js'
import { patient } from '../../shared/entities/patient.js'
import { newId } from '../../shared/ids.js'
import { canonical, type Json } from '../records/canonical.js'
import { type Cell, type Cells, erasedCells, isErased, ownerOfErased, succeed, type Tombstone, tombstone } from '../records/cell.js'
import { bucketOf, combine, recordDigest } from '../records/digest.js'
import { cellOf, decide, keptVersionKind, keptVersionOf, type Loser, type Merged, mergeCells } from '../records/merge.js'
import { type RecordReading, readRecord } from '../records/reading.js'
import { millisOf, type Stamp, type StampSource } from '../records/stamp.js'
import type { ErasedTable } from './erased-table.js'
import { belongsToErased, filesOf, markOf } from './erasing.js'
import { noteExchange } from './kind-sums.js'
import type { ParkedRecord, ParkedTable } from './parked-table.js'
import { check, checkedPatch, InvalidRecord, type Patch, RecordErased, RecordMissing } from './record-check.js'
import { type Held, patientOf, presentFields } from './record-table.js'
import type { Stored, Tables } from './tables.js'

/** Most records that one transaction may write; an import makes many transactions under one import id. */
export const recordLimit = 50

/** A record that a transaction wrote. */
export interface Written {
  kind: string
  id: string
  patientId?: string
  /** Cells written now, for the journal. */
  cells: Cells
  isNew: boolean
  /** Digest that the record had before; empty for a new one. */
  base: Uint8Array
}

/** A record that a transaction touched, whether it belongs to its operation or arrived from elsewhere. */
export type Touched = Pick<Written, 'kind' | 'id' | 'patientId'>

/** What a transaction stands on. */
export interface TransactionParts {
  tables: Tables
  parked: ParkedTable
  erased: ErasedTable
  stamps: StampSource
  stamp: Stamp
  digestKey: KeyObject
  /** Names the records that are made from others, such as kept versions. */
  idKey: KeyObject
  bucketDigest: (n: number) => Buffer
  seq: number
  /** Most records that its operation may hold. */
  limit: number
}

/** State of a record that arrived: cells, and for kinds that only a newer version knows also whose it is. */
export interface Incoming {
  kind: string
  id: string
  owner?: string | undefined
  cells: Cells
}

/**
 * What one `store.write` does to records. Every change gives the field a new cell with the old one among its ancestors, a digest, and a place
 * in the operation; all of it commits together or not at all.
 */
export class Transaction {
  /** What its operation holds, by `kind/id`. */
  readonly written = new Map<string, Written>()
  /** What it touched. */
  readonly touched = new Map<string, Touched>()
  readonly buckets = new Map<number, Buffer>()
  /** What it changes of the sums of record kinds. */
  readonly kindSums = new Map<string, Uint8Array>()
  /** How many records it makes that the clinic keeps. */
  added = 0
  /** UTC days on which appointments that it changed begin or began; undefined among them where one cannot be told. */
  readonly days = new Set<string | undefined>()
  /** Facts for the audit row beside the changed field names: counts and codes, no values. */
  readonly detail: Record<string, unknown> = {}

  constructor(private readonly parts: TransactionParts) {}

  /** The record, or undefined when there is none or it was deleted. */
  find<E extends Entity>(entity: E, id: string): Stored<E> | undefined {
    return this.parts.tables.find(entity, id)
  }

  /** The record. @throws RecordMissing */
  get<E extends Entity>(entity: E, id: string): Stored<E> {
    const found = this.find(entity, id)
    if (!found) throw this.#missing(entity, id)
    return found
  }

  /** Whether a record with this id was ever here, deleted or not. */
  isKnown(entity: Entity, id: string): boolean {
    return this.parts.tables.of(entity).find(id) !== undefined
  }

  /** Adds a record and returns its id. @throws InvalidRecord, RecordErased when its patient was erased */
  create<E extends Entity>(entity: E, fields: FieldsOf<E>, id: string = newId()): string {
    return this.createChecked(entity, check(entity, fields), id)
  }

  /** Adds a record whose fields are what the entity's schema made of them already, in the thread that read them. @throws InvalidRecord when the id is taken */
  createChecked<E extends Entity>(entity: E, checked: FieldsOf<E>, id: string): string {
    const cells: Record<string, Cell> = {}
    for (const [name, value] of Object.entries(checked)) if (value !== undefined) cells[name] = { stamp: this.parts.stamp, ancestors: [], value: value as Json }
    const held = this.parts.tables.of(entity).find(id)
    if (held) throw new InvalidRecord(entity.kind, [{ path: 'id', code: 'exists' }])
    const owner = patientOf(entity, id, checked)
    if (owner && this.parts.erased.isErasedPatient(owner)) throw new RecordErased(patient.kind)
    this.#put(entity, id, cells, cells, undefined)
    return id
  }

  /**
   * Changes the given fields of a record; false when every one already reads so. What is written replaces what was read: where the highest of
   * several undecided values was shown, all of them; otherwise the one value, and the question stays. @throws RecordMissing, InvalidRecord
   */
  update<E extends Entity>(entity: E, id: string, patch: Patch<E>): boolean {
    const held = this.#present(entity, id)
    const present = presentFields(held.fields)
    const checked = checkedPatch(entity, present, patch)
    const { covered } = readRecord(held.cells, held.versions, entity)
    const changed: Record<string, Cell> = {}
    for (const name of Object.keys(patch)) {
      if ((patch as Record<string, unknown>)[name] === undefined) continue
      const value = (checked[name] ?? null) as Json
      if (value === null ? present[name] === undefined : canonical(value) === canonical(present[name])) continue
      changed[name] = this.#over(held.cells[name], value, covered[name])
    }
    if (Object.keys(changed).length === 0) return false
    this.#put(entity, id, { ...held.cells, ...changed }, changed, held)
    return true
  }

  /**
   * Settles a field by a value that replaces every version of it which is still a question, also where it reads so already. On every workstation
   * that gets it the question is gone. Answers the stamp of what was written. @throws RecordMissing, InvalidRecord
   */
  decide<E extends Entity, Name extends keyof FieldsOf<E> & string>(entity: E, id: string, field: Name, value: FieldsOf<E>[Name] | null): Stamp {
    const held = this.#present(entity, id)
    const checked = checkedPatch(entity, presentFields(held.fields), { [field]: value } as Patch<E>)
    const { undecided } = readRecord(held.cells, held.versions, entity)
    const cell = this.#over(held.cells[field], (checked[field] ?? null) as Json, undecided[field])
    this.#put(entity, id, { ...held.cells, [field]: cell }, { [field]: cell }, held)
    return cell.stamp
  }

  /**
   * Takes a decision on a field back: writes the value of before, and beside it, as if others wrote them at this moment, the values that the
   * decision replaced. They are cells of their own, so that no stamp is given twice and everybody is asked again. @throws RecordMissing
   */
  reopen(entity: Entity, id: string, field: string, { value, versions }: { value: Json; versions: readonly Json[] }): void {
    const held = this.#whole(entity, id)
    const before = held.cells[field]
    let newest = before?.stamp
    const next = (): Stamp => (newest = this.parts.stamps.over(this.parts.stamp, newest))
    const losers = versions.map((version) => ({ field, cell: succeed(before, next(), version) }))
    const cell = succeed(before, next(), value)
    this.#put(entity, id, { ...held.cells, [field]: cell }, { [field]: cell }, held)
    this.#keepVersions(entity.kind, id, losers)
  }

  /** How a record is read beside its kept versions, deleted or not. */
  reading(entity: Entity, id: string): (RecordReading & { cells: Cells }) | undefined {
    const held = this.parts.tables.held(entity, id)
    return held && { ...readRecord(held.cells, held.versions, entity), cells: held.cells }
  }

  /** Deletes a record by a tombstone that lists what it saw, so that an edit made elsewhere meanwhile wins. @throws RecordMissing */
  remove(entity: Entity, id: string): void {
    const held = this.#present(entity, id)
    const { undecided } = readRecord(held.cells, held.versions, entity)
    const seen = [...Object.entries(held.cells), ...Object.entries(undecided).flatMap(([name, open]) => open.map((cell) => [name, cell] as const))]
    this.#mark(entity, id, held, undecided[tombstone], { saw: seen.flatMap(([name, cell]) => (name === tombstone ? [] : [cell.stamp])) })
  }

  /** Takes a deletion back, also one that an edit keeps from holding. @throws RecordMissing when there was never such a record */
  restore(entity: Entity, id: string): void {
    const held = this.#whole(entity, id)
    const { undecided, tasks } = readRecord(held.cells, held.versions, entity)
    if (held.isDeleted || tasks.includes(tombstone)) this.#mark(entity, id, held, undecided[tombstone], null)
  }

  /**
   * Erases a record of a patient, or the patient, for ever: key and mark stay, and its kept versions go with it. What else belongs to an erased
   * patient is erased by `Erasure` afterwards, and whatever arrives or is written of it later at once. False when it was erased before.
   * @throws RecordMissing when there was never such a record
   */
  erase(entity: Entity, id: string): boolean {
    if (!entity.patient && entity !== keptVersion) throw new TypeError(`A ${entity.kind} belongs to nobody and is not erased.`)
    const held = this.parts.tables.held(entity, id)
    if (!held) throw new RecordMissing(entity.kind)
    if (isErased(held.cells)) return false
    const cells = markOf(entity, id, held.cells)
    this.#put(entity, id, cells, cells, held)
    return true
  }

  /** The same for a record of a kind that only a newer version knows. */
  eraseParked(kind: string, id: string): boolean {
    const held = this.parts.parked.find(kind, id)
    if (!held || isErased(held.cells)) return false
    this.#putParked(kind, id, held.owner, erasedCells(held.owner), held, true)
    return true
  }

  /** Merges another state of a record, e.g. from the journal, into the one held; nothing is written when it brings nothing new. */
  merge(entity: Entity, id: string, incoming: Cells): Merged {
    return this.#merge(entity, id, incoming, true)
  }

  /**
   * Merges a state that another workstation sent. It belongs to no operation of this workstation; the kept versions of what lost do, because nobody
   * else may have them yet.
   */
  receive({ kind, id, owner, cells }: Incoming): Merged {
    const entity = findEntity(kind)
    return entity ? this.#merge(entity, id, cells, false) : this.#park(kind, id, owner, cells)
  }

  #merge(entity: Entity, id: string, incoming: Cells, isOwn: boolean): Merged {
    const held = this.parts.tables.held(entity, id)
    const merged = mergeCells(held?.cells ?? {}, incoming)
    if (merged.isChanged) this.#put(entity, id, merged.cells, incoming, held, isOwn)
    this.#keepVersions(entity.kind, id, merged.losers)
    return merged
  }

  #park(kind: string, id: string, owner: string | undefined, incoming: Cells): Merged {
    const held = this.parts.parked.find(kind, id)
    const merged = mergeCells(held?.cells ?? {}, incoming)
    if (merged.isChanged) this.#putParked(kind, id, owner ?? held?.owner, merged.cells, held, false)
    this.#keepVersions(kind, id, merged.losers)
    return merged
  }

  #putParked(kind: string, id: string, owner: string | undefined, given: Cells, held: ParkedRecord | undefined, isOwn: boolean): void {
    const isOfErased = !isErased(given) && owner !== undefined && this.parts.erased.isErasedPatient(owner)
    const cells = isOfErased ? erasedCells(owner) : given
    const digest = this.#digest(kind, id, cells, held?.digest)
    if (isErased(cells) && !(held && isErased(held.cells))) this.#forget(kind, id, cells, [])
    this.parts.parked.put({ kind, id, owner, cells, digest }, this.parts.seq)
    const record = { kind, id, ...(owner && { patientId: owner }) }
    this.touched.set(`${kind}/${id}`, record)
    if (isOwn || isOfErased) this.written.set(`${kind}/${id}`, { ...record, cells, isNew: !held, base: held?.digest ?? Buffer.alloc(0) })
  }

  /** Every value that lost to one that had not seen it becomes a record of its own. Kept versions are united and never make kept versions. */
  #keepVersions(kind: string, id: string, losers: readonly Loser[]): void {
    if (kind === keptVersionKind || losers.length === 0 || this.parts.erased.has(kind, id)) return
    for (const loser of losers) {
      const version = keptVersionOf(this.parts.idKey, kind, id, loser)
      const held = this.parts.tables.of(keptVersion).find(version.id)
      if (!held) this.#put(keptVersion, version.id, version.cells, version.cells, undefined)
    }
  }

  #present<E extends Entity>(entity: E, id: string) {
    const held = this.parts.tables.held(entity, id)
    if (!held || held.isDeleted) throw this.#missing(entity, id)
    return held
  }

  /** The record, deleted or not, unless it was erased. */
  #whole(entity: Entity, id: string) {
    const held = this.parts.tables.held(entity, id)
    if (!held || isErased(held.cells)) throw this.#missing(entity, id)
    return held
  }

  #missing(entity: Entity, id: string): RecordMissing {
    return this.parts.erased.has(entity.kind, id) ? new RecordErased(entity.kind) : new RecordMissing(entity.kind)
  }

  /** The cell of whoever saw `before` and `versions` and writes `value`. */
  #over(before: Cell | undefined, value: Json, versions: readonly Cell[] = []): Cell {
    const newest = [...(before ? [before] : []), ...versions].reduce((highest, { stamp }) => (stamp > highest ? stamp : highest), '')
    const stamp = this.parts.stamps.over(this.parts.stamp, newest || undefined)
    return versions.length === 0 ? succeed(before, stamp, value) : decide(before, versions, stamp, value)
  }

  #mark(entity: Entity, id: string, held: Held, versions: readonly Cell[] | undefined, value: Tombstone): void {
    const cell = this.#over(held.cells[tombstone], value as Json, versions)
    this.#put(entity, id, { ...held.cells, [tombstone]: cell }, { [tombstone]: cell }, held)
  }

  /** A record whose kept versions are others now is read again: it may show another value, or be asked about. */
  #reread(cells: Cells): void {
    const version = cellOf(cells)
    const entity = version && findEntity(version.kind)
    const record = entity && this.parts.tables.reread(entity, version.id)
    if (record) this.touched.set(`${record.kind}/${record.id}`, record)
  }

  /** Before a record turns into its mark: what is kept of it elsewhere goes with it. `states` are those that are given up. */
  #forget(kind: string, id: string, mark: Cells, states: readonly Cells[]): void {
    const { erased } = this.parts
    erased.note({ kind, id, owner: ownerOfErased(mark), at: new Date(millisOf(this.parts.stamp)).toISOString() }, filesOf(kind, states))
    if (kind === keptVersionKind) return
    for (const version of erased.versionsOf(kind, id)) this.erase(keptVersion, version)
  }

  #put(entity: Entity, id: string, given: Cells, change: Cells, held: Held | undefined, wasMadeHere = true): void {
    const isOfErased = !isErased(given) && belongsToErased(this.parts.erased, entity, id, given)
    const cells = isOfErased ? markOf(entity, id, given) : given
    const changed = isErased(cells) ? cells : change
    // Nobody else may have noticed that it has to go.
    const isOwn = wasMadeHere || isOfErased
    const key = `${entity.kind}/${id}`
    if (isErased(cells) && !(held && isErased(held.cells))) this.#forget(entity.kind, id, cells, [given, ...(held ? [held.cells] : [])])
    const before = this.written.get(key)
    if (isOwn && !before && this.written.size >= this.parts.limit) throw new RangeError(`One transaction writes at most ${this.parts.limit} records.`)
    const digest = this.#digest(entity.kind, id, cells, held?.digest)
    noteExchange(this.kindSums, entity.kind, held?.digest, digest)
    if (!held && !entity.isOperational) this.added++
    const patientId = this.parts.tables.put(entity, id, cells, digest, this.parts.seq, held)
    if (entity === appointment) this.#noteDays(cells, held)
    if (entity === keptVersion) this.#reread(cells)
    if (entity === patient && !isOwn) this.parts.tables.noteArrived(id, cells, held, this.parts.stamp, this.parts.seq)
    const record = { kind: entity.kind, id, ...(patientId && { patientId }) }
    this.touched.set(key, record)
    if (!isOwn) return
    this.written.set(key, {
      ...record,
      cells: isErased(cells) ? cells : { ...before?.cells, ...changed },
      isNew: before?.isNew ?? !held,
      base: before?.base ?? held?.digest ?? Buffer.alloc(0),
    })
  }

  /** Notes the days of an appointment before a change and after it. */
  #noteDays(cells: Cells, held: Held | undefined): void {
    const slots = [held?.cells.slot?.value, cells.slot?.value]
    const starts = slots.flatMap((slot) => (slot as { startAt?: string } | null | undefined)?.startAt ?? [])
    if (starts.length === 0) this.days.add(undefined)
    for (const start of starts) this.days.add(Number.isNaN(Date.parse(start)) ? undefined : new Date(start).toISOString().slice(0, 10))
  }

  /** Digest of a record's new state; exchanges it for the one before in its bucket. */
  #digest(kind: string, id: string, cells: Cells, before: Uint8Array | undefined): Buffer {
    const digest = recordDigest(this.parts.digestKey, kind, id, cells)
    const n = bucketOf(id)
    let bucket = combine(this.buckets.get(n) ?? this.parts.bucketDigest(n), digest)
    if (before) bucket = combine(bucket, before)
    this.buckets.set(n, bucket)
    return digest
  }
}
