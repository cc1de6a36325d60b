import { z } from 'zod'
import { clinic, user } from '../entities/staff.js'
import { commandId, procedure } from './procedure.js'
import { CurrentUser } from './session.js'

/** A clinic that was just made: its first user, signed in on this connection, and the code that opens the data when the key is lost. */
const Created = z.strictObject({
  /** Shown once, to be printed; it is kept nowhere in the clear. */
  recoveryCode: z.string(),
  /** For programs that cannot keep the cookie, as with `session.signIn`. */
  token: z.string(),
  user: CurrentUser,
  expiresAt: z.string(),
})

/** The first-run wizard. Both answer FORBIDDEN when a clinic is already there, or when the caller is not on this computer. */
export const setUp = {
  createClinic: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/set-up/clinic', successStatus: 201 })
    .input(
      z.strictObject({
        clinicName: clinic.schema.shape.name,
        timeZone: clinic.schema.shape.timeZone,
        currency: clinic.schema.shape.currency,
        country: clinic.schema.shape.country,
        language: clinic.schema.shape.language,
        adminUsername: user.schema.shape.username,
        adminDisplayName: user.schema.shape.displayName,
        password: z.string().min(10).max(500),
        /** A second place for backups, a folder on this computer or a mounted drive; INVALID with the field's name when it cannot be written. */
        backupFolder: z.string().max(1000).optional(),
        commandId,
      }),
    )
    .output(Created),
  /** Makes a clinic of made-up records, labelled as such on every screen, with `demoAccount` (demo-account.ts) as its administrator. */
  createDemo: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/set-up/demo', successStatus: 201 })
    .input(z.strictObject({ language: clinic.schema.shape.language, commandId }))
    .output(Created),
}
