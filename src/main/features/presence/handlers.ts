import type { contract } from '../../../shared/contract/index.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** Says what windows have open; who else does is told by the `presence` stream. */
export const presenceHandlers = ({ presence }: Services): Handlers<typeof contract.presence> => ({
  opening: ({ input: { windowId, openings }, context: { actor } }) => ({ isKept: presence.show(windowId, actor.userId, openings) }),
})
