import { EventEmitter } from 'node:events'
import { createCodec } from './codec.js'
import type { PageMessage } from './page-world.js'

const { encode, decode } = createCodec()

/** The page that holds the other end of a port. */
interface Page {
  toPage(message: PageMessage): void
}

const open = new Map<string, { port: MessagePortMain; page: Page }>()

/**
 * The main process's end of a port that a page handed over. As in Electron it has no `addEventListener`, keeps messages
 * until `start` and says `close` when the page is gone.
 */
export class MessagePortMain extends EventEmitter {
  #early: unknown[] = []
  #isStarted = false
  #isClosed = false
  readonly #id: string
  readonly #page: Page

  constructor(id: string, page: Page) {
    super()
    this.#id = id
    this.#page = page
    open.set(id, { port: this, page })
  }

  start(): void {
    this.#isStarted = true
    for (const value of this.#early.splice(0)) this.#deliver(value)
  }
  postMessage(value: unknown): void {
    if (!this.#isClosed) this.#page.toPage({ type: 'port', id: this.#id, value: encode(value) })
  }
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    open.delete(this.#id)
    this.#page.toPage({ type: 'close', id: this.#id })
    // The other side hears of it later, as across processes.
    setImmediate(() => this.emit('close'))
  }
  #deliver(value: unknown): void {
    if (this.#isStarted) this.emit('message', { data: value, ports: [] })
    else this.#early.push(value)
  }

  /** A message or the end of a port, as the page reports it. */
  static receive(message: PageMessage): void {
    if (message.type !== 'port' && message.type !== 'close') return
    const port = open.get(message.id)?.port
    if (message.type === 'close') port?.close()
    else if (port) port.#deliver(decode(message.value))
  }
  /** The document is gone, and with it all ends it held. */
  static closeAll(page: Page): void {
    for (const entry of [...open.values()]) if (entry.page === page) entry.port.close()
  }
}

/** Electron's ipcMain. Pages reach it through `ipcRenderer.postMessage` only. */
export const ipcMain = new EventEmitter()
