import type { AccessLine } from '../../../shared/contract/monitor-acts.js'
import { entities } from '../../../shared/entities/index.js'
import { statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

interface Row {
  seq: number
  at: string
  act: string
  user_id: string | null
  user_name: string | null
  patient_id: string | null
  family_name: string | null
  given_name: string | null
  is_change: 0 | 1
  detail: string | null
}

/** What lines of the access log are looked for. */
export interface AccessFilter {
  userId?: string | undefined
  patientId?: string | undefined
  /** How the act begins. */
  act?: string | undefined
  kind?: 'reads' | 'changes' | undefined
  from?: string | undefined
  to?: string | undefined
  before: number
  limit: number
}

function shown(row: Row): AccessLine {
  const detail = row.detail === null ? undefined : (JSON.parse(row.detail) as Record<string, unknown>)
  const patientName = [row.family_name, row.given_name].filter(Boolean).join(', ')
  return {
    seq: row.seq,
    at: row.at,
    act: row.act,
    ...(row.user_id && { userId: row.user_id }),
    ...(row.user_name && { userName: row.user_name }),
    ...(row.patient_id && { patientId: row.patient_id }),
    ...(patientName && { patientName }),
    isChange: row.is_change === 1,
    ...(detail && { detail }),
  }
}

/** Who signed in and out is kept as records too, but nobody looking for changes of records means that. */
const isChange = `((a.operation IS NOT NULL OR json_extract(a.detail, '$.from') IS NOT NULL) AND a.act NOT IN ('session.signIn', 'session.signOut', 'session.unlock'))`

/** Lines of the access log before a number, newest first. Changes of other workstations, whose detail says `from`, are changes too. */
export const accessPage = defineRead('monitor.accessLog', (db, filter: AccessFilter): AccessLine[] => {
  const conditions: [holds: boolean, sql: string, value?: string][] = [
    [filter.userId !== undefined, 'a.user_id = ?', filter.userId],
    [filter.patientId !== undefined, 'a.patient_id = ?', filter.patientId],
    [filter.act !== undefined, 'substr(a.act, 1, length(?)) = ?', filter.act],
    [filter.kind === 'changes', isChange],
    [filter.kind === 'reads', `NOT ${isChange}`],
    [filter.from !== undefined, 'a.at >= ?', filter.from],
    [filter.to !== undefined, 'a.at < ?', filter.to],
  ]
  const used = conditions.filter(([holds]) => holds)
  const where = ['a.seq < ?', ...used.map(([, sql]) => sql)].join(' AND ')
  const values = used.flatMap(([, sql, value]) =>
    value === undefined
      ? []
      : sql
          .split('?')
          .slice(1)
          .map(() => value),
  )
  return statement<Row>(
    db,
    `SELECT a.seq, a.at, a.act, a.user_id, json_extract(u.data, '$.displayName') AS user_name, a.patient_id, p.family_name, p.given_name, ${isChange} AS is_change, a.detail
     FROM audit a LEFT JOIN user u ON u.id = a.user_id LEFT JOIN patient p ON p.id = a.patient_id AND p.deleted = 0
     WHERE ${where} ORDER BY a.seq DESC LIMIT ?`,
  )
    .all(filter.before, ...values, filter.limit)
    .map(shown)
})

/** How many records of each kind there are, and which of them are looked at. */
export const recordSamples = defineRead('monitor.recordSamples', (db, { perKind }: { perKind: number }) =>
  entities.map(({ kind, table }) => {
    const records = Number(statement<{ n: number }>(db, `SELECT count(*) AS n FROM ${table} WHERE deleted = 0`).get()?.n)
    const step = Math.max(1, Math.floor(records / perKind))
    const ids = statement<{ id: string }>(db, `SELECT id FROM ${table} WHERE deleted = 0 AND rowid % ? = 0 LIMIT ?`).all(step, perKind)
    return { kind, records, ids: ids.map(({ id }) => id) }
  }),
)
