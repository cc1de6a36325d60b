import type { contract } from '../../../shared/contract/index.js'
import { notificationKinds } from '../../../shared/entities/notification-kinds.js'
import { user } from '../../../shared/entities/staff.js'
import { normalInstant } from '../../../shared/time.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { inboxOf, sharedNow } from './inbox.js'
import { isSystemOn, setSystemOn } from './queries.js'

/** What the signed-in person was told, what of it is read, and what they want to be told. */
export function notificationHandlers(services: Services): Handlers<typeof contract.notifications> {
  const { store, now } = services
  const preferencesOf = (userId: string) => {
    const off: readonly string[] = store.get(user, userId).notificationsOff ?? []
    return { off: notificationKinds.filter((kind) => off.includes(kind)), isSystemOn: isSystemOn(store.db, userId) }
  }
  return {
    list: ({ context: { actor } }) => inboxOf(services, actor.userId),
    markRead: async ({ input, context: { actor, command } }) => {
      // A mark in the future would hide what is still to come.
      const upTo = normalInstant(new Date(Math.min(Date.parse(input.upTo), sharedNow(services))).toISOString())
      return store.write({ actor, act: 'notifications.markRead', command }, (tx) => {
        const before = tx.get(user, actor.userId).notificationsReadAt ?? ''
        if (upTo > before) tx.update(user, actor.userId, { notificationsReadAt: upTo })
        return { readAt: upTo > before ? upTo : before }
      })
    },
    preferences: ({ context: { actor } }) => preferencesOf(actor.userId),
    setPreferences: async ({ input: { off, isSystemOn: isOn }, context: { actor, command } }) => {
      if (isOn !== undefined) setSystemOn(store.db, actor.userId, isOn, new Date(now()).toISOString())
      return store.write({ actor, act: 'notifications.setPreferences', command }, (tx) => {
        // Kinds that only a newer version knows stay as they were chosen there.
        const known: readonly string[] = notificationKinds
        const others = (tx.get(user, actor.userId).notificationsOff ?? []).filter((kind) => !known.includes(kind))
        if (off) tx.update(user, actor.userId, { notificationsOff: [...others, ...new Set(off)] })
        return preferencesOf(actor.userId)
      })
    },
  }
}
