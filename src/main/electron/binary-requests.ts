import { Readable } from 'node:stream'
import { ORPCError } from '@orpc/contract'
import { commonErrors } from '../../shared/contract/procedure.js'
import { admitBinary, type BinaryReply, type BinaryRoute, contentDisposition, requestedRange } from '../ipc/binary-routes.js'
import { errorBody } from '../ipc/error-body.js'
import type { Connection, IpcNeeds } from '../ipc/needs.js'
import { pathPattern } from '../ipc/path-pattern.js'
import { refusalsOf, refuse, toRefusal } from '../ipc/refusals.js'
import { PartedUploads } from './parted-uploads.js'

/** Where the binary routes stand on both hosts. */
const prefix = '/api/v1'

/** Answers one request of the window for bytes; undefined leaves it to the pages. */
export type AnswerBinary = (request: Request, connection: Connection) => Promise<Response | undefined>

/**
 * Serves the binary routes to the window, as the web host does to browsers: the same admission, access log, ranges and refusals. An upload
 * comes in parts (`PartedUploads`), because Electron hands a request's body over only when all of it lies in memory.
 */
export function binaryAnswers(routes: readonly BinaryRoute[], needs: IpcNeeds): AnswerBinary {
  const compiled = routes.map((route) => ({ ...route, pattern: pathPattern(route.path) }))
  const uploads = new PartedUploads()
  return async (request, connection) => {
    const url = new URL(request.url)
    if (!url.pathname.startsWith(`${prefix}/`)) return undefined
    try {
      for (const route of compiled) {
        const params = route.method === request.method ? route.pattern.match(url.pathname.slice(prefix.length)) : undefined
        if (!params) continue
        const actor = await admitBinary(route, connection, needs)
        const handle = async (body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Response> => {
          const { searchParams: query } = url
          const contentType = request.headers.get('content-type') ?? undefined
          const reply = await route.handle({ actor, params, query, contentType, body, errors: refusalsOf(commonErrors), signal })
          if ('open' in reply && reply.patientId !== undefined) await needs.audit.read({ actor, procedure: route.name, patientId: reply.patientId })
          return responseOf(request, reply)
        }
        if (route.method === 'GET') return await handle(nothing(), request.signal)
        return await uploads.take(request, { owner: actor.sessionId, place: url.pathname, maxBytes: route.maxBytes ?? 0 }, handle)
      }
      return refusal(refuse(commonErrors, 'NOT_FOUND'))
    } catch (error) {
      return refusal(error instanceof ORPCError ? error : toRefusal(error, 'window', commonErrors, needs))
    }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

const safe = { 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...safe, 'Content-Type': 'application/json; charset=utf-8' } })
}

const refusal = (error: ORPCError<string, unknown>): Response =>
  json(error.status, errorBody(error.code, error.message, error.data as Record<string, unknown> | undefined))

function responseOf(request: Request, reply: BinaryReply): Response {
  if (!('open' in reply)) return reply.status === 204 ? new Response(null, { status: 204, headers: safe }) : json(reply.status, reply.json)
  const { size, type, downloadName, open } = reply
  const headers = {
    ...safe,
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    ...(downloadName !== undefined && { 'Content-Disposition': contentDisposition(downloadName) }),
  }
  const range = requestedRange(request.headers.get('range') ?? undefined, size)
  if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: { ...safe, 'Content-Range': `bytes */${size}` } })
  const { start, end } = range ?? { start: 0, end: size - 1 }
  const body = size === 0 ? null : (Readable.toWeb(Readable.from(open({ start, end }))) as unknown as ReadableStream<Uint8Array>)
  return new Response(body, {
    status: range ? 206 : 200,
    headers: { ...headers, 'Content-Length': String(end - start + 1), ...(range && { 'Content-Range': `bytes ${start}-${end}/${size}` }) },
  })
}
