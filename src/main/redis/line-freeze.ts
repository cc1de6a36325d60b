import type { Socket } from 'node:net'

/**
 * Lets this workstation hear nothing from its server for a while, as if the server stood still with its connections open: what was sent stays unanswered, and new connections do
 * not open. For the rehearsal of an outage; the server and other workstations notice nothing.
 */
export class LineFreeze {
  readonly #sockets = new Set<Socket>()
  #thaw: PromiseWithResolvers<void> | undefined

  get isFrozen(): boolean {
    return this.#thaw !== undefined
  }

  /** Resolves when lines may open: at once as a rule. */
  whenThawed(): Promise<void> | undefined {
    return this.#thaw?.promise
  }

  /** Takes part in freezing until the socket closes. */
  add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    if (this.#thaw) socket.pause()
  }

  /** Freezes all lines; returns how to thaw them. */
  freeze(): () => void {
    this.#thaw ??= Promise.withResolvers<void>()
    for (const socket of this.#sockets) socket.pause()
    return () => this.#resume()
  }

  #resume(): void {
    const thaw = this.#thaw
    this.#thaw = undefined
    for (const socket of this.#sockets) socket.resume()
    thaw?.resolve()
  }
}
