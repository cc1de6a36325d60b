import type { ServerResponse } from 'node:http'
import { errorBody } from '../ipc/error-body.js'

/** Answers with JSON. Does nothing when the answer has begun already. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent || res.destroyed) return
  const text = Buffer.from(JSON.stringify(body))
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length })
  res.end(text)
}

/** A refusal that the host itself makes, before any procedure is reached. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly data: { fields?: { path: string; code: string }[]; headers?: Record<string, string> } = {},
  ) {
    super(message)
  }
}

/** Answers with the standard body of a refusal. */
export function sendRefusal(res: ServerResponse, { status, code, message, data }: HttpRefusal): void {
  if (res.headersSent || res.destroyed) return
  for (const [name, value] of Object.entries(data.headers ?? {})) res.setHeader(name, value)
  sendJson(res, status, errorBody(code, message, data))
}
