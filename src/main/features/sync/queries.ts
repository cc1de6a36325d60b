import type { QueuedOperation } from '../../../shared/contract/sync.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

interface Row {
  seq: number
  at: string
  act: string
  import_id: string | null
  patient_id: string | null
  records: string
  state: 'waiting' | 'sent' | 'dead'
  tries: number
  problem: string | null
  by: string | null
}

function shown(row: Row): QueuedOperation {
  const kinds = new Map<string, number>()
  for (const key of JSON.parse(row.records) as string[]) {
    const kind = key.slice(0, key.indexOf('/'))
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return {
    seq: row.seq,
    at: row.at,
    act: row.act,
    ...(row.by && { by: row.by }),
    ...(row.import_id && { importId: row.import_id }),
    ...(row.patient_id && { patientId: row.patient_id }),
    records: [...kinds].map(([kind, count]) => ({ kind, count })),
    state: row.state,
    tries: row.tries,
    ...(row.problem && { problem: row.problem }),
  }
}

const columns = `o.seq, o.at, o.act, o.import_id, o.patient_id, o.records, o.state, o.tries, o.problem, json_extract(u.data, '$.displayName') AS by
  FROM operation o LEFT JOIN user u ON u.id = o.user_id`

const rows = (db: ReadableDatabase, state: string | undefined, before: number, limit: number): Row[] =>
  state === undefined
    ? statement<Row>(db, `SELECT ${columns} WHERE o.seq < ? ORDER BY o.seq DESC LIMIT ?`).all(before, limit)
    : statement<Row>(db, `SELECT ${columns} WHERE o.state = ? AND o.seq < ? ORDER BY o.seq DESC LIMIT ?`).all(state, before, limit)

/** Operations before a sequence number, newest first. */
export const operationPage = defineRead('sync.queue', (db, { state, before, limit }: { state?: string | undefined; before: number; limit: number }) =>
  rows(db, state, before, limit).map(shown),
)
