import type { IncomingMessage, ServerResponse } from 'node:http'
import { SmartCoercionPlugin } from '@orpc/json-schema'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { RPCHandler } from '@orpc/server/node'
import { errorBody } from '../ipc/error-body.js'
import type { Ipc } from '../ipc/ipc.js'
import type { Connection } from '../ipc/needs.js'
import { schemaConverter } from '../ipc/openapi.js'
import { malformedCalls } from '../ipc/peer.js'
import { readJsonBody } from './json-body.js'
import { HttpRefusal } from './replies.js'
import { routesOf } from './routes.js'

type BodiedRequest = IncomingMessage & { body?: unknown }

/** A call over HTTP: the request, its answer and who asks. */
export interface HttpCall {
  req: BodiedRequest
  res: ServerResponse
  url: URL
  connection: Connection
}

/** The contract as REST below `/api/v1`, and for the typed client below `/rpc`. */
export class HttpCalls {
  readonly #rest: OpenAPIHandler<Connection>
  readonly #rpc: RPCHandler<Connection>
  readonly #routes

  constructor(ipc: Ipc) {
    this.#routes = routesOf(ipc.contract)
    this.#rest = new OpenAPIHandler<Connection>(ipc.router, {
      plugins: [new SmartCoercionPlugin({ schemaConverters: [schemaConverter] })],
      interceptors: [malformedCalls],
      customErrorResponseBodyEncoder: ({ code, message, data }) => errorBody(code, message, data as Record<string, unknown> | undefined),
    })
    this.#rpc = new RPCHandler<Connection>(ipc.router, { interceptors: [malformedCalls] })
  }

  /** Answers a REST call. @throws HttpRefusal for unknown routes and bodies that cannot be read */
  async rest({ req, res, url, connection }: HttpCall): Promise<void> {
    const path = url.pathname.slice('/api/v1'.length)
    const candidates = this.#routes.flatMap((route) => {
      const params = route.pattern.match(path)
      return params ? [{ method: route.method, params }] : []
    })
    const route = candidates.find(({ method }) => method === req.method)
    if (!route) throw candidates.length > 0 ? wrongMethod(candidates.map(({ method }) => method)) : notFound()
    if (req.method !== 'GET') {
      // A body on the request keeps oRPC from reading the stream itself, without a limit.
      const body = await readJsonBody(req)
      // A DELETE says in its address what it means; few clients give it a body.
      req.body = body ?? (req.method === 'DELETE' ? Object.fromEntries(url.searchParams) : {})
      checkParams(route.params, req.body)
    } else checkParams(route.params, Object.fromEntries(url.searchParams))
    const { matched } = await this.#rest.handle(req, res, { prefix: '/api/v1', context: connection })
    if (!matched) throw notFound()
  }

  /** Answers a call of the typed client. @throws HttpRefusal */
  async rpc({ req, res, connection }: HttpCall): Promise<void> {
    if (req.method !== 'POST') throw wrongMethod(['POST'])
    req.body = (await readJsonBody(req)) ?? {}
    const { matched } = await this.#rpc.handle(req, res, { prefix: '/rpc', context: connection })
    if (!matched) throw notFound()
  }
}

/** oRPC lets a body's field win over the path's of the same name, so that a call to one record's address could change another. */
function checkParams(params: Record<string, string>, given: unknown): void {
  if (typeof given !== 'object' || given === null) return
  const fields = Object.keys(params)
    .filter((name) => Object.hasOwn(given, name) && (given as Record<string, unknown>)[name] !== params[name])
    .map((path) => ({ path, code: 'differsFromPath' }))
  if (fields.length > 0) throw new HttpRefusal(400, 'INVALID', 'The body names another record than the address does. Nothing was changed.', { fields })
}

/** There is nothing under this address. */
export const notFound = (): HttpRefusal => new HttpRefusal(404, 'NOT_FOUND', 'There is nothing under this address. See /api/v1/openapi.json for what there is.')

/** The address exists, but not for this method. */
export const wrongMethod = (allowed: readonly string[]): HttpRefusal =>
  new HttpRefusal(405, 'METHOD_NOT_ALLOWED', `This address answers only to ${allowed.join(', ')}.`, { headers: { allow: allowed.join(', ') } })
