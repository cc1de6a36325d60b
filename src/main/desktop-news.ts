import { user } from '../shared/entities/staff.js'
import { notificationSentences } from '../shared/notification-sentences.js'
import type { OpenClinic } from './clinic.js'
import type { SessionCarrier } from './features/handler.js'
import { isSystemOn, notificationEvents } from './features/notifications/index.js'

/** So often it is looked whether another clinic was opened; its own news come at once. */
const lookEveryMs = 2000

/**
 * Tells a desktop window what whoever is signed in there is told, as a sentence without names, where they want that on this computer. Nobody is told
 * anything while the screen is locked. Returns how to stop.
 */
export function tellDesktop(current: () => OpenClinic | undefined, carrier: SessionCarrier, show: (sentence: string) => void): () => void {
  let followed: OpenClinic | undefined
  let stop: () => void = () => undefined
  const follow = () => {
    const clinic = current()
    if (clinic === followed) return
    stop()
    followed = clinic
    stop = clinic?.services.notifications.subscribe((told) => tell(clinic, told)) ?? (() => undefined)
  }
  const tell = ({ services }: OpenClinic, told: Parameters<ReturnType<typeof notificationEvents>['onTold']>[0]) => {
    const token = carrier.token()
    // Being told is no activity: it must not keep a session from being locked.
    const who = token === undefined ? undefined : services.sessions.resolve(token, 'watch')
    if (typeof who !== 'object' || !isSystemOn(services.store.db, who.userId)) return
    const language = services.store.get(user, who.userId).language ?? services.clinic().language
    for (const kind of notificationEvents(services, who.userId).onTold(told)?.news ?? []) show(notificationSentences[language][kind])
  }
  follow()
  const timer = setInterval(follow, lookEveryMs).unref()
  return () => {
    clearInterval(timer)
    stop()
  }
}
