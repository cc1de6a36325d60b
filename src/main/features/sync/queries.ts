import type { QueuedOperation } from '../../../shared/contract/sync.js'
import { findEntity } from '../../../shared/entities/index.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

interface Row {
  seq: number
  at: string
  act: string
  import_id: string | null
  patient_id: string | null
  family_name: string | null
  given_name: string | null
  records: string
  state: 'waiting' | 'sent' | 'dead'
  tries: number
  problem: string | null
  by: string | null
}

/** How many records of each kind an operation wrote, from its record keys. */
function kindsOf(records: string): { kind: string; count: number }[] {
  const kinds = new Map<string, number>()
  for (const key of JSON.parse(records) as string[]) {
    const kind = key.slice(0, key.indexOf('/'))
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return [...kinds].map(([kind, count]) => ({ kind, count }))
}

function shown(row: Row): QueuedOperation {
  const patientName = [row.family_name, row.given_name].filter(Boolean).join(', ')
  return {
    seq: row.seq,
    at: row.at,
    act: row.act,
    ...(row.by && { by: row.by }),
    ...(row.import_id && { importId: row.import_id }),
    ...(row.patient_id && { patientId: row.patient_id }),
    ...(patientName && { patientName }),
    records: kindsOf(row.records),
    state: row.state,
    tries: row.tries,
    ...(row.problem && { problem: row.problem }),
  }
}

const columns = `o.seq, o.at, o.act, o.import_id, o.patient_id, o.records, o.state, o.tries, o.problem, json_extract(u.data, '$.displayName') AS by,
  p.family_name, p.given_name
  FROM operation o LEFT JOIN user u ON u.id = o.user_id LEFT JOIN patient p ON p.id = o.patient_id AND p.deleted = 0`

const rows = (db: ReadableDatabase, state: string | undefined, before: number, limit: number): Row[] =>
  state === undefined
    ? statement<Row>(db, `SELECT ${columns} WHERE o.seq < ? ORDER BY o.seq DESC LIMIT ?`).all(before, limit)
    : statement<Row>(db, `SELECT ${columns} WHERE ${whereState(state)} AND o.seq < ? ORDER BY o.seq DESC LIMIT ?`).all(before, limit)

/** An unsent state is asked for together with the condition of its partial index: SQLite does not conclude the one from the other. */
const whereState = (state: string): string =>
  ({ waiting: "o.state = 'waiting' AND o.state <> 'sent'", dead: "o.state = 'dead' AND o.state <> 'sent'" })[state] ?? "o.state = 'sent'"

/** Operations before a sequence number, newest first. */
export const operationPage = defineRead('sync.queue', (db, { state, before, limit }: { state?: string | undefined; before: number; limit: number }) =>
  rows(db, state, before, limit).map(shown),
)

/** Most operations that one exported file holds, the newest. */
const exportedLimit = 100_000

/** A code as the program writes one; anything else, such as a sentence of a server, stays out of a file that leaves the clinic. */
const codeOf = (problem: string | null): string => (problem === null ? '' : /^[\w.-]{1,40}$/.test(problem) ? problem : 'other')

/** The queue as a table for whoever helps: what was done when and how sending it went; nobody's name, no id, no value. */
export const exportedQueue = defineRead('sync.exportQueue', (db, { state, isLocalOnly }: { state?: string | undefined; isLocalOnly: boolean }) => {
  const lines = ['number,at,act,records,state,tries,problem']
  const where = state === undefined ? '' : `WHERE ${whereState(state)}`
  const found = statement<Row>(db, `SELECT o.seq, o.at, o.act, o.records, o.state, o.tries, o.problem FROM operation o ${where} ORDER BY o.seq DESC LIMIT ?`)
  // With no server set up nothing waits, although the rows are kept for the day when there is one.
  if (isLocalOnly && state !== undefined) return `${lines[0]}\r\n`
  for (const row of found.iterate(exportedLimit)) {
    const kinds = kindsOf(row.records).map(({ kind, count }) => `${kind}:${count}`)
    lines.push([row.seq, row.at, row.act, kinds.join(' '), isLocalOnly ? 'local' : row.state, row.tries, codeOf(row.problem)].join(','))
  }
  return `${lines.join('\r\n')}\r\n`
})

/**
 * Where the last changes of a record are; undefined when there is no such record. A record carries the number of the commit that wrote it last, and
 * operations are confirmed in order: so of those that wait only the ones up to that number are looked at, and most often the first look decides.
 */
export const recordState = defineRead('sync.recordState', (db, { kind, id }: { kind: string; id: string }): 'waiting' | 'sent' | 'dead' | undefined => {
  const entity = findEntity(kind)
  const seq = entity && statement<{ seq: number }>(db, `SELECT seq FROM ${entity.table} WHERE id = ?`).get(id)?.seq
  if (seq === undefined) return undefined
  const key = `"${kind}/${id}"`
  const holds = (state: string, upTo: number): boolean =>
    statement(db, `SELECT 1 FROM operation o WHERE ${whereState(state)} AND o.seq <= ? AND instr(o.records, ?) > 0 ORDER BY o.seq DESC LIMIT 1`).get(
      upTo,
      key,
    ) !== undefined
  return holds('dead', seq) ? 'dead' : holds('waiting', seq) ? 'waiting' : 'sent'
})
