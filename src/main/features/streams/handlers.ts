import type { contract } from '../../../shared/contract/index.js'
import type { NotificationEvent } from '../../../shared/contract/notifications.js'
import type { Presence } from '../../../shared/contract/presence.js'
import type { Changes, Progress, SyncStatus } from '../../../shared/contract/streams.js'
import type { CallContext, Handlers } from '../handler.js'
import { notificationEvents } from '../notifications/index.js'
import { presenceFor } from '../presence/index.js'
import type { Services } from '../services.js'
import { heard } from './heard.js'

/** Whether the connection is still in the session with which a stream was begun: somebody else may have signed in on it. */
function sameSession({ sessions }: Services, { carrier, actor }: CallContext): () => boolean {
  const { sessionId } = actor
  return () => {
    const token = carrier.token()
    const found = token === undefined ? undefined : sessions.resolve(token, 'watch')
    return typeof found === 'object' && found.sessionId === sessionId
  }
}

/** Event streams that every screen listens to. */
export const streamHandlers = (services: Services): Handlers<typeof contract.streams> => ({
  changes: ({ signal }) => heard<Changes>(signal, (tell) => services.store.subscribe(({ seq, records }) => tell({ seq, records: [...records] }))),
  syncStatus: ({ signal }) => heard<SyncStatus>(signal, services.syncStatus.subscribe, [services.syncStatus.current()]),
  progress: ({ signal }) => heard<Progress>(signal, services.tasks.subscribe, services.tasks.list()),
  presence: ({ input: { windowId }, context, signal }) => {
    const { userId } = context.actor
    const isAlive = sameSession(services, context)
    return heard<Presence>(signal, (tell, end) => {
      const leave = services.presence.enter({
        id: windowId,
        userId,
        isAlive: () => {
          const is = isAlive()
          if (!is) end()
          return is
        },
        onChange: () => tell(presenceFor(services, windowId, userId)),
      })
      tell(presenceFor(services, windowId, userId))
      return leave
    })
  },
  notifications: ({ context, signal }) => {
    const { userId } = context.actor
    const isAlive = sameSession(services, context)
    return heard<NotificationEvent>(signal, (tell, end) => {
      const { now, onTold } = notificationEvents(services, userId)
      const stop = services.notifications.subscribe((told) => {
        if (!isAlive()) return end()
        const event = onTold(told)
        if (event) tell(event)
      })
      tell(now())
      return stop
    })
  },
})
