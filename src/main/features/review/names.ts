import { type ChartKind, chartKinds } from '../../../shared/contract/chart.js'
import { findEntity } from '../../../shared/entities/index.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { lineOf } from '../chart/index.js'

type Fields = Record<string, unknown>

/** The values of a record as they are read, also of a deleted one; undefined for one that is not here. */
export function fieldsOf(db: ReadableDatabase, kind: string, id: string): Fields | undefined {
  const table = findEntity(kind)?.table
  const row = table && statement<{ data: string }>(db, `SELECT data FROM ${table} WHERE id = ?`).get(id)
  return row ? (JSON.parse(row.data) as Fields) : undefined
}

const joined = (...parts: unknown[]): string => parts.filter((part) => typeof part === 'string' && part !== '').join(' ')

const isChartKind = (kind: string): kind is ChartKind => chartKinds.some((each) => each === kind)

/** What a record is called; empty when its kind says enough, and for one that is not here. */
export function titleOf(db: ReadableDatabase, kind: string, id: string): string {
  const fields = fieldsOf(db, kind, id)
  if (!fields) return ''
  if (isChartKind(kind)) return lineOf(kind, fields).title
  if (kind === 'user') return joined(fields.displayName)
  return joined(fields.prefix, fields.givenName, fields.familyName) || joined(fields.name) || joined(fields.reason)
}

/** Given and family name of a patient; empty when the record has not arrived. */
export function patientName(db: ReadableDatabase, id: string): string {
  const fields = fieldsOf(db, 'patient', id)
  return fields ? joined(fields.givenName, fields.familyName) : ''
}
