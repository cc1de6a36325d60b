import { z } from 'zod'
import { workstation } from '../entities/workstation.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** Who belongs to the clinic. `sync.workstations` lists them. */
export const workstations = {
  /** A code with which another computer joins, once and for 15 minutes; it is shown only now. UNAVAILABLE without a line to the clinic's server. */
  invite: procedure({ permission: 'settings.write', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/workstations/invite', successStatus: 201 })
    .input(z.strictObject({}))
    .output(z.strictObject({ code: z.string(), expiresAt: InstantText })),
  /**
   * Removes another workstation: its sessions end, and the clinic gets a new key that it is left out of. `isKeyRenewed` is false while the server is not in
   * reach; the key is then made at the next contact. INVALID `self` for this workstation itself.
   */
  remove: procedure({ permission: 'settings.write', type: 'command', limit: 'costly' })
    .route({ method: 'DELETE', path: '/workstations/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(z.strictObject({ isKeyRenewed: z.boolean() })),
  /**
   * From now on only programs that know the records of this one exchange them. An older workstation keeps everything, what waits there included, until it
   * is updated. Cannot be taken back. Without a line to the server it is told at the next contact.
   */
  requireVersion: procedure({ permission: 'settings.write', type: 'command' })
    .route({ method: 'POST', path: '/workstations/require-version' })
    .input(z.strictObject({ commandId }))
    .output(z.strictObject({ leastSchema: z.int() })),
  rename: procedure({ permission: 'settings.write', type: 'command' })
    .route({ method: 'PATCH', path: '/workstations/{id}' })
    .input(z.strictObject({ id: Id, name: workstation.fields.name, commandId }))
    .output(z.strictObject({ id: Id, name: z.string() })),
}
