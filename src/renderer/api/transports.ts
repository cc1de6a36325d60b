import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { OpenTransport } from './connection.js'

/** Whether the desktop shell served this page, which it says in the page's head; otherwise the web host did. */
export const isDesktop = Boolean(globalThis.document?.querySelector('meta[name="host"][content="desktop"]'))

/** The desktop shell's line: one end of a message channel is handed to the main process through the preload. */
export const openPort: OpenTransport = async () => {
  const { port1, port2 } = new MessageChannel()
  const closed = new Promise<void>((resolve) => port1.addEventListener('close', () => resolve(), { once: true }))
  const link = new PortLink({ port: port1 })
  window.postMessage('connect', location.origin, [port2])
  port1.start()
  return { link, closed, close: () => port1.close() }
}

/** The web host's line: a WebSocket that carries the session cookie. */
export const openSocket: OpenTransport = () =>
  new Promise((resolve, reject) => {
    const url = new URL('/rpc', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url)
    const closed = new Promise<void>((settle) => socket.addEventListener('close', () => settle(), { once: true }))
    socket.addEventListener('open', () => resolve({ link: new SocketLink({ websocket: socket }), closed, close: () => socket.close() }), { once: true })
    void closed.then(() => reject(new Error('The workstation did not answer.')))
  })
