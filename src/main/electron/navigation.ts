import type { App, WebContents } from 'electron'
import { isAppPage } from './app-page.js'

/** Hosts whose https pages may be opened in the person's browser. Exact names only; there is none yet. */
const openableHosts: ReadonlySet<string> = new Set<string>()

/** A plain number to dial, and one plain recipient: no headers, no body, no attachment can be handed to the mail program. */
const telephone = /^tel:\+?[0-9().-]{3,24}$/
const recipient = /^mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/

/**
 * Whether an address may be handed to the operating system: a listed https host, or the telephone number or mail address
 * of a contact, which reception dials all day. Everything else (files, other schemes, look-alike hosts) is refused.
 */
export const isOpenable = (address: string, hosts: ReadonlySet<string> = openableHosts): boolean => {
  if (telephone.test(address) || recipient.test(address)) return true
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'https:' && hosts.has(url.host) && url.username === '' && url.password === ''
}

/** Keeps every page of the application where it is: no other origin, no frames, no second window, no webview, no certificate exceptions. */
export const guardNavigation = (app: App, openExternal: (address: string) => Promise<void>): void => {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openExternal))
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault()
    answer(false)
  })
  app.on('select-client-certificate', (event) => event.preventDefault())
  app.on('login', (event) => event.preventDefault())
}

const guardContents = (contents: WebContents, openExternal: (address: string) => Promise<void>): void => {
  // Reloading the application's own page is the one navigation there is.
  contents.on('will-navigate', (event) => {
    if (!isAppPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    // The system may have no program for it; there is nothing to undo and nobody to tell.
    if (isOpenable(url)) openExternal(url).catch(() => undefined)
    return { action: 'deny' }
  })
}
