import { canonical, type Json } from './canonical.js'
import type { Stamp } from './stamp.js'

/** How many of the stamps that a value replaced a cell remembers. */
export const ancestorLimit = 16

/** One written value of one field. Never changed once made: a new value is a new cell. */
export interface Cell {
  stamp: Stamp
  /** Stamps that this value replaced, newest first, at most `ancestorLimit`. */
  ancestors: readonly Stamp[]
  value: Json
}

/** A record: its present fields by name. The pseudo-field `_deleted` holds the tombstone. An absent field has no cell. */
export type Cells = Readonly<Record<string, Cell>>

/** Name of the pseudo-field whose cell deletes the record while every present stamp is among the ones it saw. */
export const tombstone = '_deleted'

/** Value of a tombstone cell: the stamps of the fields that whoever deleted had seen; null takes the deletion back. */
export type Tombstone = { saw: Stamp[] } | null

/** Name of the pseudo-field of an erased record: it has this one and no other. */
export const erasedMark = '_erased'

/**
 * What is left of an erased record. One cell for everybody, whoever erased it and when, so that erasing twice, or on two workstations at once, comes
 * to the same bytes; the access log tells the rest. `owner` is the patient whose id stands in the record's key; none for a patient itself.
 */
export const erasedCells = (owner?: string | null): Cells => ({ [erasedMark]: { stamp: '0'.repeat(32), ancestors: [], value: owner ?? '' } })

/** Whether a record was erased on lawful request: nothing of it is left but its key and the mark. */
export const isErased = (cells: Cells): boolean => cells[erasedMark] !== undefined

/** The patient that an erased record belonged to; '' for none. */
export const ownerOfErased = (cells: Cells): string => (cells[erasedMark]?.value ?? '') as string

/** The cell that follows `replaced` when somebody who saw it writes `value`. */
export function succeed(replaced: Cell | undefined, stamp: Stamp, value: Json): Cell {
  return { stamp, ancestors: replaced ? [replaced.stamp, ...replaced.ancestors].slice(0, ancestorLimit) : [], value }
}

/** Whether a record is deleted by its own cells: it has a tombstone that saw every stamp that is present, or was erased. */
export function isDeleted(cells: Cells): boolean {
  if (isErased(cells)) return true
  const value = cells[tombstone]?.value as Tombstone | undefined
  if (!value) return false
  const saw = new Set(value.saw)
  return Object.entries(cells).every(([name, cell]) => name === tombstone || saw.has(cell.stamp))
}

/**
 * Stamps as they are stored beside the values: `c` is shared by all fields that have no entry of their own in `f`
 * (a record as it was created needs `c` alone); `d` is the tombstone; `v` holds a cell's own value where another one is read beside it.
 * Packing only: unpacking gives the same cells.
 */
export interface PackedStamps {
  c: Stamp
  f?: Record<string, [Stamp, Stamp[]]>
  d?: [Stamp, Stamp[], Tombstone]
  v?: Record<string, Json>
}

/** Splits cells into the values by field, as `read` gives them or else their own, and their packed stamps. */
export function pack(cells: Cells, read?: Readonly<Record<string, Json>>): { values: Record<string, Json>; stamps: PackedStamps } {
  const values: Record<string, Json> = {}
  let shared = ''
  for (const [name, cell] of Object.entries(cells)) if (name !== tombstone && cell.ancestors.length === 0 && cell.stamp > shared) shared = cell.stamp
  const stamps: PackedStamps = { c: shared }
  for (const [name, cell] of Object.entries(cells)) {
    if (name === tombstone) stamps.d = [cell.stamp, [...cell.ancestors], cell.value as Tombstone]
    else {
      const value = read ? (read[name] ?? null) : cell.value
      values[name] = value
      if (value !== cell.value && canonical(value) !== canonical(cell.value)) {
        stamps.v ??= {}
        stamps.v[name] = cell.value
      }
      if (cell.stamp !== shared || cell.ancestors.length > 0) {
        stamps.f ??= {}
        stamps.f[name] = [cell.stamp, [...cell.ancestors]]
      }
    }
  }
  return { values, stamps }
}

/** The cells of stored values and stamps. */
export function unpack(values: Record<string, Json>, stamps: PackedStamps): Cells {
  const cells: Record<string, Cell> = {}
  for (const [name, value] of Object.entries(values)) {
    const own = stamps.f?.[name]
    const isReadOtherwise = stamps.v !== undefined && Object.hasOwn(stamps.v, name)
    cells[name] = { stamp: own?.[0] ?? stamps.c, ancestors: own?.[1] ?? [], value: isReadOtherwise ? (stamps.v?.[name] as Json) : value }
  }
  if (stamps.d) cells[tombstone] = { stamp: stamps.d[0], ancestors: stamps.d[1], value: stamps.d[2] }
  return cells
}
