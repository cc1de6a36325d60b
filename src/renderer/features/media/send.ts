import { ORPCError } from '@orpc/client'
import type { Media } from '../../../shared/contract/media.js'
import { ConnectionLost } from '../../api/connection.js'
import { isDesktop } from '../../api/transports.js'
import type { Prepared } from './prepare.js'

const addressOf = (path: string): URL => new URL(`/api/v1${path}`, location.href)

/** Where the bytes of a file are; with `download` the browser saves them as a file. */
export const contentAddress = (id: string, download = false): string => `/api/v1/media/${id}/content${download ? '?download' : ''}`

/** Where the small picture of a file is; another one has another address, so that it is not taken from the cache. */
export const thumbnailAddress = (id: string): string => `/api/v1/media/${id}/thumbnail`

/** Bytes that go to the desktop's main process in one request, which holds them in memory whole. */
const partBytes = 4 * 1024 * 1024

interface Sending {
  signal: AbortSignal
  onProgress?: (share: number) => void
}

/** One request whose progress can be seen, which `fetch` cannot tell. Errors have the contract's codes. */
function request(
  method: 'POST' | 'PUT',
  url: URL,
  body: Blob | ArrayBuffer,
  headers: Record<string, string>,
  { signal, onProgress }: Sending,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest()
    const abort = (): void => http.abort()
    signal.addEventListener('abort', abort)
    http.open(method, url)
    for (const [name, value] of Object.entries({ 'content-type': 'application/octet-stream', ...headers })) http.setRequestHeader(name, value)
    http.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0)
    http.onload = () => {
      const answer = parsed(http.responseText)
      if (http.status < 300) return resolve(answer)
      const { code, message, ...data } = answer as { code?: string; message?: string }
      reject(new ORPCError(code ?? 'INTERNAL', { status: http.status, ...(message && { message }), data }))
    }
    http.onerror = () => reject(new ConnectionLost())
    http.onabort = () => reject(signal.reason)
    http.onloadend = () => signal.removeEventListener('abort', abort)
    http.send(body)
  })
}

function parsed(text: string): object {
  try {
    return text === '' ? {} : (JSON.parse(text) as object)
  } catch {
    return {}
  }
}

async function send(method: 'POST' | 'PUT', url: URL, file: Blob, sending: Sending): Promise<unknown> {
  if (!isDesktop) return request(method, url, file, {}, sending)
  const id = crypto.randomUUID()
  const count = Math.max(1, Math.ceil(file.size / partBytes))
  let answer: unknown
  for (let part = 1; part <= count; part++) {
    const bytes = await file.slice((part - 1) * partBytes, part * partBytes).arrayBuffer()
    answer = await request(method, url, bytes, { 'upload-id': id, 'upload-part': `${part}/${count}` }, { signal: sending.signal })
    sending.onProgress?.(part / count)
  }
  return answer
}

/** Adds a file to a patient's chart, with what is known of it and its small picture. */
export async function addMedia(patientId: string, file: File, prepared: Prepared, sending: Sending): Promise<Media> {
  const { thumbnail, ...facts } = prepared
  const url = addressOf(`/patients/${patientId}/media`)
  const title = file.name.replace(/\.[^.]{1,5}$/, '').slice(0, 300)
  if (title) url.searchParams.set('title', title)
  for (const [name, value] of Object.entries(facts)) url.searchParams.set(name, String(value))
  const added = (await send('POST', url, file, sending)) as Media
  // Without its small picture the file is there all the same.
  if (thumbnail && !added.hasThumbnail)
    await send('PUT', addressOf(`/media/${added.id}/thumbnail`), thumbnail, { signal: sending.signal }).catch(() => undefined)
  return added
}
