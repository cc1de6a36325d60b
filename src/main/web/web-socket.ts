import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { memoryCarrier } from '../ipc/carriers.js'
import { errorBody } from '../ipc/error-body.js'
import type { Ipc } from '../ipc/ipc.js'
import { maxMessageLength } from '../ipc/peer.js'
import { HttpRefusal } from './replies.js'

const heartbeatMs = 30_000
const maxSockets = 500
/** An answer that a client does not read piles up in memory; beyond this the client is taken for dead. */
const maxBufferedBytes = 64_000_000

/** Close codes of RFC 6455, section 7.4.1. */
const closeCodes = { malformed: 1007, tooBig: 1009, tooMany: 1008 } as const

/** The typed client's WebSocket. Its session is that of the cookie or header it was opened with; signing in is done over HTTP, where a cookie can be set. */
export class RpcSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxMessageLength, perMessageDeflate: false })
  readonly #alive = new WeakSet<WebSocket>()
  readonly #heartbeat: NodeJS.Timeout

  constructor(private readonly ipc: Ipc) {
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref()
  }

  /** Takes over a connection whose request the host has checked. */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer, caller: { token: string | undefined; address: string; isOnThisComputer: boolean }): void {
    if (this.#server.clients.size >= maxSockets) {
      refuseUpgrade(socket, new HttpRefusal(503, 'UNAVAILABLE', 'Too many screens are connected to this workstation. Close one and try again.'))
      return
    }
    this.#server.handleUpgrade(req, socket, head, (ws) => {
      this.#alive.add(ws)
      ws.on('pong', () => this.#alive.add(ws))
      ws.on('error', () => ws.terminate())
      this.ipc.serve(
        {
          send: (message) => {
            if (ws.bufferedAmount > maxBufferedBytes) ws.terminate()
            else ws.send(message)
          },
          onMessage: (listener) => ws.on('message', (data: RawData, isBinary) => listener(isBinary ? data : data.toString())),
          onClose: (listener) => ws.on('close', listener),
          refuse: (reason) => ws.close(closeCodes[reason]),
        },
        { carrier: memoryCarrier(caller.token), address: caller.address, isOnThisComputer: caller.isOnThisComputer },
      )
    })
  }

  /** Says goodbye to every client and drops those that do not answer. */
  async stop(): Promise<void> {
    clearInterval(this.#heartbeat)
    const closed = [...this.#server.clients].map((ws) => new Promise<void>((resolve) => ws.once('close', () => resolve())))
    for (const ws of this.#server.clients) ws.close(1001)
    const timer = setTimeout(() => this.#server.clients.forEach((ws) => void ws.terminate()), 1000)
    await Promise.all(closed)
    clearTimeout(timer)
    this.#server.close()
  }

  #beat(): void {
    for (const ws of this.#server.clients) {
      if (!this.#alive.has(ws)) ws.terminate()
      this.#alive.delete(ws)
      ws.ping()
    }
  }
}

/** Answers an upgrade request with an ordinary refusal, in the same words as over HTTP. */
export function refuseUpgrade(socket: Duplex, { status, code, message, data }: HttpRefusal): void {
  const text = JSON.stringify(errorBody(code, message, data))
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
