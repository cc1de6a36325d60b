import type { IpcMain, IpcMainEvent, MessagePortMain, WebContents } from 'electron'
import { memoryCarrier } from '../ipc/carriers.js'
import { isAppPage } from './app-page.js'

/** Carries one window's session token in the memory of the main process: the page never sees it, a reload keeps it, closing the window ends it. */
type WindowSession = ReturnType<typeof memoryCarrier>

/** Takes one end of a page's message port; the other end is the page's typed client. Called once for each load of the page. */
export type Connect = (port: MessagePortMain, session: WindowSession) => void

/**
 * Accepts the message ports that the preload hands over, each with its window's session. A port from any other page, from
 * a frame or in the wrong number is closed unread. Returns how to find a window's session.
 */
export const acceptConnections = (ipcMain: IpcMain, connect: Connect): ((contents: WebContents) => WindowSession) => {
  const sessions = new WeakMap<WebContents, WindowSession>()
  ipcMain.on('connect', (event) => {
    const [port] = event.ports
    if (!port || event.ports.length !== 1 || !isFromAppPage(event)) {
      for (const refused of event.ports) refused.close()
      return
    }
    connect(port, sessionOf(event.sender))
    port.start()
  })

  const sessionOf = (contents: WebContents): WindowSession => {
    const known = sessions.get(contents)
    if (known) return known
    const session = memoryCarrier()
    sessions.set(contents, session)
    contents.once('destroyed', () => session.drop())
    return session
  }
  return sessionOf
}

/** The sending frame is looked at, not the window: a window may hold frames of another origin, or have navigated since. */
const isFromAppPage = ({ senderFrame }: IpcMainEvent): boolean => senderFrame !== null && senderFrame.parent === null && isAppPage(senderFrame.url)
