import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { call, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import { newStyleNonce, pageHeaders, withStyleNonce } from '../../../src/main/lib/page-security.js'
import { type Context, MemoryWorkstation } from './memory-workstation.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** Serves a built renderer with the real content policy, over an in-memory workstation. */
export class MemoryHost {
  readonly workstation: MemoryWorkstation
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #sessions = new Map<string, Context['session']>()

  constructor(
    readonly folder: string,
    workstation = new MemoryWorkstation(),
  ) {
    this.workstation = workstation
    const router = workstation.router()
    const rpc = new RPCHandler(router)
    this.#server = createServer((request, response) => {
      const answer = async (): Promise<{ status: number; headers?: Record<string, string>; body?: string | Buffer }> => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost')
        if (pathname === '/api/v1/session') return this.#session(request, router)
        const path = pathname === '/' ? 'index.html' : pathname
        const file = await readFile(join(folder, path)).catch(() => undefined)
        if (!file) return { status: 404 }
        const nonce = path.endsWith('.html') ? newStyleNonce() : undefined
        return {
          status: 200,
          headers: { ...pageHeaders(nonce), 'content-type': types[extname(path)] ?? 'application/octet-stream' },
          body: nonce ? withStyleNonce(file.toString(), nonce) : file,
        }
      }
      void answer().then(({ status, headers = {}, body }) => response.writeHead(status, headers).end(body))
    })
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        void rpc.upgrade(webSocket, { context: { session: this.#sessionOf(request) ?? { isLocked: false } } })
      })
    })
  }

  #sessionOf(request: IncomingMessage): Context['session'] | undefined {
    return this.#sessions.get(/session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
  }

  async #session(request: IncomingMessage, router: ReturnType<MemoryWorkstation['router']>) {
    const json = { 'content-type': 'application/json' }
    if (request.method === 'DELETE') {
      const session = this.#sessionOf(request)
      if (session) delete session.userId
      return { status: 200, headers: { ...json, 'set-cookie': 'session=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/' }, body: '{"isSignedOut":true}' }
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const session: Context['session'] = { isLocked: false }
    try {
      const output = await call(router.session.signIn, JSON.parse(Buffer.concat(chunks).toString()), { path: ['session', 'signIn'], context: { session } })
      const id = randomUUID()
      this.#sessions.set(id, session)
      return { status: 200, headers: { ...json, 'set-cookie': `session=${id}; HttpOnly; SameSite=Strict; Path=/` }, body: JSON.stringify(output) }
    } catch (error) {
      const { code, status, data } = error instanceof ORPCError ? error : { code: 'INTERNAL', status: 500, data: {} }
      return { status, headers: json, body: JSON.stringify({ code, ...data }) }
    }
  }

  /** Starts on a port of its own (or the given one) and answers its address. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** Cuts every open socket, as a workstation that restarts does. */
  dropConnections(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  async stop(): Promise<void> {
    this.dropConnections()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
