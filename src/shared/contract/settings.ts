import { z } from 'zod'
import { clinic } from '../entities/staff.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { withFreshness } from './freshness.js'
import { commandId, procedure } from './procedure.js'
import { server } from './server-settings.js'

/** The clinic itself: its id is the dataset's. */
const { leastSchema: _, ...shown } = clinic.fields
export const Clinic = z.strictObject({ id: Id, ...shown, changedAt: InstantText })
export type Clinic = z.infer<typeof Clinic>

const { isDemo: __, ...editable } = shown

/** The program and where it keeps the clinic, for the person who has to describe this workstation to somebody. */
const About = z.strictObject({
  version: z.string(),
  clinicId: Id,
  workstationName: z.string(),
  /** Operating system as Node names it, e.g. `linux`, `darwin`, `win32`. */
  platform: z.string(),
  /** Where the key of the encrypted database lies: the operating system's key store, a key file, or derived from a passphrase file. */
  keyStore: z.enum(['system', 'keyFile', 'passphrase']),
  /** The clinic's folder on this workstation, for those who may change settings. */
  folder: z.string().optional(),
})

export const settings = {
  about: procedure({ permission: 'settings.read', type: 'query' }).route({ method: 'GET', path: '/about' }).input(z.strictObject({})).output(About),
  clinic: {
    get: procedure({ permission: 'settings.read', type: 'query', cache: 'static' })
      .route({ method: 'GET', path: '/settings/clinic' })
      .input(z.strictObject({}))
      .output(withFreshness(Clinic)),
    /** Only the fields given are changed. A new time zone moves no appointment: they are instants. */
    edit: procedure({ permission: 'settings.write', type: 'command' })
      .route({ method: 'PATCH', path: '/settings/clinic' })
      .input(z.strictObject({ ...z.strictObject(editable).partial().shape, commandId }))
      .output(Clinic),
  },
  server,
}
