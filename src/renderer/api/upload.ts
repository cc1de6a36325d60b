import { ORPCError } from '@orpc/client'
import { ConnectionLost } from './connection.js'
import { isDesktop } from './transports.js'

/** Bytes that go to the desktop's main process in one request, which holds them in memory whole. */
const partBytes = 4 * 1024 * 1024

export interface Sending {
  signal: AbortSignal
  /** Told of the share that has been sent, 0 to 1. */
  onProgress?: (share: number) => void
}

/** One request whose progress can be seen, which `fetch` cannot tell. Errors have the contract's codes. */
function request(method: 'POST' | 'PUT', url: URL, body: Blob | ArrayBuffer, headers: Record<string, string>, { signal, onProgress }: Sending): Promise<void> {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest()
    const abort = (): void => http.abort()
    signal.addEventListener('abort', abort)
    http.open(method, url)
    for (const [name, value] of Object.entries({ 'content-type': 'application/octet-stream', ...headers })) http.setRequestHeader(name, value)
    http.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0)
    http.onload = () => {
      if (http.status < 300) return resolve()
      const { code, message, ...data } = refusal(http.responseText)
      reject(new ORPCError(code ?? 'INTERNAL', { status: http.status, ...(message && { message }), data }))
    }
    http.onerror = () => reject(new ConnectionLost())
    http.onabort = () => reject(signal.reason)
    http.onloadend = () => signal.removeEventListener('abort', abort)
    http.send(body)
  })
}

function refusal(text: string): { code?: string; message?: string } {
  try {
    return JSON.parse(text) as { code?: string }
  } catch {
    return {}
  }
}

/** Sends a file to a route that takes bytes, `path` below `/api/v1`; in parts to the desktop's main process, as a stream to a web host. */
export async function sendFile(method: 'POST' | 'PUT', path: string, file: Blob, sending: Sending): Promise<void> {
  const url = new URL(`/api/v1${path}`, location.href)
  if (!isDesktop) return request(method, url, file, {}, sending)
  const id = crypto.randomUUID()
  const count = Math.max(1, Math.ceil(file.size / partBytes))
  for (let part = 1; part <= count; part++) {
    const bytes = await file.slice((part - 1) * partBytes, part * partBytes).arrayBuffer()
    await request(method, url, bytes, { 'upload-id': id, 'upload-part': `${part}/${count}` }, { signal: sending.signal })
    sending.onProgress?.(part / count)
  }
}
