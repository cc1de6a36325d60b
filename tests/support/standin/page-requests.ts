import type { Channel } from './dev-tools.js'
import { fromPageAddress } from './session.js'
import type { WebContents } from './web-contents.js'

/** A request that Chromium holds back until it is answered here. */
export interface PausedRequest {
  requestId: string
  frameId: string
  resourceType: string
  request: { url: string; method: string; headers: Record<string, string>; postData?: string; postDataEntries?: { bytes?: string }[] }
}

/** Electron's names of the permissions that a test can see, and Chromium's. */
export const permissionNames = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
] as const

/** What the page sent: its bytes, which CDP hands over in base64. */
const bodyOf = ({ postDataEntries = [] }: PausedRequest['request']): { body?: Uint8Array<ArrayBuffer> } => {
  const parts = postDataEntries.flatMap(({ bytes }) => (bytes === undefined ? [] : [Buffer.from(bytes, 'base64')]))
  return parts.length > 0 ? { body: new Uint8Array(Buffer.concat(parts)) } : {}
}

/** Answers one request of a page as Electron would: navigation guard, request filter, then the scheme's handler, or the network. */
export const answerRequest = async (contents: WebContents, page: Channel, paused: PausedRequest): Promise<unknown> => {
  const { requestId, request, resourceType } = paused
  const refuse = (errorReason: 'Aborted' | 'BlockedByClient' | 'Failed') => page.send('Fetch.failRequest', { requestId, errorReason })
  const url = fromPageAddress(request.url)
  if (resourceType === 'Document' && !contents.mayNavigate(paused)) return refuse('Aborted')
  if (await contents.session.isCancelled({ url, method: request.method, resourceType })) return refuse('BlockedByClient')
  const handler = contents.session.handlerOf(url)
  if (!handler) return page.send('Fetch.continueRequest', { requestId })
  try {
    const response = await handler(new Request(url, { method: request.method, headers: request.headers, ...bodyOf(request) }))
    const body = Buffer.from(await response.arrayBuffer())
    const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }))
    return await page.send('Fetch.fulfillRequest', { requestId, responseCode: response.status, responseHeaders, body: body.toString('base64') })
  } catch {
    return refuse('Failed')
  }
}
