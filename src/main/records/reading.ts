import type { FieldKind, Ranking } from '../../shared/entities/entity.js'
import { canonical, type Json } from './canonical.js'
import { type Cell, type Cells, isErased, type Tombstone, tombstone } from './cell.js'
import { compareCells, hasSeen, isForgotten } from './merge.js'

/** How the fields of a record kind are read. */
export interface ReadingRules {
  fieldKind(field: string): FieldKind
  ranks?: Readonly<Partial<Record<string, Ranking>>>
  /** Fields without which a record is not whole. */
  required?: readonly string[]
}

/** Losing cells of a record by field, as they were kept. */
export type Versions = Readonly<Partial<Record<string, readonly Cell[]>>>

/** A record as it is shown. Computed every time; changes nothing that is stored. */
export interface RecordReading {
  fields: Record<string, Json>
  /** Versions beside the current value that nobody has decided on, newest first. Only fields that have one. */
  undecided: Record<string, Cell[]>
  /** Those of them for which the value that is read speaks too, so that whoever changes it has seen them. */
  covered: Record<string, Cell[]>
  /** Fields whose versions staff have to decide on; `_deleted` when a deletion meets an edit or is taken back elsewhere. None of a deleted record. */
  tasks: string[]
  /**
   * Shown nowhere: deleted, erased, or not whole. A journal brings back what was changed here, and of a record that somebody else made that may be one field;
   * the rest comes from the server.
   */
  isDeleted: boolean
}

/** Kinds of fields whose undecided versions staff are asked about; of the others they stand in the history, or side by side in the editor. */
const asked: ReadonlySet<FieldKind> = new Set(['review', 'safety', 'status', 'access'])
/** Whether undecided versions of fields of a kind become a question for staff. */
export const isAskedAbout = (kind: FieldKind): boolean => asked.has(kind)
/** Kinds of which no version may be read as less than it is, ranked or not. */
const careful: ReadonlySet<FieldKind> = new Set(['safety', 'status', 'access'])

/** Reads a record from its cells and the losing cells kept of each field. */
export function readRecord(cells: Cells, versions: Versions, rules: ReadingRules): RecordReading {
  const fields: Record<string, Json> = {}
  const undecided: Record<string, Cell[]> = {}
  const covered: Record<string, Cell[]> = {}
  const tasks: string[] = []
  for (const [field, cell] of Object.entries(cells)) {
    const open = undecidedOf(cell, versions[field] ?? [])
    if (field !== tombstone) fields[field] = cell.value
    if (open.length === 0) continue
    undecided[field] = open
    if (field === tombstone) continue
    const kind = rules.fieldKind(field)
    const ranking = rules.ranks?.[field]
    if (ranking !== undefined || careful.has(kind)) {
      const read = readTogether([cell, ...open], ranking)
      fields[field] = read.value
      covered[field] = read.covered
    }
    if (isAskedAbout(kind)) tasks.push(field)
  }
  const deletion = readDeletion(cells, undecided)
  if (deletion.isTask) tasks.push(tombstone)
  const isDeleted = isErased(cells) || deletion.isDeleted || (rules.required?.some((field) => (fields[field] ?? null) === null) ?? false)
  return { fields, undecided, covered, tasks: isDeleted ? [] : tasks, isDeleted }
}

/**
 * The kept versions of a field that are still a question: not seen by the current value nor by another version, with another value, and not so
 * old that nobody can tell. The result does not depend on the order in which states met, although which cells were kept does.
 */
export function undecidedOf(current: Cell, versions: readonly Cell[]): Cell[] {
  if (versions.length === 0) return []
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

/** One value for the current cell and its open versions, newest first, and the versions for which it speaks. */
function readTogether(cells: readonly [Cell, ...Cell[]], ranking: Ranking | undefined): { value: Json; covered: Cell[] } {
  const [current, ...open] = cells
  if (ranking === 'union') {
    const parts = cells.filter((cell) => isCollection(cell.value))
    const value = unionOf(parts.map((cell) => cell.value))
    return value === undefined ? { value: current.value, covered: [] } : { value, covered: open.filter((cell) => parts.includes(cell)) }
  }
  const rank = rankBy(ranking)
  // The current value before a version of the same rank, and one without a rank never over one that has one.
  const { value } = cells.reduce((best, cell) => (rank(cell.value) > rank(best.value) ? cell : best))
  const isSpokenFor = (cell: Cell): boolean =>
    Array.isArray(ranking) ? rank(cell.value) >= 0 : ranking === 'earliest' || canonical(cell.value) === canonical(value)
  return { value, covered: open.filter(isSpokenFor) }
}

function rankBy(ranking: Exclude<Ranking, 'union'> | undefined): (value: Json) => number {
  if (ranking === undefined) return (value) => (value === null ? -1 : 0)
  if (ranking === 'earliest') return (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? -Date.parse(value) : Number.NEGATIVE_INFINITY)
  return (value) => ranking.indexOf(value as null)
}

const isCollection = (value: Json): value is Json[] | { [name: string]: Json } => typeof value === 'object' && value !== null

/** All members of some lists, or all entries of some maps; of two entries of one name the one that comes first. Undefined when they are not alike. */
function unionOf(values: readonly Json[]): Json | undefined {
  if (values.length === 0 || values.some((value) => Array.isArray(value) !== Array.isArray(values[0]))) return undefined
  if (!Array.isArray(values[0])) return Object.assign({}, ...[...values].reverse()) as Json
  const members = new Map((values as Json[][]).flat().map((member) => [canonical(member), member]))
  return [...members.values()]
}
