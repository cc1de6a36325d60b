import type { contract } from '../../../shared/contract/index.js'
import { user } from '../../../shared/entities/staff.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** How much is left of what is costly, and letting somebody in again. */
export const limitHandlers = ({ store, limits, now }: Services): Handlers<typeof contract.limits> => {
  const after = (ms: number): string => new Date(now() + ms).toISOString()
  return {
    left: async ({ input: { procedure }, context: { actor, address } }) => {
      const { limit, remaining, resetSeconds } = await limits.leftOfCostly(procedure, { userId: actor.userId, address })
      return { limit, remaining, resetsAt: after(resetSeconds * 1000) }
    },
    list: async () => ({
      items: (await limits.list()).map(({ id, subject: { of, name, userId }, used, max, leftMs }) => {
        const displayName = userId && store.find(user, userId)?.displayName
        return { id, of, name, ...(userId && { userId }), ...(displayName && { displayName }), used, max, isFull: used >= max, resetsAt: after(leftMs) }
      }),
    }),
    unblock: async ({ input: { id }, context: { actor }, errors }) => {
      const subject = await limits.unblock(id)
      if (!subject) throw errors.NOT_FOUND({ message: 'This limit is not in use any more; nothing holds anybody back.' })
      const { of, name, userId } = subject
      store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'limits.unblock', detail: { of, name, ...(userId && { user: userId }) } })
      return { isUnblocked: true }
    },
  }
}
