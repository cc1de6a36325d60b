import { z } from 'zod'
import { InstantText } from '../time.js'
import { entity } from './entity.js'

/**
 * A place for one session at a time of one account, opened on one workstation. The place is used again when its session is over, so that the number of
 * records stays bounded. Only the workstation where the sessions are opened writes `opening`; anybody who may end one writes `ended`.
 * Nothing here says that a session holds: that is judged when it is read, in main/security/session-records.ts.
 */
export const session = entity({
  kind: 'session',
  fields: {
    opening: z.strictObject({
      sessionId: z.uuid(),
      userId: z.uuid(),
      workstationId: z.uuid(),
      /** SHA-256 of the token in base64url; the token itself is kept nowhere. */
      tokenHash: z.string().length(43),
      openedAt: InstantText,
      expiresAt: InstantText,
      /** Mark of the password that the account had: with another password the session is over, on every workstation and without a message. */
      passwordMark: z.string().length(22),
    }),
    /** Sessions of this place that were ended, by id. */
    ended: z.record(z.uuid(), z.strictObject({ at: InstantText, by: z.uuid().optional() })).optional(),
  },
  // Endings that were written at the same time all hold, whichever came last: nobody is asked, and no ending is lost to another one.
  ranks: { ended: 'union' },
  sensitivity: 'secret',
  isOperational: true,
})
