import { z } from 'zod'
import { Id } from '../ids.js'
import { permissions, roles } from '../permissions.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** Who is signed in on this connection and what they may do. */
export const CurrentUser = z.strictObject({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  role: z.enum(roles),
  permissions: z.array(z.enum(permissions)),
  practitionerId: Id.optional(),
  language: z.enum(['en', 'es', 'ar']).optional(),
  colorScheme: z.enum(['light', 'dark', 'auto']).optional(),
  hasPin: z.boolean(),
})
export type CurrentUser = z.infer<typeof CurrentUser>

/** What a screen needs before anybody has signed in. */
export const Welcome = z.strictObject({
  /** `setUp` while there is no clinic on this computer yet: the first-run wizard is shown. `choose` while there are several and none is open. */
  state: z.enum(['setUp', 'choose', 'signIn', 'locked', 'signedIn']),
  clinic: z
    .strictObject({
      id: Id,
      name: z.string(),
      timeZone: z.string(),
      currency: z.string(),
      country: z.string(),
      language: z.enum(['en', 'es', 'ar']),
      isDemo: z.boolean(),
      lockAfterMinutes: z.int(),
    })
    .optional(),
  user: CurrentUser.optional(),
  /** Why the session that this connection had does not hold any more, when `signIn`; `by` is the name of whoever ended it. */
  notice: z
    .strictObject({
      reason: z.enum(['expired', 'ended', 'password', 'account', 'workstation', 'here']),
      at: InstantText.optional(),
      by: z.string().optional(),
    })
    .optional(),
  version: z.string(),
})
export type Welcome = z.infer<typeof Welcome>

export const session = {
  welcome: procedure({ permission: 'public', type: 'query', limit: 'none' }).route({ method: 'GET', path: '/welcome' }).output(Welcome),
  signIn: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/session' })
    .input(z.strictObject({ username: z.string().max(60), password: z.string().max(500) }))
    /** `token` is for programs that cannot keep the cookie. */
    .output(z.strictObject({ token: z.string(), user: CurrentUser, expiresAt: z.string() })),
  signOut: procedure({ permission: 'public', type: 'command' })
    .route({ method: 'DELETE', path: '/session' })
    .output(z.strictObject({ isSignedOut: z.boolean() })),
  /** Locks the screen; unsent drafts stay under this user's name. */
  lock: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/session/lock' })
    .output(z.strictObject({ isLocked: z.boolean() })),
  /** Returns to a locked session with the PIN, or with the password. */
  unlock: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/session/unlock' })
    .input(z.strictObject({ pin: z.string().max(12).optional(), password: z.string().max(500).optional() }))
    .output(CurrentUser),
  /** Changes one's own password or PIN; the old password is asked for. */
  changeSecret: procedure({ permission: 'session', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/session/secret' })
    .input(
      z.strictObject({
        password: z.string().max(500),
        newPassword: z.string().min(10).max(500).optional(),
        newPin: z
          .string()
          .regex(/^\d{4,12}$/)
          .optional(),
        commandId,
      }),
    )
    .output(CurrentUser),
  /** A new password for whoever holds the clinic's recovery code; on this computer only. */
  resetWithRecoveryCode: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/session/reset' })
    .input(z.strictObject({ username: z.string().max(60), recoveryCode: z.string().max(100), newPassword: z.string().max(500) }))
    .output(z.strictObject({ isReset: z.boolean() })),
  setPreferences: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'PATCH', path: '/session/preferences' })
    .input(z.strictObject({ language: z.enum(['en', 'es', 'ar']).optional(), colorScheme: z.enum(['light', 'dark', 'auto']).optional(), commandId }))
    .output(CurrentUser),
}
