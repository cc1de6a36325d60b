import type { FieldKind } from '../../shared/entities/entity.js'
import { canonical, type Json } from './canonical.js'
import { type Cell, type Cells, type Tombstone, tombstone } from './cell.js'
import { compareCells, hasSeen, isForgotten } from './merge.js'

/** How the fields of a record kind are read. */
export interface ReadingRules {
  fieldKind(field: string): FieldKind
  /** Values of `status`, `safety` and `access` fields from the lowest to the one that wins: latest status, gravest level, most restrictive right. */
  ranks?: Readonly<Partial<Record<string, readonly Json[]>>>
}

/** A record as it is shown. Computed every time; changes nothing that is stored. */
export interface RecordReading {
  fields: Record<string, Json>
  /** Versions beside the current value that nobody has decided on, newest first. Only fields that have one. */
  undecided: Record<string, Cell[]>
  /** Fields whose versions staff have to decide on; `_deleted` when a deletion meets an edit or is taken back elsewhere. */
  tasks: string[]
  isDeleted: boolean
}

/** Kinds of fields whose undecided versions staff are asked about; of the others they stand in the history, or side by side in the editor. */
const asked: ReadonlySet<FieldKind> = new Set(['review', 'safety', 'status', 'access'])
/** Kinds that are read as the highest rank among the value and its undecided versions. */
const ranked: ReadonlySet<FieldKind> = new Set(['safety', 'status', 'access'])

/** Reads a record from its cells and the losing cells kept of each field. */
export function readRecord(cells: Cells, versions: Readonly<Partial<Record<string, readonly Cell[]>>>, rules: ReadingRules): RecordReading {
  const fields: Record<string, Json> = {}
  const undecided: Record<string, Cell[]> = {}
  const tasks: string[] = []
  for (const [field, cell] of Object.entries(cells)) {
    const open = undecidedOf(cell, versions[field] ?? [])
    if (open.length > 0) undecided[field] = open
    if (field === tombstone) continue
    const kind = rules.fieldKind(field)
    fields[field] = ranked.has(kind) ? highest(rules.ranks?.[field], [cell, ...open]) : cell.value
    if (open.length > 0 && asked.has(kind)) tasks.push(field)
  }
  const deletion = readDeletion(cells, undecided)
  if (deletion.isTask) tasks.push(tombstone)
  return { fields, undecided, tasks, isDeleted: deletion.isDeleted }
}

/**
 * The kept versions of a field that are still a question: not seen by the current value nor by another version, with another value, and not so
 * old that nobody can tell. The result does not depend on the order in which states met, although which cells were kept does.
 */
export function undecidedOf(current: Cell, versions: readonly Cell[]): Cell[] {
  const open = versions.filter(
    (version) =>
      version.stamp !== current.stamp &&
      !hasSeen(current, version) &&
      !isForgotten(current, version) &&
      canonical(version.value) !== canonical(current.value) &&
      !versions.some((other) => hasSeen(other, version)),
  )
  return open.sort((a, b) => compareCells(b, a)).filter((version, i) => i === 0 || compareCells(version, open[i - 1] as Cell) !== 0)
}

/** A record is deleted while the deletion saw every stamp that is there and every open version: whatever it did not see wins over it. */
function readDeletion(cells: Cells, undecided: Readonly<Record<string, Cell[]>>): { isDeleted: boolean; isTask: boolean } {
  const own = cells[tombstone]
  if (!own) return { isDeleted: false, isTask: false }
  // Several people may have deleted at the same time: together they saw what each of them saw.
  const deletions = [own, ...(undecided[tombstone] ?? [])].map((cell) => cell.value as Tombstone)
  const isTakenBack = deletions.includes(null)
  const saw = new Set(deletions.flatMap((deletion) => deletion?.saw ?? []))
  const present = [...Object.entries(cells), ...Object.entries(undecided).flatMap(([field, open]) => open.map((cell) => [field, cell] as const))]
  const isUnseen = present.some(([field, cell]) => field !== tombstone && !saw.has(cell.stamp))
  const isWanted = deletions.some((deletion) => deletion !== null)
  return { isDeleted: !isTakenBack && !isUnseen, isTask: isWanted && (isUnseen || isTakenBack) }
}

/** The value of the highest rank; one without a rank never wins over one that has one. */
function highest(ranks: readonly Json[] | undefined, cells: readonly [Cell, ...Cell[]]): Json {
  const rankOf = (cell: Cell): number => ranks?.indexOf(cell.value) ?? -1
  return cells.reduce((best, cell) => (rankOf(cell) > rankOf(best) ? cell : best)).value
}
