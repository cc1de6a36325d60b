import type { ChartKind } from '../../../shared/contract/chart.js'
import { findEntity } from '../../../shared/entities/index.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import type { ChartFields, NameOf } from './items.js'

/** The table of a kind. @throws TypeError for a kind that is none */
export function tableOf(kind: string): string {
  const table = findEntity(kind)?.table
  if (!table) throw new TypeError('There is no such kind of record.')
  return table
}

interface DataRow {
  data: string
}

/** The fields of a record, undefined when there is none or it was deleted. */
export function fieldsOf(db: ReadableDatabase, kind: string, id: string): ChartFields | undefined {
  const row = statement<DataRow>(db, `SELECT data FROM ${tableOf(kind)} WHERE id = ? AND deleted = 0`).get(id)
  return row && (JSON.parse(row.data) as ChartFields)
}

/** A record of a chart with its place on the timeline. */
export interface ChartRow {
  id: string
  at: string
  fields: ChartFields
}

/** All records of a kind in a chart, newest first, at most `limit`. Records without a time are there too, last. */
export function recordsOf(db: ReadableDatabase, patientId: string, kind: ChartKind, limit = 5000): ChartRow[] {
  const sql = `SELECT t.id, t.at, r.data FROM timeline t JOIN ${tableOf(kind)} r ON r.id = t.id AND r.deleted = 0
    WHERE t.patient_id = ? AND t.kind = ? ORDER BY t.at DESC, t.id DESC LIMIT ?`
  return statement<{ id: string; at: string; data: string }>(db, sql)
    .all(patientId, kind, limit)
    .map(({ id, at, data }) => ({ id, at, fields: JSON.parse(data) as ChartFields }))
}

/** Names of practitioners, each read once. */
export function practitionerNames(db: ReadableDatabase): NameOf {
  const known = new Map<string, string | undefined>()
  return (id) => {
    if (id === undefined) return undefined
    if (!known.has(id)) {
      const { prefix, givenName, familyName } = (fieldsOf(db, 'practitioner', id) ?? {}) as { prefix?: string; givenName?: string; familyName?: string }
      known.set(id, [prefix, givenName, familyName].filter(Boolean).join(' ') || undefined)
    }
    return known.get(id)
  }
}

/** Fields that are present: cleared ones are stored as null. */
export const present = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as Fields
