import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { request as secureRequest } from 'node:https'

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The parsed body. */
  json: () => Record<string, unknown>
}

/** Sends one HTTP request with exactly these headers; unlike `fetch` it may say anything about host and origin. */
export function rawRequest(url: string, { body, ...options }: RequestOptions & { body?: string | Uint8Array } = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secureRequest : request
    const sent = send(url, { agent: false, rejectUnauthorized: false, ...options } as RequestOptions, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: () => JSON.parse(text) as Record<string, unknown> })
      })
      res.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
