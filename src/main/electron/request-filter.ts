import type { Session } from 'electron'
import { isAppPage } from './app-page.js'

/** Whether the page may fetch an address: its own files, and data it made itself. Everything else would leave the workstation. */
export const isRequestAllowed = (address: string): boolean =>
  isAppPage(address) || address.startsWith('data:') || (address.startsWith('blob:') && isAppPage(address.slice('blob:'.length)))

/** Cancels every request of the session that is not the application's own, so that a gap in the content policy is not enough to send data out. */
export const filterRequests = (session: Session): void => {
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isRequestAllowed(details.url) }))
}
