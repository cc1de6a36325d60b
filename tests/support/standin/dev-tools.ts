import { EventEmitter } from 'node:events'
import type { CDPSession } from '@playwright/test'

interface Waiting {
  resolve(result: never): void
  reject(error: Error): void
  method: string
}

interface Incoming {
  id?: number
  method?: string
  params?: unknown
  sessionId?: string
  result?: never
  error?: { message: string }
}

/** One session of Chromium's debugging protocol, typed by Playwright's own declarations of it. */
export interface Channel {
  send: CDPSession['send']
  on: CDPSession['on']
}

/** The connection to Chromium. `page` gives the session of one page, `browser` is the whole browser's. */
export class DevTools {
  readonly #socket: WebSocket
  readonly #events = new EventEmitter().setMaxListeners(0)
  readonly #waiting = new Map<number, Waiting>()
  readonly browser: Channel = this.page('')
  readonly closed: Promise<void>
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.onmessage = ({ data }) => this.#take(JSON.parse(String(data)))
    this.closed = new Promise((resolve) => {
      socket.onclose = () => {
        for (const { reject, method } of this.#waiting.values()) reject(new Error(`${method}: Chromium has ended.`))
        this.#waiting.clear()
        resolve()
      }
    })
  }

  static open(address: string): Promise<DevTools> {
    const socket = new WebSocket(address)
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(new DevTools(socket))
      socket.onerror = () => reject(new Error('Chromium refuses the debugging connection.'))
    })
  }

  page(sessionId: string): Channel {
    const channel = {
      send: (method: string, params: object = {}) => this.#send(method, params, sessionId),
      on: (method: string, listener: (params: unknown) => void) => this.#events.on(`${sessionId}:${method}`, listener),
    }
    return channel as unknown as Channel
  }

  #send(method: string, params: object, sessionId: string): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method })
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== '' && { sessionId }) }))
    })
  }

  #take({ id, method, params, sessionId = '', result, error }: Incoming): void {
    if (id === undefined) {
      this.#events.emit(`${sessionId}:${method}`, params)
      return
    }
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.reject(new Error(`${waiting.method}: ${error.message}`))
    else waiting?.resolve(result as never)
  }
}
