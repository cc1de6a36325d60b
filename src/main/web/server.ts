import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, isIPv6 } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import { ORPCError } from '@orpc/contract'
import { commonErrors } from '../../shared/contract/procedure.js'
import { admit } from '../ipc/admission.js'
import type { BinaryRoute } from '../ipc/binary-routes.js'
import { errorBody } from '../ipc/error-body.js'
import type { Ipc } from '../ipc/ipc.js'
import { describeApi } from '../ipc/openapi.js'
import { toRefusal } from '../ipc/refusals.js'
import type { Left } from '../lib/limits.js'
import { aliasOf } from './aliases.js'
import { BinaryRoutes } from './binary-routes.js'
import { type Certificate, fingerprintOf, ownAddresses, ownCertificate } from './certificate.js'
import { answerMetrics, type Metrics } from './metrics.js'
import { HttpRefusal, sendJson, sendRefusal } from './replies.js'
import { type AllowedHosts, allowedHosts, checkForgery, checkHost, checkOrigin, isLoopback } from './request-origin.js'
import { type HttpCall, HttpCalls, notFound, wrongMethod } from './rest.js'
import { setSecurityHeaders } from './security-headers.js'
import { cookieCarrier, cookieName, tokenOf } from './session-cookie.js'
import { StaticFiles } from './static-files.js'
import { RpcSockets, refuseUpgrade } from './web-socket.js'

export interface WebHostOptions {
  ipc: Ipc
  /** Folder of the built renderer. */
  rendererFolder: string
  /** Address to listen on; anything but loopback needs `tls`. Default `127.0.0.1`. */
  host?: string
  /** 0, the default, takes a free port. */
  port?: number
  /** The administrator's certificate, or a folder in which the program keeps one that it makes. */
  tls?: Certificate | { folder: string }
  /** Further names under which browsers reach this server, e.g. `clinic.local`. */
  names?: readonly string[]
  version: string
  /** What the health route says beside the version; throws when the workstation cannot work. */
  mode: () => 'local' | 'redis'
  /** Uploads and downloads that are no procedures. */
  routes?: readonly BinaryRoute[]
  /** Figures for a collector under `/metrics`; off when absent. */
  metrics?: Metrics | undefined
}

export interface WebHost {
  url: string
  port: number
  /** SHA-256 fingerprint of the certificate, to be compared on first use; undefined without TLS. */
  fingerprint: string | undefined
  /** Ends streams and sockets, lets running calls finish for two seconds, and closes. */
  stop(): Promise<void>
}

/** Time that running calls get when the host stops. */
const stopGraceMs = 2000

/** Serves the screens, the typed client and the REST interface. @throws Error with a sentence when it may not or cannot listen */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const host = options.host ?? '127.0.0.1'
  if (!isLoopback(host) && !options.tls)
    throw new Error(
      `Serving on ${host} would send patient data over the network in the clear. Give a certificate, let the program make one, or serve on 127.0.0.1.`,
    )
  const isAny = host === '0.0.0.0' || host === '::'
  const names = [...(isAny ? [...ownAddresses(), hostname()] : isLoopback(host) ? [] : [host]), ...(options.names ?? [])]
  const certificate = options.tls && ('folder' in options.tls ? await ownCertificate(options.tls.folder, names, options.ipc.needs.now()) : options.tls)
  const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 10_000, connectionsCheckingInterval: 5000 }
  const server: Server = certificate
    ? createSecureServer({ ...limits, cert: certificate.certificate, key: certificate.key, minVersion: 'TLSv1.2' })
    : createServer(limits)
  server.maxHeadersCount = 100
  server.maxConnections = 1000
  const port = await listen(server, host, options.port ?? 0)
  const handler = new RequestHandler(options, allowedHosts(names, port, certificate !== undefined), port)
  server.on('request', (req, res) => void handler.request(req, res))
  server.on('upgrade', (req, socket, head) => void handler.upgrade(req, socket, head))
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  const shown = isAny ? (names[0] ?? 'localhost') : host
  return {
    url: `${certificate ? 'https' : 'http'}://${isIPv6(shown) ? `[${shown}]` : shown}:${port}`,
    port,
    fingerprint: certificate && fingerprintOf(certificate.certificate),
    stop: () => stop(server, handler),
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: 'another program uses it',
        EACCES: 'this user may not use it',
        EADDRNOTAVAIL: 'this computer has no such address',
      }
      reject(new Error(`Cannot serve on ${host}, port ${port}: ${reasons[error.code ?? ''] ?? error.code}. Choose another port.`, { cause: error }))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

async function stop(server: Server, handler: RequestHandler): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  handler.endStreams()
  await handler.sockets.stop()
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), stopGraceMs)
  await closed
  clearTimeout(timer)
}

class RequestHandler {
  readonly sockets: RpcSockets
  readonly #calls: HttpCalls
  readonly #binary: BinaryRoutes
  readonly #files: StaticFiles
  readonly #open = new Set<ServerResponse>()
  readonly #cookie: string
  #isStopping = false
  #description: Promise<unknown> | undefined

  constructor(
    private readonly options: WebHostOptions,
    private readonly allowed: AllowedHosts,
    port: number,
  ) {
    this.sockets = new RpcSockets(options.ipc)
    this.#calls = new HttpCalls(options.ipc)
    this.#binary = new BinaryRoutes(options.routes ?? [], options.ipc.needs)
    this.#files = new StaticFiles(options.rendererFolder)
    this.#cookie = cookieName(port)
  }

  async request(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.#track(req, res)
    try {
      setSecurityHeaders(res)
      checkHost(req, this.allowed)
      await this.#route(req, res)
    } catch (error) {
      this.#refuse(res, error)
    }
  }

  async upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      checkHost(req, this.allowed)
      checkOrigin(req, this.allowed)
      const { token, isFromCookie } = tokenOf(req, this.#cookie)
      // A browser always names the origin here; without one, a cookie proves nothing.
      if (isFromCookie && req.headers.origin === undefined)
        throw new HttpRefusal(403, 'FORBIDDEN', 'A connection under the session cookie needs the Origin header.')
      if (pathOf(req)?.pathname !== '/rpc') throw notFound()
      this.sockets.accept(req, socket, head, { token, ...this.#caller(req) })
    } catch (error) {
      refuseUpgrade(socket, error instanceof HttpRefusal ? error : new HttpRefusal(500, 'INTERNAL', commonErrors.INTERNAL.message))
    }
  }

  /** Ends answers that would go on for ever. */
  endStreams(): void {
    this.#isStopping = true
    for (const res of this.#open) if (String(res.getHeader('content-type')).startsWith('text/event-stream')) res.destroy()
  }

  async #route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = pathOf(req)
    if (!url) throw new HttpRefusal(400, 'INVALID', 'The address of the request cannot be read.', { fields: [] })
    const target = aliasOf(url.pathname)
    if (target !== undefined) {
      url.pathname = target
      req.url = target + url.search
    }
    const path = url.pathname
    if (path === '/metrics') return answerMetrics(req, res, this.options.metrics)
    const isApi = path === '/api' || path.startsWith('/api/')
    if (!isApi && path !== '/rpc' && !path.startsWith('/rpc/')) return this.#files.answer(req, res, path)
    checkOrigin(req, this.allowed)
    if (path === '/api/v1/health') return this.#health(req, res)
    const { token, isFromCookie } = tokenOf(req, this.#cookie)
    checkForgery(req, isFromCookie)
    const key = req.headers['idempotency-key']
    const connection = {
      ...this.#caller(req),
      carrier: cookieCarrier(res, token, { name: this.#cookie, isSecure: this.allowed.isSecure }),
      ...(typeof key === 'string' && { idempotencyKey: key }),
      onRetryAfter: (seconds: number) => void res.setHeader('retry-after', seconds),
      onLeft: ({ limit, remaining, resetSeconds }: Left) => {
        res.setHeader('ratelimit-limit', limit)
        res.setHeader('ratelimit-remaining', remaining)
        res.setHeader('ratelimit-reset', resetSeconds)
      },
    }
    const call: HttpCall = { req, res, url, connection }
    if (!isApi) return this.#calls.rpc(call)
    if (!path.startsWith('/api/v1/')) throw notFound()
    if (path === '/api/v1/openapi.json') return this.#describe(call)
    if (!(await this.#binary.answer(call))) await this.#calls.rest(call)
  }

  #health(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') throw wrongMethod(['GET'])
    try {
      sendJson(res, 200, { ok: true, version: this.options.version, mode: this.options.mode() })
    } catch {
      sendJson(res, 503, { ok: false, version: this.options.version, mode: 'local' })
    }
  }

  async #describe({ req, res, connection }: HttpCall): Promise<void> {
    if (req.method !== 'GET') throw wrongMethod(['GET'])
    const { ipc, version } = this.options
    await admit(connection, 'openapi', { permission: 'session', type: 'query', cache: 'none', audit: 'none', limit: 'normal' }, commonErrors, ipc.needs)
    this.#description ??= describeApi(ipc.contract, version, [
      { name: 'health', method: 'GET', path: '/health', summary: 'Whether the workstation answers: ok, version, local or redis', isPublic: true },
      ...(this.options.routes ?? []).map(({ name, method, path, maxBytes }) => ({
        name,
        method,
        path,
        summary: maxBytes ? 'Takes a file' : 'Gives a file, or a part of it',
        takesFile: maxBytes !== undefined,
      })),
    ])
    sendJson(res, 200, await this.#description)
  }

  #caller(req: IncomingMessage): { address: string; isOnThisComputer: boolean } {
    const address = req.socket.remoteAddress ?? ''
    // A proxy on this computer also calls from loopback, but for another host.
    return { address, isOnThisComputer: isLoopback(address) && isLoopback((req.headers.host ?? '').replace(/:\d+$/, '')) }
  }

  #refuse(res: ServerResponse, error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown }
    // The client hung up: nothing failed here, and nobody is left to tell.
    if (res.destroyed && (!res.headersSent || code === 'ERR_STREAM_PREMATURE_CLOSE')) return
    if (error instanceof HttpRefusal) sendRefusal(res, error)
    else {
      const refusal = error instanceof ORPCError ? error : toRefusal(error, 'http', commonErrors, this.options.ipc.needs)
      sendJson(res, refusal.status, errorBody(refusal.code, refusal.message, refusal.data as Record<string, unknown>))
    }
    // An answer that broke off halfway must not look complete.
    if (res.headersSent && !res.writableEnded) res.destroy()
  }

  #track(req: IncomingMessage, res: ServerResponse): void {
    this.#open.add(res)
    if (this.#isStopping) res.setHeader('connection', 'close')
    res.once('close', () => {
      this.#open.delete(res)
      if (req.complete) return
      // A refusal sent before the body has arrived: read on for a moment, so that the answer is not lost to a reset, then hang up.
      req.resume()
      setTimeout(() => req.socket.destroy(), 1000).unref()
    })
  }
}

function pathOf(req: IncomingMessage): URL | undefined {
  try {
    return new URL(`http://host${req.url?.startsWith('/') ? req.url : '/'}`)
  } catch {
    return undefined
  }
}
