import { type Entity, Source } from '../../../shared/entities/entity.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { unpackSource } from '../../store/source-codec.js'
import type { ExportRecord } from './fhir/export.js'
import type { Fields } from './fhir/lens.js'

interface Row {
  row: number
  id: string
  data: string
  source: Buffer | null
}

const pageSize = 500

/** A stored row as an export takes it; fields that were cleared are absent. */
function recordOf(kind: string, { id, data, source }: Row): ExportRecord {
  const fields = Object.fromEntries(Object.entries(JSON.parse(data) as Fields).filter(([, value]) => value !== null))
  return { kind, id, fields: source ? { ...fields, source: Source.parse(unpackSource(source)) } : fields }
}

/** All records of a kind that are not deleted, in the order in which they came; one page in memory at a time. */
export function* recordsOf(db: ReadableDatabase, { kind, table }: Entity, where = '1'): Generator<ExportRecord> {
  const page = statement<Row>(db, `SELECT row, id, data, source FROM ${table} WHERE deleted = 0 AND row > ? AND ${where} ORDER BY row LIMIT ${pageSize}`)
  for (let last = 0; ; ) {
    const rows = page.all(last)
    for (const row of rows) yield recordOf(kind, row)
    if (rows.length < pageSize) return
    last = rows.at(-1)?.row ?? last
  }
}

/** One record that is not deleted. */
export function findRecord(db: ReadableDatabase, { kind, table }: Entity, id: string): ExportRecord | undefined {
  const row = statement<Row>(db, `SELECT row, id, data, source FROM ${table} WHERE deleted = 0 AND id = ?`).get(id)
  return row && recordOf(kind, row)
}

/** Kind and id of everything in a patient's chart that is known to have a place in it. */
export const chartOf = (db: ReadableDatabase, patientId: string): { kind: string; id: string }[] =>
  statement<{ kind: string; id: string }>(db, 'SELECT kind, id FROM timeline WHERE patient_id = ? ORDER BY at, kind, id').all(patientId)

/** How many records of a kind are not deleted. */
export const countOf = (db: ReadableDatabase, { table }: Entity): number =>
  statement<{ n: number }>(db, `SELECT count(*) AS n FROM ${table} WHERE deleted = 0`).get()?.n ?? 0
