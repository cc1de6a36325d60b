import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { commonErrors } from '../../shared/contract/procedure.js'
import { admitBinary, type BinaryReply, type BinaryRoute, contentDisposition, requestedRange } from '../ipc/binary-routes.js'
import type { IpcNeeds } from '../ipc/needs.js'
import { pathPattern } from '../ipc/path-pattern.js'
import { refusalsOf } from '../ipc/refusals.js'
import { HttpRefusal, sendJson } from './replies.js'
import type { HttpCall } from './rest.js'

/** Time that an upload may stand still. */
const stallMs = 30_000

/** The binary routes of a host. */
export class BinaryRoutes {
  readonly #routes

  constructor(
    routes: readonly BinaryRoute[],
    private readonly needs: IpcNeeds,
  ) {
    this.#routes = routes.map((route) => ({ ...route, pattern: pathPattern(route.path) }))
  }

  /** Answers and returns true when a route has this path and method; false leaves the request to others. */
  async answer({ req, res, url, connection }: HttpCall): Promise<boolean> {
    const path = url.pathname.slice('/api/v1'.length)
    for (const route of this.#routes) {
      const params = route.method === (req.method === 'HEAD' ? 'GET' : req.method) ? route.pattern.match(path) : undefined
      if (!params) continue
      const actor = await admitBinary(route, connection, this.needs)
      const gone = new AbortController()
      res.once('close', () => gone.abort())
      const body = limitedBody(req, route.method === 'GET' ? 0 : (route.maxBytes ?? 0))
      const reply = await route.handle({
        actor,
        params,
        query: url.searchParams,
        contentType: req.headers['content-type'],
        body,
        errors: refusalsOf(commonErrors),
        signal: gone.signal,
      })
      if ('open' in reply) {
        if (reply.patientId !== undefined) await this.needs.audit.read({ actor, procedure: route.name, patientId: reply.patientId })
        await sendContent(req, res, reply)
      } else if (reply.status === 204) res.writeHead(204).end()
      else sendJson(res, reply.status, reply.json)
      return true
    }
    return false
  }
}

async function* limitedBody(req: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  const tooLarge = () => new HttpRefusal(413, 'PAYLOAD_TOO_LARGE', `A file may have at most ${Math.floor(maxBytes / 1_000_000)} MB. Nothing was kept.`)
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  let size = 0
  const timer = setTimeout(() => req.destroy(new HttpRefusal(408, 'TIMEOUT', 'The upload stood still for too long. Nothing was kept.')), stallMs)
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      timer.refresh()
      size += chunk.length
      if (size > maxBytes) throw tooLarge()
      yield chunk
    }
  } finally {
    clearTimeout(timer)
  }
}

async function sendContent(
  req: IncomingMessage,
  res: ServerResponse,
  { size, type, etag, downloadName, open }: Extract<BinaryReply, { open: unknown }>,
): Promise<void> {
  const tag = etag === undefined ? undefined : `"${etag}"`
  if (tag !== undefined) {
    res.setHeader('etag', tag)
    // Private: only this browser may keep it, and it asks again each time whether the session may still see it.
    res.setHeader('cache-control', 'private, no-cache')
    if (req.headers['if-none-match'] === tag) return void res.writeHead(304).end()
  }
  res.setHeader('accept-ranges', 'bytes')
  if (downloadName !== undefined) res.setHeader('content-disposition', contentDisposition(downloadName))
  const ifRange = req.headers['if-range']
  const range = ifRange !== undefined && ifRange !== tag ? undefined : requestedRange(req.headers.range, size)
  if (range === 'unsatisfiable')
    throw new HttpRefusal(416, 'RANGE_NOT_SATISFIABLE', 'The content is shorter than the part that was asked for.', {
      headers: { 'content-range': `bytes */${size}` },
    })
  const { start, end } = range ?? { start: 0, end: size - 1 }
  res.writeHead(range ? 206 : 200, {
    'content-type': type,
    'content-length': end - start + 1,
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
  if (req.method === 'HEAD' || size === 0) return void res.end()
  await pipeline(Readable.from(open({ start, end })), res)
}
