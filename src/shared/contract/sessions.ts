import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { procedure } from './procedure.js'

/** Somebody is signed in: who, opened where and when, and how long it lasts at the most. */
export const OpenSession = z.strictObject({
  id: Id,
  userId: Id,
  displayName: z.string(),
  username: z.string(),
  workstationId: Id,
  workstationName: z.string(),
  /** Opened on the workstation that answers. */
  isHere: z.boolean(),
  /** The session of this call itself. */
  isCurrent: z.boolean(),
  openedAt: InstantText,
  expiresAt: InstantText,
  /** Last use on the workstation that answers, to a minute; absent where it was not used here. */
  seenAt: InstantText.optional(),
})
export type OpenSession = z.infer<typeof OpenSession>

/** How many sessions were ended. */
const Ended = z.strictObject({ endedCount: z.int() })

/** Where people are signed in. Ending holds on every workstation at once, on those that are away at their next contact. */
export const sessions = {
  /**
   * Sessions that hold now, the newest first: one's own (`me`), or those of the whole clinic, for who may manage staff. Without `of` whatever the caller may
   * see. FORBIDDEN when everybody's are asked for without that permission.
   */
  list: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/sessions' })
    .input(z.strictObject({ of: z.enum(['me', 'everybody']).optional() }))
    .output(z.strictObject({ items: z.array(OpenSession) })),
  /** One's own session, or for who may manage staff anybody's. */
  get: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/sessions/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(OpenSession),
  /** Ends one's own session, or for who may manage staff anybody's. Unsent drafts stay under their writer's name. */
  end: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'DELETE', path: '/sessions/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(Ended),
  /** Ends all one's own sessions but this one. */
  endOthers: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/sessions/end-others' })
    .input(z.strictObject({}))
    .output(Ended),
  /** Ends every session of an account; the account itself goes on. */
  endAllOf: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'POST', path: '/accounts/{userId}/end-sessions' })
    .input(z.strictObject({ userId: Id }))
    .output(Ended),
}
