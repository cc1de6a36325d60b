import type { contract } from '../../../shared/contract/index.js'
import type { OpenSession } from '../../../shared/contract/sessions.js'
import { user } from '../../../shared/entities/staff.js'
import { workstation } from '../../../shared/entities/workstation.js'
import { isGranted } from '../../../shared/permissions.js'
import type { SessionInUse } from '../../security/sessions.js'
import { identityOf } from '../../security/workstation-identity.js'
import type { Actor, Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** Where people are signed in, and signing them out. */
export function sessionsHandlers({ store, sessions }: Services): Handlers<typeof contract.sessions> {
  const shown = ({ opening, account, seenAt }: SessionInUse, { sessionId }: Actor): OpenSession => ({
    id: opening.sessionId,
    userId: account.id,
    displayName: account.displayName,
    username: account.username,
    workstationId: opening.workstationId,
    workstationName: store.find(workstation, opening.workstationId)?.name ?? '',
    isHere: opening.workstationId === identityOf(store.db).id,
    isCurrent: opening.sessionId === sessionId,
    openedAt: opening.openedAt,
    expiresAt: opening.expiresAt,
    ...(seenAt !== undefined && { seenAt }),
  })
  /** The session where the caller may know of it; whose it is otherwise is nobody's business. */
  const visible = (id: string, { userId, role }: Actor): SessionInUse | undefined => {
    const found = sessions.get(id)
    return found && (found.account.id === userId || isGranted(role, 'staff.write')) ? found : undefined
  }
  const none = { message: 'There is no such session, or it has ended already.' }
  return {
    list: ({ input, context: { actor }, errors }) => {
      const mayAll = isGranted(actor.role, 'staff.write')
      if (input.of === 'everybody' && !mayAll) throw errors.FORBIDDEN()
      const ofAll = mayAll && input.of !== 'me'
      return { items: sessions.list(ofAll ? undefined : actor.userId).map((each) => shown(each, actor)) }
    },
    get: ({ input: { id }, context: { actor }, errors }) => {
      const found = visible(id, actor)
      if (!found) throw errors.NOT_FOUND(none)
      return shown(found, actor)
    },
    end: async ({ input: { id }, context: { actor }, errors }) => {
      if (!visible(id, actor)) throw errors.NOT_FOUND(none)
      return { endedCount: await sessions.end([id], actor, 'sessions.end') }
    },
    endOthers: async ({ context: { actor } }) => ({ endedCount: await sessions.endAllOf(actor.userId, actor, 'sessions.endOthers', actor.sessionId) }),
    endAllOf: async ({ input: { userId }, context: { actor } }) => {
      store.get(user, userId)
      return { endedCount: await sessions.endAllOf(userId, actor, 'sessions.endAllOf') }
    },
  }
}
