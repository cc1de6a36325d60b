import type { SessionCarrier } from '../features/handler.js'
import { memoryCarrier } from './carriers.js'
import type { Ipc } from './ipc.js'

/** A port as Node's and the browser's `MessageChannel` give it. */
interface EventTargetPort {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/** A port as Electron's main process gives it (`MessagePortMain`). */
interface EmitterPort {
  on(type: 'message', listener: (event: { data: unknown }) => void): unknown
  on(type: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/** Either kind of port. */
export type ServedPort = EventTargetPort | EmitterPort

/**
 * Serves the contract on a port that a window handed over. The caller has checked where the port came from. The session lives in `carrier`,
 * one for each window; a reload passes the same one again and stays signed in. A malformed message closes the port.
 */
export function connectPort(ipc: Ipc, port: ServedPort, carrier: SessionCarrier = memoryCarrier()): void {
  ipc.serve(
    {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => {
        if ('addEventListener' in port) port.addEventListener('message', ({ data }) => listener(data))
        else port.on('message', ({ data }) => listener(data))
      },
      onClose: (listener) => {
        if ('addEventListener' in port) port.addEventListener('close', listener)
        else port.on('close', listener)
      },
      refuse: () => port.close(),
    },
    { carrier, address: 'port', isOnThisComputer: true },
  )
  port.start()
}
