import { createConnection, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { AbstractConnector, type RedisOptions } from 'ioredis'
import type { LineFreeze } from './line-freeze.js'

/**
 * Opens the sockets that ioredis works on, and tells of their errors. ioredis hears only the first error of a socket, and Node may tell of a second one, as
 * when a certificate is refused while the other side answers: unheard, it would end the program. Of the nodes of a cluster ioredis keeps errors to itself.
 */
export const socketConnector = (onError: (error: Error) => void, freeze?: LineFreeze) =>
  class extends AbstractConnector {
    readonly #options: RedisOptions

    constructor(options: unknown) {
      super(0)
      this.#options = options as RedisOptions
    }

    override async connect(): Promise<Socket> {
      const { host, port, path, tls } = this.#options
      const place = path === undefined ? { host, port: port ?? 0 } : { path }
      this.connecting = true
      await freeze?.whenThawed()
      if (!this.connecting) throw new Error('Connection is closed.')
      this.stream = tls ? connect({ ...place, ...tls }) : createConnection(place)
      this.stream.on('error', (error: Error) => {
        this.firstError ??= error
        onError(error)
      })
      freeze?.add(this.stream)
      return this.stream
    }

    /** At once: what is in flight is given up anyway, and a line that died never ends by itself. */
    override disconnect(): void {
      this.connecting = false
      this.stream?.destroy()
    }
  }
