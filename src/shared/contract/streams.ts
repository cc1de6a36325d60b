import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { NotificationEvent } from './notifications.js'
import { Presence } from './presence.js'
import { procedure } from './procedure.js'

/** State of the connection to the clinic's server, as the badge shows it (states in docs/README.md). */
export const SyncStatus = z.strictObject({
  state: z.enum(['redis', 'sending', 'local', 'localOnly', 'reconnecting', 'attention']),
  waiting: z.int(),
  /** Begin of the state; without a connection the last answer of the server. */
  since: z.string().nullable(),
  /** Code of what is wrong, e.g. `unreachable`, `auth`, `full`, `journal`. */
  reason: z.string().optional(),
  /** The next attempt, while `reconnecting`. */
  until: InstantText.optional(),
  /** How many things need a person, with `attention`. */
  count: z.int().optional(),
  /** Since when the oldest operation waits; it turns the badge amber after a day, red after three. */
  oldestWaitingAt: InstantText.optional(),
})
export type SyncStatus = z.infer<typeof SyncStatus>

/** Records that a commit touched; screens reload the queries that show them. Ids only, never values. */
export const Changes = z.strictObject({
  seq: z.int(),
  records: z.array(z.strictObject({ kind: z.string(), id: z.string(), patientId: z.string().optional() })),
})
export type Changes = z.infer<typeof Changes>

/** A long task: import, export, backup, recovery. */
export const Progress = z.strictObject({
  id: z.string(),
  task: z.string(),
  done: z.int(),
  total: z.int().optional(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  message: z.string().optional(),
})
export type Progress = z.infer<typeof Progress>

export const streams = {
  changes: procedure({ permission: 'session', type: 'stream', limit: 'none' })
    .route({ method: 'GET', path: '/streams/changes' })
    .output(eventIterator(Changes)),
  syncStatus: procedure({ permission: 'session', type: 'stream', limit: 'none' })
    .route({ method: 'GET', path: '/streams/sync-status' })
    .output(eventIterator(SyncStatus)),
  progress: procedure({ permission: 'session', type: 'stream', limit: 'none' })
    .route({ method: 'GET', path: '/streams/progress' })
    .output(eventIterator(Progress)),
  /** Who is at the clinic's workstations, and who else has open what this window has; the window is there while it listens. Every event is whole. */
  presence: procedure({ permission: 'session', type: 'stream', limit: 'none' })
    .route({ method: 'GET', path: '/streams/presence' })
    .input(z.strictObject({ windowId: Id }))
    .output(eventIterator(Presence)),
  notifications: procedure({ permission: 'session', type: 'stream', limit: 'none' })
    .route({ method: 'GET', path: '/streams/notifications' })
    .output(eventIterator(NotificationEvent)),
}
