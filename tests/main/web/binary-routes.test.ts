import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BinaryRoute, requestedRange } from '../../../src/main/ipc/binary-routes.js'
import { startWebHost, type WebHost } from '../../../src/main/web/server.js'
import { canary, InMemoryClinic, SqliteError } from '../../support/in-memory-clinic.js'
import { rawRequest } from '../../support/raw-request.js'

const content = Buffer.from('0123456789')
const patientId = '0190a0c0-0000-7000-8000-000000000001'
const uploads: string[] = []
const begun = { count: 0, broken: 0 }

const routes: BinaryRoute[] = [
  {
    name: 'media.content',
    method: 'GET',
    path: '/media/{id}/content',
    permission: 'media.read',
    handle: async ({ params, errors }) => {
      if (params.id === 'none') throw errors.NOT_FOUND()
      if (params.id === 'broken') throw new SqliteError()
      return {
        size: content.length,
        type: 'image/png',
        etag: 'abc',
        patientId,
        ...(params.id === 'saved' && { downloadName: "Röntgen '26.png" }),
        open: async function* ({ start, end }) {
          if (params.id === 'cut') {
            yield content.subarray(0, 2)
            throw new SqliteError()
          }
          for (let at = start; at <= end; at++) yield content.subarray(at, at + 1)
        },
      }
    },
  },
  {
    name: 'media.add',
    method: 'POST',
    path: '/patients/{id}/media',
    permission: 'media.write',
    maxBytes: 2_000_000,
    handle: async ({ body, params, contentType }) => {
      const hash = createHash('sha256')
      begun.count++
      try {
        for await (const chunk of body) hash.update(chunk)
      } catch (error) {
        begun.broken++
        throw error
      }
      uploads.push(params.id ?? '')
      return { status: 201, json: { id: params.id, hash: hash.digest('hex'), contentType } }
    },
  },
]

let clinic: InMemoryClinic
let host: WebHost
let token: string
beforeEach(async () => {
  uploads.length = 0
  Object.assign(begun, { count: 0, broken: 0 })
  clinic = new InMemoryClinic()
  token = clinic.signIn('clinician')
  host = await startWebHost({ ipc: clinic.ipc(), rendererFolder: 'no such folder', version: '0.0.0', mode: () => 'local', routes })
})
afterEach(() => host.stop())

const get = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  rawRequest(`${host.url}/api/v1/media/${id}/content`, { method, headers: { authorization: `Bearer ${token}`, ...headers } })
const add = (body: Uint8Array, headers: Record<string, string> = {}) =>
  rawRequest(`${host.url}/api/v1/patients/${patientId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'video/mp4', ...headers },
    body,
  })

describe('content', () => {
  test('comes whole, with its type, and can do nothing when it is opened as a page', async () => {
    const answer = await get('one')
    expect([answer.status, answer.text]).toEqual([200, '0123456789'])
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'accept-ranges': 'bytes',
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    })
    expect(clinic.reads).toEqual([{ userId: expect.any(String), procedure: 'media.content', patientId }])
  })

  test('comes in parts', async () => {
    const part = await get('one', { range: 'bytes=2-4' })
    expect([part.status, part.text, part.headers['content-range'], part.headers['content-length']]).toEqual([206, '234', 'bytes 2-4/10', '3'])
    expect((await get('one', { range: 'bytes=-3' })).text).toBe('789')
    expect((await get('one', { range: 'bytes=8-' })).text).toBe('89')
    const beyond = await get('one', { range: 'bytes=10-' })
    expect([beyond.status, beyond.headers['content-range'], beyond.json().code]).toEqual([416, 'bytes */10', 'RANGE_NOT_SATISFIABLE'])
    expect((await get('one', { range: 'bytes=2-4', 'if-range': '"other"' })).text).toBe('0123456789')
  })

  test('is not sent again to a browser that has it, yet only to one that may still see it', async () => {
    expect((await get('one', { 'if-none-match': '"abc"' })).status).toBe(304)
    clinic.sessions.clear()
    expect((await get('one', { 'if-none-match': '"abc"' })).status).toBe(401)
  })

  test('is saved under a name of any script', async () => {
    expect((await get('saved')).headers['content-disposition']).toBe("attachment; filename*=UTF-8''R%C3%B6ntgen%20%2726.png")
  })

  test('answers HEAD with the headers alone', async () => {
    const answer = await get('one', {}, 'HEAD')
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '10'])
  })

  test('that breaks off on our side is cut, so that it does not look complete, and written down', async () => {
    await expect(get('cut')).rejects.toThrow()
    expect(clinic.log).toMatchObject([{ level: 'error', facts: { error: 'SqliteError' } }])
  })

  test('is refused in the usual form', async () => {
    expect((await get('none')).json()).toMatchObject({ code: 'NOT_FOUND', retryable: false })
    const broken = await get('broken')
    expect([broken.status, broken.json().code]).toEqual([500, 'INTERNAL'])
    expect(broken.text + JSON.stringify(clinic.log)).not.toContain(canary)
    expect((await rawRequest(`${host.url}/api/v1/media/one/content`)).status).toBe(401)
    token = clinic.signIn('billing')
    expect((await get('one')).status).toBe(403)
    expect(clinic.reads).toEqual([])
  })
})

test('both kinds of route stand in the description of the interface', async () => {
  const answer = await rawRequest(`${host.url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.json().paths).toMatchObject({
    '/health': { get: { security: [] } },
    '/media/{id}/content': { get: { operationId: 'media.content', parameters: [{ name: 'id', in: 'path' }] } },
    '/patients/{id}/media': { post: { requestBody: { required: true } } },
  })
})

describe('an upload', () => {
  test('arrives as it was sent', async () => {
    const file = Buffer.alloc(1_900_000, 'media')
    const answer = await add(file)
    expect(answer.json()).toEqual({ id: patientId, hash: createHash('sha256').update(file).digest('hex'), contentType: 'video/mp4' })
  })

  test('over the limit is refused and not kept, announced or not', async () => {
    const file = Buffer.alloc(2_100_000)
    expect((await add(file)).status).toBe(413)
    expect((await add(file, { 'transfer-encoding': 'chunked' })).json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(uploads).toEqual([])
  })

  test('needs the permission, and under the cookie the proof of our page', async () => {
    const cookie = { authorization: undefined, cookie: `medinsight-${host.port}=${token}` } as unknown as Record<string, string>
    const send = (headers: Record<string, string>) =>
      rawRequest(`${host.url}/api/v1/patients/${patientId}/media`, { method: 'POST', headers: { cookie: cookie.cookie ?? '', ...headers }, body: 'x' })
    expect((await send({})).status).toBe(403)
    expect((await send({ origin: host.url })).status).toBe(201)
    token = clinic.signIn('readOnly')
    expect((await add(Buffer.from('x'))).status).toBe(403)
    expect(uploads).toEqual([patientId])
  })

  test('that breaks off is not kept and is no failure of ours', async () => {
    const sent = request(`${host.url}/api/v1/patients/${patientId}/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': 1000 },
    })
    sent.on('error', () => {})
    sent.write('short')
    await expect.poll(() => begun.count).toBe(1)
    sent.destroy()
    await expect.poll(() => begun.broken).toBe(1)
    expect(uploads).toEqual([])
    expect(clinic.log).toEqual([])
  })
})

test.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-99', { start: 5, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', 'unsatisfiable'],
  ['bytes=0-1,4-5', undefined],
  ['bytes=-', undefined],
  ['items=0-1', undefined],
])('the range %s of ten bytes', (header, range) => {
  expect(requestedRange(header, 10)).toEqual(range)
})
