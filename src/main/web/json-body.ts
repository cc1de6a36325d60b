import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './replies.js'

/** Largest JSON body in bytes. Media have their own routes. */
export const maxBodyBytes = 1_000_000
/** Time in which a JSON body must have arrived: a client that sends byte by byte does not hold a connection longer. */
const bodyTimeoutMs = 15_000

/**
 * Reads and parses a request's JSON body; undefined when there is none. Bodies of another type are refused: forms of other sites can send only
 * those without asking first.
 */
export async function readJsonBody(req: IncomingMessage): Promise<unknown> {
  if (Number(req.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge()
  const text = await readText(req)
  if (text === '') return undefined
  if (!/^application\/json *(;|$)/i.test(req.headers['content-type'] ?? ''))
    throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON, with the content type application/json.')
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpRefusal(400, 'INVALID', 'The body is not valid JSON.', { fields: [{ path: '', code: 'malformed' }] })
  }
}

const tooLarge = () => new HttpRefusal(413, 'PAYLOAD_TOO_LARGE', `A request may hold at most ${maxBodyBytes / 1_000_000} MB of JSON. Nothing was changed.`)

function readText(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const stop = (error?: Error) => {
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd).off('error', stop).off('close', onClose)
      if (error) reject(error)
    }
    const timer = setTimeout(() => stop(new HttpRefusal(408, 'TIMEOUT', 'The request took too long to arrive. Nothing was changed.')), bodyTimeoutMs)
    const onData = (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBodyBytes) stop(tooLarge())
    }
    const onEnd = () => {
      stop()
      resolve(Buffer.concat(chunks).toString('utf8'))
    }
    const onClose = () => stop(new HttpRefusal(400, 'INVALID', 'The request ended early. Nothing was changed.', { fields: [] }))
    req.on('data', onData).on('end', onEnd).on('error', stop).on('close', onClose)
  })
}
