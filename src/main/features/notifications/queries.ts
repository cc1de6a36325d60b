import { type Notification, notificationLimit } from '../../../shared/contract/notifications.js'
import type { NotificationKind } from '../../../shared/entities/notification-kinds.js'
import { type ReadableDatabase, statement, type WritableDatabase } from '../../store/database.js'

/** Whom something is told: a user by their id, everybody who has a permission, or who may decide on records of a kind. */
export const mayAudience = (permission: string): string => `may/${permission}`
export const decideAudience = (kind: string): string => `decide/${kind}`

/** What belongs to a notification: ids, codes and times. `by` is a user's id. */
export interface NotificationDetail {
  appointmentId?: string
  by?: string | undefined
  task?: string
  state?: Notification['state']
  code?: string
  question?: string
}

/** A notification as it is kept. */
export interface NotificationRow {
  id: string
  audience: string
  kind: NotificationKind
  at: string
  patientId?: string | undefined
  detail: NotificationDetail
}

/** Keeps those that are not there yet and answers them; of each audience only the newest stay. */
export function putNotifications(db: WritableDatabase, rows: readonly NotificationRow[]): NotificationRow[] {
  const insert = statement(db, 'INSERT OR IGNORE INTO notification (id, audience, kind, at, patient_id, detail) VALUES (?, ?, ?, ?, ?, ?)')
  return db
    .transaction(() => {
      const added = rows.filter(
        ({ id, audience, kind, at, patientId, detail }) => insert.run(id, audience, kind, at, patientId ?? null, JSON.stringify(detail)).changes > 0,
      )
      for (const audience of new Set(added.map((row) => row.audience))) keepNewest(db, audience)
      return added
    })
    .immediate()
}

const keepNewest = (db: WritableDatabase, audience: string): void =>
  void statement(
    db,
    `DELETE FROM notification WHERE audience = ? AND (at, id) < (SELECT at, id FROM notification WHERE audience = ? ORDER BY at DESC, id DESC LIMIT 1 OFFSET ${notificationLimit - 1})`,
  ).run(audience, audience)

/** Forgets what was told before an instant; of an operation that could not be sent not before it is sent, or it would be told anew. */
export const removeBefore = (db: WritableDatabase, before: string): void =>
  void statement(
    db,
    `DELETE FROM notification WHERE at < ? AND NOT (kind = 'notSent' AND id IN
       (SELECT 'notSent/' || site || '/' || number FROM operation WHERE state <> 'sent' AND state = 'dead'))`,
  ).run(before)

/** What some audiences were told since an instant, newest first, but for some kinds. */
export function notificationsOf(db: ReadableDatabase, audiences: readonly string[], since: string, off: readonly string[]): NotificationRow[] {
  return statement<{ id: string; audience: string; kind: NotificationKind; at: string; patient_id: string | null; detail: string }>(
    db,
    `SELECT * FROM notification WHERE audience IN (SELECT value FROM json_each(?)) AND at >= ? AND kind NOT IN (SELECT value FROM json_each(?))
     ORDER BY at DESC, id DESC LIMIT ${notificationLimit}`,
  )
    .all(JSON.stringify(audiences), since, JSON.stringify(off))
    .map(({ patient_id, detail, ...row }) => ({ ...row, ...(patient_id && { patientId: patient_id }), detail: JSON.parse(detail) as NotificationDetail }))
}

/** Ids of the visits that begin in [from, to). */
export const visitsBetween = (db: ReadableDatabase, from: string, to: string): string[] =>
  statement<{ id: string }>(db, 'SELECT id FROM appointment WHERE deleted = 0 AND start_at >= ? AND start_at < ?')
    .all(from, to)
    .map(({ id }) => id)

/** When a visit begins; undefined for one that is not there. An import touches thousands, of which hardly one is today's. */
export const startOf = (db: ReadableDatabase, id: string): string | undefined =>
  statement<{ at: string }>(db, 'SELECT start_at AS at FROM appointment WHERE id = ? AND deleted = 0').get(id)?.at

/** Ids of the accounts that are in use, by the practitioner whose they are. */
export function accountsByPractitioner(db: ReadableDatabase): ReadonlyMap<string, string[]> {
  const rows = statement<{ id: string; practitioner: string }>(
    db,
    `SELECT id, json_extract(data, '$.practitionerId') AS practitioner FROM user
     WHERE deleted = 0 AND json_extract(data, '$.isActive') AND json_extract(data, '$.practitionerId') IS NOT NULL`,
  ).all()
  const found = new Map<string, string[]>()
  for (const { id, practitioner } of rows) found.set(practitioner, [...(found.get(practitioner) ?? []), id])
  return found
}

/** Operations of users that the server refused for good, the last hundred. */
export const refusedOperations = (db: ReadableDatabase): { site: string; number: number; userId: string }[] =>
  statement<{ site: string; number: number; userId: string }>(
    db,
    "SELECT site, number, user_id AS userId FROM operation WHERE state <> 'sent' AND state = 'dead' AND user_id IS NOT NULL ORDER BY seq DESC LIMIT 100",
  ).all()

/** Whether somebody wants this computer's system to show what they are told. */
export const isSystemOn = (db: ReadableDatabase, userId: string): boolean =>
  statement(db, 'SELECT 1 FROM system_notification WHERE user_id = ?').get(userId) !== undefined

export function setSystemOn(db: WritableDatabase, userId: string, isOn: boolean, at: string): void {
  if (isOn) statement(db, 'INSERT OR REPLACE INTO system_notification (user_id, at) VALUES (?, ?)').run(userId, at)
  else statement(db, 'DELETE FROM system_notification WHERE user_id = ?').run(userId)
}
