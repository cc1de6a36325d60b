import type { createCodec, Wire } from './codec.js'

/** What travels from the page to the main process, and back: a message port that was handed over lives on both sides under one id. */
export type PageMessage =
  | { type: 'post'; channel: string; value: Wire; ports: string[] }
  | { type: 'port'; id: string; value: Wire }
  | { type: 'close'; id: string }
  | { type: 'open'; address: string }
  | { type: 'preloadError'; message: string }

type Preload = (require: (name: string) => unknown, module: { exports: object }, exports: object, process: object) => void

/**
 * Makes `window.open` ask the main process and return nothing, as Electron does when its handler denies. Runs in the page's
 * own world; a DOM event is all that this shares with the isolated one.
 */
export function refuseWindows(eventName: string): void {
  window.open = (address = '') => {
    const detail = address === '' ? 'about:blank' : String(new URL(address, document.baseURI))
    dispatchEvent(new CustomEvent(eventName, { detail }))
    return null
  }
}

/**
 * Runs the preload in the page's isolated world with what Electron's sandbox gives it: `ipcRenderer.postMessage`, and
 * nothing of Node. Sent to the page as source text, so it must not use anything from outside itself.
 */
export function startIsolatedWorld(binding: string, makeCodec: typeof createCodec, preload: Preload): void {
  const { encode, decode } = makeCodec()
  const world = globalThis as unknown as Record<string, unknown>
  const toMain = world[binding] as (text: string) => void
  delete world[binding]
  const send = (message: PageMessage): void => toMain(JSON.stringify(message))
  const ports = new Map<string, MessagePort>()

  addEventListener(binding, (event) => {
    if (event instanceof CustomEvent) send({ type: 'open', address: String(event.detail) })
  })
  const adopt = (port: MessagePort): string => {
    const id = crypto.randomUUID()
    ports.set(id, port)
    port.onmessage = (event) => send({ type: 'port', id, value: encode(event.data) })
    port.addEventListener('close', () => send({ type: 'close', id }))
    return id
  }
  world.standInReceive = (message: PageMessage): void => {
    if (message.type === 'port') ports.get(message.id)?.postMessage(decode(message.value))
    if (message.type !== 'close') return
    ports.get(message.id)?.close()
    ports.delete(message.id)
  }

  const ipcRenderer = {
    postMessage: (channel: string, value: unknown, transfer: MessagePort[] = []) =>
      send({ type: 'post', channel, value: encode(value), ports: transfer.map(adopt) }),
  }
  const module = { exports: {} }
  const require = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return { ipcRenderer }
    throw new Error(`module not found: ${name}`)
  }
  try {
    preload(require, module, module.exports, Object.freeze({ type: 'renderer', sandboxed: true, contextIsolated: true, env: {} }))
  } catch (error) {
    send({ type: 'preloadError', message: String(error) })
  }
}
