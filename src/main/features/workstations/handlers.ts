import type { contract } from '../../../shared/contract/index.js'
import { recordSchema } from '../../../shared/entities/index.js'
import { clinic as clinicEntity } from '../../../shared/entities/staff.js'
import { workstation } from '../../../shared/entities/workstation.js'
import { MembershipProblem } from '../../security/membership.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** Inviting, removing and naming workstations. */
export const workstationHandlers = ({ store, membership, clinic }: Services): Handlers<typeof contract.workstations> => ({
  invite: async ({ context: { actor }, errors }) => {
    try {
      return await membership.invite(actor)
    } catch (error) {
      // The server's own refusals are sentences too.
      if (error instanceof Error && 'isPublic' in error) throw errors.UNAVAILABLE({ message: error.message })
      throw error
    }
  },
  remove: async ({ input: { id }, context: { actor }, errors }) => {
    try {
      return await membership.remove(id, { actor, act: 'workstations.remove' })
    } catch (error) {
      if (!(error instanceof MembershipProblem)) throw error
      if (error.code === 'self') throw errors.INVALID({ message: error.message, data: { fields: [{ path: 'id', code: 'self' }] } })
      throw errors.UNAVAILABLE({ message: error.message })
    }
  },
  requireVersion: ({ context: { actor, command } }) =>
    store.write({ actor, act: 'workstations.requireVersion', command }, (tx) => {
      const { id, leastSchema = 0 } = clinic()
      if (leastSchema < recordSchema) tx.update(clinicEntity, id, { leastSchema: recordSchema })
      return { leastSchema: Math.max(leastSchema, recordSchema) }
    }),
  rename: ({ input: { id, name }, context: { actor, command } }) =>
    store.write({ actor, act: 'workstations.rename', command }, (tx) => {
      tx.update(workstation, id, { name })
      return { id, name: tx.get(workstation, id).name }
    }),
})
