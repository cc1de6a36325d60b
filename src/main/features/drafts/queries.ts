import type { DraftHead } from '../../../shared/contract/drafts.js'
import { type ReadableDatabase, statement, type WritableDatabase } from '../../store/database.js'

interface DraftRow {
  id: string
  form: string
  patient_id: string | null
  saved_at: string
}

/** A draft as it is kept: whose it is, and its content as JSON. */
export interface KeptDraft extends DraftHead {
  userId: string
  content: string
}

const head = ({ id, form, patient_id, saved_at }: DraftRow): DraftHead => ({ id, form, ...(patient_id && { patientId: patient_id }), savedAt: saved_at })

/** A user's drafts, newest first, of one form or of all. */
export const listDrafts = (db: ReadableDatabase, userId: string, form?: string): DraftHead[] =>
  statement<DraftRow>(db, 'SELECT id, form, patient_id, saved_at FROM draft WHERE user_id = ? AND (? IS NULL OR form = ?) ORDER BY saved_at DESC, id DESC')
    .all(userId, form ?? null, form ?? null)
    .map(head)

/** One of a user's drafts with its content; nobody finds another's. */
export function findDraft(db: ReadableDatabase, userId: string, id: string): (DraftHead & { content: string }) | undefined {
  const row = statement<DraftRow & { content: string }>(db, 'SELECT id, form, patient_id, content, saved_at FROM draft WHERE user_id = ? AND id = ?').get(
    userId,
    id,
  )
  return row && { ...head(row), content: row.content }
}

/** How many drafts a user has apart from one. */
export const otherDraftCount = (db: ReadableDatabase, userId: string, exceptId: string): number =>
  Number(statement<{ count: number }>(db, 'SELECT count(*) AS count FROM draft WHERE user_id = ? AND id <> ?').get(userId, exceptId)?.count)

/** Keeps a draft; false when its id is another user's. */
export const putDraft = (db: WritableDatabase, { id, userId, form, patientId, content, savedAt }: KeptDraft): boolean =>
  statement(
    db,
    `INSERT INTO draft (id, user_id, form, patient_id, content, saved_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET form = excluded.form, patient_id = excluded.patient_id, content = excluded.content, saved_at = excluded.saved_at
     WHERE user_id = excluded.user_id`,
  ).run(id, userId, form, patientId ?? null, content, savedAt).changes > 0

/** Forgets one of a user's drafts. */
export const removeDraft = (db: WritableDatabase, userId: string, id: string): void =>
  void statement(db, 'DELETE FROM draft WHERE user_id = ? AND id = ?').run(userId, id)
