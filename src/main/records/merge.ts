import type { KeyObject } from 'node:crypto'
import { canonical, type Json } from './canonical.js'
import { ancestorLimit, type Cell, type Cells, erasedMark } from './cell.js'
import { derivedId } from './derived-id.js'
import type { Stamp } from './stamp.js'

/** A cell that lost to another one which had not seen it, with another value: it becomes a kept version. */
export interface Loser {
  field: string
  cell: Cell
}

/** Two states of one record merged. */
export interface Merged {
  cells: Cells
  /** Whether `cells` differs from the first state. */
  isChanged: boolean
  losers: Loser[]
  /** Fields in which the same stamp named two different cells: somewhere bytes were damaged. */
  alarms: string[]
}

/**
 * Merges two states of one record field by field. Commutative, associative and idempotent in the cells, and nothing that somebody wrote
 * disappears: it stands, was seen by what stands, or is among the losers. No clock and no kind of field is looked at. The one exception is erasure,
 * which absorbs everything.
 */
export function mergeCells(held: Cells, incoming: Cells): Merged {
  const erased = greater(held[erasedMark], incoming[erasedMark])
  if (erased) return erasedBy(erased, held)
  const cells: Record<string, Cell> = { ...held }
  const losers: Loser[] = []
  const alarms: string[] = []
  let isChanged = false
  for (const [field, theirs] of Object.entries(incoming)) {
    const ours = cells[field]
    const order = ours === undefined ? -1 : compareCells(ours, theirs)
    if (order === 0) continue
    if (order < 0) {
      cells[field] = theirs
      isChanged = true
    }
    if (ours === undefined) continue
    const [winner, loser] = order < 0 ? [theirs, ours] : [ours, theirs]
    if (winner.stamp === loser.stamp) alarms.push(field)
    if (!hasSeen(winner, loser) && !sameValue(winner, loser)) losers.push({ field, cell: loser })
  }
  return { cells, isChanged, losers, alarms }
}

/** A record of which one state was erased: the mark and nothing else; nothing lost, because nothing may be kept. */
function erasedBy(mark: Cell, held: Cells): Merged {
  const own = held[erasedMark]
  const isChanged = own === undefined || compareCells(own, mark) !== 0 || Object.keys(held).length > 1
  return { cells: { [erasedMark]: mark }, isChanged, losers: [], alarms: [] }
}

/** Marks differ where a record stood in another chart when it was erased: any total order will do, and this one prefers a chart to none. */
const greater = (a: Cell | undefined, b: Cell | undefined): Cell | undefined => (a && b ? (compareCells(a, b) < 0 ? b : a) : (a ?? b))

/**
 * Which of two cells of a field stands: the higher stamp. A descendant's stamp is always higher than those it replaced, so that an ancestor
 * yields to its descendant by the same comparison, and the order stays total even over damaged cells. Equal stamps: the greater bytes.
 */
export function compareCells(a: Cell, b: Cell): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1
  const [left, right] = [bytesOf(a), bytesOf(b)]
  return left === right ? 0 : left < right ? -1 : 1
}

/** Whether whoever wrote `cell` had seen `other`. */
export const hasSeen = (cell: Cell, other: Pick<Cell, 'stamp'>): boolean => cell.ancestors.includes(other.stamp)

/** Whether so much was written over the field since that nobody can tell any more whether `other` was seen: then it makes no task. */
export function isForgotten(cell: Cell, other: Pick<Cell, 'stamp'>): boolean {
  const oldest = cell.ancestors.at(-1)
  return cell.ancestors.length >= ancestorLimit && oldest !== undefined && oldest > other.stamp
}

/** The cell of somebody who saw `current` and the `versions` beside it and decided for `value`. */
export function decide(current: Cell | undefined, versions: readonly Cell[], stamp: Stamp, value: Json): Cell {
  const seen = [...(current ? [current] : []), ...versions]
  const ancestors = [...new Set(seen.flatMap((cell) => [cell.stamp, ...cell.ancestors]))].sort().reverse()
  // What is decided on comes first, whatever its age: leaving it out would open the question again.
  const decided = seen.map((cell) => cell.stamp)
  const kept = new Set([...new Set([...decided, ...ancestors])].slice(0, Math.max(ancestorLimit, decided.length)))
  return { stamp, ancestors: ancestors.filter((ancestor) => kept.has(ancestor)), value }
}

/** Kind of the records that keep losing cells. */
export const keptVersionKind = 'keptVersion'

/** What a kept version holds: the losing cell and where it stood. Nothing of who found it, when, or what it lost to. */
export interface KeptVersion {
  kind: string
  id: string
  field: string
  stamp: Stamp
  ancestors: Stamp[]
  value: Json
}

/** The synced record of a losing cell: made from that cell alone, so every workstation that meets it makes the same. `key` is the clinic's id key. */
export function keptVersionOf(key: KeyObject, kind: string, id: string, { field, cell }: Loser): { id: string; cells: Cells } {
  const version: KeptVersion = { kind, id, field, stamp: cell.stamp, ancestors: [...cell.ancestors], value: cell.value }
  const value = { ...version } as unknown as Json
  return { id: derivedId(key, keptVersionKind, canonical(value)), cells: { version: { stamp: cell.stamp, ancestors: [], value } } }
}

/** The losing cell of a kept version's record. */
export function cellOf(keptVersion: Cells): (KeptVersion & { cell: Cell }) | undefined {
  const value = keptVersion.version?.value as unknown as KeptVersion | undefined
  return value && { ...value, cell: { stamp: value.stamp, ancestors: value.ancestors, value: value.value } }
}

const bytesOf = (cell: Cell): string => canonical([cell.ancestors as Json, cell.value])
const sameValue = (a: Cell, b: Cell): boolean => canonical(a.value) === canonical(b.value)
