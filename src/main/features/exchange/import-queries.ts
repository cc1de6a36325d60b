import { type ReadableDatabase, statement } from '../../store/database.js'
import { packSource, unpackSource } from '../../store/source-codec.js'

/** An import as the list of imports shows it. */
export interface ImportRow {
  id: string
  at: string
  user_id: string | null
  kind: string
  state: string
  report: string | null
  undone_at: string | null
}

/** Notes that an import has begun. */
export function startImport(db: ReadableDatabase, { id, at, userId, kind }: { id: string; at: string; userId: string | undefined; kind: string }): void {
  statement(db, "INSERT INTO import (id, at, user_id, kind, state) VALUES (?, ?, ?, ?, 'running')").run(id, at, userId ?? null, kind)
}

/** Keeps how an import ended. */
export function finishImport(db: ReadableDatabase, id: string, state: 'done' | 'failed' | 'cancelled', report: unknown): void {
  statement(db, 'UPDATE import SET state = ?, report = ? WHERE id = ?').run(state, JSON.stringify(report), id)
}

/** Keeps what an import replaced in a record, so that it can be undone. */
export function noteReplaced(
  db: ReadableDatabase,
  { importId, kind, id, before }: { importId: string; kind: string; id: string; before: Record<string, unknown> },
): void {
  statement(db, 'INSERT OR IGNORE INTO import_change (import_id, kind, id, before) VALUES (?, ?, ?, ?)').run(importId, kind, id, packSource(before))
}

/** The latest imports, newest first. */
export const listImports = (db: ReadableDatabase, limit: number): ImportRow[] =>
  statement<ImportRow>(db, 'SELECT * FROM import ORDER BY at DESC LIMIT ?').all(limit)

export const findImport = (db: ReadableDatabase, id: string): ImportRow | undefined => statement<ImportRow>(db, 'SELECT * FROM import WHERE id = ?').get(id)

/** The operations of an import, newest first: what they wrote, by `kind/id`, and their place in the order of changes. */
export const operationsOf = (db: ReadableDatabase, importId: string): { seq: number; records: string[] }[] =>
  statement<{ seq: number; records: string }>(db, 'SELECT seq, records FROM operation WHERE import_id = ? ORDER BY seq DESC')
    .all(importId)
    .map(({ seq, records }) => ({ seq, records: JSON.parse(records) as string[] }))

/** Fields of a record before an import changed it; undefined for one that the import created. */
export function replacedBy(db: ReadableDatabase, importId: string, kind: string, id: string): Record<string, unknown> | undefined {
  const row = statement<{ before: Buffer }>(db, 'SELECT before FROM import_change WHERE import_id = ? AND kind = ? AND id = ?').get(importId, kind, id)
  return row && (unpackSource(row.before) as Record<string, unknown>)
}

/** Place in the order of changes of a record's last change. */
export const lastChangeOf = (db: ReadableDatabase, table: string, id: string): number | undefined =>
  statement<{ seq: number }>(db, `SELECT seq FROM ${table} WHERE id = ?`).get(id)?.seq

/** Whether an import wrote a record last, and nobody since. */
export const isAsImported = (db: ReadableDatabase, table: string, id: string): boolean =>
  statement<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM ${table} JOIN operation ON operation.seq = ${table}.seq WHERE ${table}.id = ? AND operation.act LIKE 'import.%' AND operation.act <> 'import.undo'`,
  ).get(id)?.n === 1

/** Notes that an import was undone. */
export function markUndone(db: ReadableDatabase, id: string, at: string): void {
  statement(db, "UPDATE import SET state = 'undone', undone_at = ? WHERE id = ?").run(at, id)
}
