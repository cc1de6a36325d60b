import { randomUUID } from 'node:crypto'
import { commonErrors } from '../../shared/contract/procedure.js'
import { refuse } from '../ipc/refusals.js'

/** Time after which an upload whose next part does not come is given up. */
const stallMs = 30_000
/** Greatest part in bytes; parts are what lies in memory. */
const maxPartBytes = 8 * 1024 * 1024

interface Upload {
  owner: string
  place: string
  next: number
  bytes: number
  /** Hands the next bytes to the handler; resolves when it has asked for more. */
  push(bytes: Uint8Array): Promise<void>
  finish(): void
  fail(error: Error): void
  answer: Promise<Response>
  timer: NodeJS.Timeout
}

interface Place {
  /** Session that may add to the upload. */
  owner: string
  place: string
  maxBytes: number
}

type Handle = (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<Response>

/**
 * Joins uploads that come as several requests: `upload-id` is a UUID of the page, `upload-part` is `n/count` from 1. The handler starts with
 * the first part and reads the others as they come; parts before the last answer 202, the last one answers what the handler does.
 */
export class PartedUploads {
  readonly #uploads = new Map<string, Upload>()

  async take(request: Request, { owner, place, maxBytes }: Place, handle: Handle): Promise<Response> {
    const [, part, count] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(request.headers.get('upload-part') ?? '1/1') ?? []
    const id = request.headers.get('upload-id') ?? randomUUID()
    const bytes = new Uint8Array(await request.arrayBuffer())
    const number = Number(part)
    const isLast = part === count
    if (!part || bytes.length > maxPartBytes || (!isLast && !/^[0-9a-f-]{36}$/.test(id))) throw invalid()
    if (number === 1 && this.#uploads.has(id)) throw invalid()
    const upload = number === 1 ? this.#begin(id, owner, place, handle) : this.#uploads.get(id)
    if (!upload || upload.owner !== owner || upload.place !== place || upload.next !== number) throw invalid()
    upload.next++
    upload.bytes += bytes.length
    upload.timer.refresh()
    if (upload.bytes > maxBytes) {
      upload.fail(invalid('tooLarge'))
      return upload.answer
    }
    // A handler that refuses early answers the part at which it did.
    const settled = await Promise.race([upload.push(bytes), upload.answer])
    if (settled) return settled
    if (!isLast) return new Response(null, { status: 202 })
    upload.finish()
    return upload.answer
  }

  #begin(id: string, owner: string, place: string, handle: Handle): Upload {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    writer.closed.catch(() => undefined)
    const gone = new AbortController()
    const end = (): void => {
      clearTimeout(upload.timer)
      this.#uploads.delete(id)
    }
    const fail = (error: Error): void => {
      gone.abort()
      writer.abort(error).catch(() => undefined)
    }
    const answer = handle(readable as unknown as AsyncIterable<Uint8Array>, gone.signal).finally(end)
    answer.catch(() => undefined)
    const upload: Upload = {
      owner,
      place,
      next: 1,
      bytes: 0,
      push: (bytes) => (bytes.length === 0 ? Promise.resolve() : writer.write(bytes)),
      finish: () => void writer.close().catch(() => undefined),
      fail,
      answer,
      timer: setTimeout(() => fail(invalid('stalled')), stallMs).unref(),
    }
    this.#uploads.set(id, upload)
    return upload
  }
}

const invalid = (code = 'part') => refuse(commonErrors, 'INVALID', { fields: [{ path: 'content', code }] })
