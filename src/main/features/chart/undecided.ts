import type { ChartQuestion } from '../../../shared/contract/chart.js'
import { findEntity } from '../../../shared/entities/index.js'
import { fieldQuestion } from '../../../shared/question-id.js'
import type { Json } from '../../records/canonical.js'
import { tombstone } from '../../records/cell.js'
import { readRecord } from '../../records/reading.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { keptVersionsOf } from '../../store/kept-versions.js'
import { contentOf } from '../../store/record-table.js'

/**
 * Open questions about the records of a chart. Whoever may read charts may read every kind of record in them.
 */
export function questionsOf(db: ReadableDatabase, patientId: string): ChartQuestion[] {
  return statement<{ kind: string; id: string; fields: string }>(db, 'SELECT kind, id, fields FROM review WHERE patient_id = ? ORDER BY at DESC, id')
    .all(patientId)
    .flatMap(({ kind, id, fields }) =>
      (JSON.parse(fields) as string[]).map((field) => ({
        id: fieldQuestion(kind, id, field),
        recordKind: kind,
        recordId: id,
        ...(field !== tombstone && { field }),
      })),
    )
}

/** Values of a field that stand beside the one that is read, newest first; for what must not be overlooked while nobody has decided. */
export function valuesBeside(db: ReadableDatabase, kind: string, id: string, field: string): Json[] {
  const entity = findEntity(kind)
  const row =
    entity && statement<{ data: string; cells: string; source: Buffer | null }>(db, `SELECT data, cells, source FROM ${entity.table} WHERE id = ?`).get(id)
  if (!entity || !row) return []
  const { cells } = contentOf(row)
  const { undecided, covered, fields } = readRecord(cells, keptVersionsOf(db, kind, id), entity)
  const beside = (undecided[field] ?? []).filter((cell) => !covered[field]?.includes(cell)).map(({ value }) => value)
  return beside.filter((value) => value !== null && value !== fields[field])
}

/** How many values of a record's fields lost to concurrent ones and are kept. */
export const keptCountOf = (db: ReadableDatabase, kind: string, id: string): number =>
  Object.entries(keptVersionsOf(db, kind, id)).reduce(
    (sum, [field, versions]) => sum + (field === tombstone || field === 'source' ? 0 : (versions?.length ?? 0)),
    0,
  )
