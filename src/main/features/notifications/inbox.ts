import type { Notification, NotificationEvent } from '../../../shared/contract/notifications.js'
import { appointment } from '../../../shared/entities/appointment.js'
import { entities } from '../../../shared/entities/index.js'
import type { NotificationKind } from '../../../shared/entities/notification-kinds.js'
import { patient } from '../../../shared/entities/patient.js'
import { user } from '../../../shared/entities/staff.js'
import { granted, isGranted, type Role } from '../../../shared/permissions.js'
import { normalInstant } from '../../../shared/time.js'
import { mayChange } from '../review/index.js'
import type { Services, Told } from '../services.js'
import { decideAudience, mayAudience, type NotificationRow, notificationsOf } from './queries.js'

type Parts = Pick<Services, 'store' | 'now'> & { notifications: Pick<Services['notifications'], 'keptMs'> }

/** This moment by the server's clock as far as it is known, so that marks made on one workstation mean the same on another. */
export const sharedNow = ({ store, now }: Pick<Services, 'store' | 'now'>): number => now() + (store.replication.state().clock?.offsetMs ?? 0)

const audiencesOf = (userId: string, role: Role): string[] => [
  userId,
  ...[...granted[role]].map(mayAudience),
  ...entities.filter(({ kind }) => mayChange(role, kind)).map(({ kind }) => decideAudience(kind)),
]

function rowsOf(parts: Parts, userId: string): { rows: (NotificationRow & { isRead: boolean })[]; role: Role } {
  const { role, notificationsReadAt = '', notificationsOff = [] } = parts.store.get(user, userId)
  const since = new Date(sharedNow(parts) - parts.notifications.keptMs).toISOString()
  const rows = notificationsOf(parts.store.db, audiencesOf(userId, role), since, notificationsOff)
  return { rows: rows.map((row) => ({ ...row, isRead: row.at <= notificationsReadAt })), role }
}

/** What somebody was told lately, with the names of now. */
export function inboxOf(parts: Parts, userId: string): { asOf: string; unread: number; items: Notification[] } {
  const asOf = new Date(sharedNow(parts)).toISOString()
  const { rows, role } = rowsOf(parts, userId)
  const items = rows.map((row) => shown(parts, row, role))
  return { asOf, unread: rows.filter(({ isRead }) => !isRead).length, items }
}

function shown({ store }: Parts, { id, kind, at, isRead, patientId, detail }: NotificationRow & { isRead: boolean }, role: Role): Notification {
  const { by, appointmentId, ...rest } = detail
  const person = patientId && isGranted(role, 'patients.read') ? store.find(patient, patientId) : undefined
  const visit = appointmentId === undefined ? undefined : store.find(appointment, appointmentId)
  const byName = by === undefined ? undefined : store.find(user, by)?.displayName
  const named = {
    ...(patientId && { patientId }),
    ...(person && { patientName: [person.givenName, person.familyName].filter(Boolean).join(' ') }),
    ...(appointmentId && { appointmentId }),
    ...(visit && { startAt: normalInstant(visit.slot.startAt) }),
    ...(byName && { by: byName }),
  }
  return { id, kind, at, isRead, ...named, ...rest }
}

/** Events for a listener: how it stands, and what a piece of news means for this person; undefined for nothing. */
export function notificationEvents(parts: Parts, userId: string): { now(): NotificationEvent; onTold(told: Told): NotificationEvent | undefined } {
  const unread = () => rowsOf(parts, userId).rows.filter(({ isRead }) => !isRead).length
  return {
    now: () => ({ unread: unread(), news: [] }),
    onTold: ({ rows, userIds }) => {
      const { role, notificationsOff = [] } = parts.store.get(user, userId)
      const audiences = new Set(audiencesOf(userId, role))
      const news = rows.filter(({ audience, kind }) => audiences.has(audience) && !notificationsOff.includes(kind)).map(({ kind }) => kind as NotificationKind)
      if (news.length === 0 && !userIds.has(userId)) return undefined
      return { unread: unread(), news: [...new Set(news)] }
    },
  }
}
