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

/** A clinic in the application's folder of this computer. `id` is the name of its folder. */
const ClinicChoice = z.strictObject({ id: z.string(), name: z.string(), isOpen: z.boolean() })
export type ClinicChoice = z.infer<typeof ClinicChoice>

/** How far joining a clinic is: `connect` until the server has given the invitation, then `fill`. `total` parts are compared, 0 before that begins. */
export const Joining = z.strictObject({ step: z.enum(['connect', 'fill']), received: z.int(), done: z.int(), total: z.int() })
export type Joining = z.infer<typeof Joining>

/**
 * The first-run wizard, and the choice among several clinics of this computer. Everything answers FORBIDDEN when the caller is not on this computer;
 * what opens or makes a clinic answers CONFLICT while somebody works in the open one, and FORBIDDEN where the program was started for one folder only
 * and that has a clinic already.
 */
export const setUp = {
  /** Clinics that can be opened here. `canAdd`: another one can be made or joined. `hasServer`: the environment names the server, so that joining asks for none. */
  clinics: procedure({ permission: 'public', type: 'query' })
    .route({ method: 'GET', path: '/set-up/clinics' })
    .input(z.strictObject({}))
    .output(z.strictObject({ items: z.array(ClinicChoice), canAdd: z.boolean(), hasServer: z.boolean() })),
  /** Opens another clinic of this computer in place of the one that is open. */
  open: procedure({ permission: 'public', type: 'command' })
    .route({ method: 'POST', path: '/set-up/open' })
    .input(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9-]{1,100}$/) }))
    .output(z.strictObject({ isOpen: z.boolean() })),
  /**
   * Makes this computer a further workstation of a clinic and answers when it is filled: with many records that takes minutes, of which `joining` tells.
   * INVALID names `code`, `address` or `serverPassword` (`asked`: the server asks for one). Called again with the same code it goes on where it stopped.
   */
  join: procedure({ permission: 'public', type: 'command', limit: 'signIn' })
    .route({ method: 'POST', path: '/set-up/join', successStatus: 201 })
    .input(
      z.strictObject({
        code: z.string().max(100),
        /** Address of the clinic's server, e.g. `redis://192.168.1.10`; left out where the environment names it. */
        address: z.string().max(500).optional(),
        serverPassword: z.string().max(512).optional(),
      }),
    )
    .output(z.strictObject({ recoveryCode: z.string(), clinicName: z.string() })),
  /** How far `join` is; null while nobody joins. */
  joining: procedure({ permission: 'public', type: 'query', limit: 'none' })
    .route({ method: 'GET', path: '/set-up/joining' })
    .input(z.strictObject({}))
    .output(Joining.nullable()),
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
