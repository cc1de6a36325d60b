import { z } from 'zod'
import { notificationKinds } from '../entities/notification-kinds.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** How long a notification is kept unless `NOTIFICATION_TTL` says otherwise, and how many of them for one person at the most. */
export const notificationHours = 24
export const notificationLimit = 200

/** Something that somebody was told. Names are looked up as it is shown, so that nothing of a record stays in it. */
export const Notification = z.strictObject({
  id: z.string(),
  kind: z.enum(notificationKinds),
  at: InstantText,
  isRead: z.boolean(),
  /** Whose visit it is about; the name for those who may read patients. */
  patientId: Id.optional(),
  patientName: z.string().optional(),
  /** The visit, and when it begins now. */
  appointmentId: Id.optional(),
  startAt: InstantText.optional(),
  /** Display name of who did it. */
  by: z.string().optional(),
  /** Name of a long task, and how it ended. */
  task: z.string().optional(),
  state: z.enum(['done', 'failed', 'cancelled']).optional(),
  /** Code of a problem of the server, as the panel names it; `oldWaiting` where something has waited for a day. */
  code: z.string().optional(),
  /** A question of Review. */
  question: z.string().optional(),
})
export type Notification = z.infer<typeof Notification>

/** What somebody wants to be told, on every workstation; whether the system may show it over other windows holds on this one. */
const Preferences = z.strictObject({ off: z.array(z.enum(notificationKinds)), isSystemOn: z.boolean() })

/** How many are unread, and the kinds of those that came since the last event, for whoever does not look at the window. */
export const NotificationEvent = z.strictObject({ unread: z.int(), news: z.array(z.enum(notificationKinds)) })
export type NotificationEvent = z.infer<typeof NotificationEvent>

export const notifications = {
  /** What the caller was told within a day, newest first. */
  list: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/notifications' })
    .input(z.strictObject({}))
    .output(z.strictObject({ asOf: InstantText, unread: z.int(), items: z.array(Notification) })),
  /** Marks what was told up to an instant, that of a list, as read; on every workstation. An earlier mark than the one that holds changes nothing. */
  markRead: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/notifications/read' })
    .input(z.strictObject({ upTo: InstantText, commandId }))
    .output(z.strictObject({ readAt: InstantText })),
  preferences: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/notifications/preferences' })
    .input(z.strictObject({}))
    .output(Preferences),
  setPreferences: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'PATCH', path: '/notifications/preferences' })
    .input(z.strictObject({ off: z.array(z.enum(notificationKinds)).max(notificationKinds.length).optional(), isSystemOn: z.boolean().optional(), commandId }))
    .output(Preferences),
}
