import { mkdirSync, writeFileSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startWebHost, type WebHost } from '../../../src/main/web/server.js'
import { newId } from '../../../src/shared/ids.js'
import { socketClient } from '../../support/api-client.js'
import { canary, InMemoryClinic } from '../../support/in-memory-clinic.js'
import { rawRequest } from '../../support/raw-request.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let clinic: InMemoryClinic
let host: WebHost
let token: string

const start = (options: Partial<Parameters<typeof startWebHost>[0]> = {}) =>
  startWebHost({ ipc: clinic.ipc(), rendererFolder: 'no such folder', version: '1.2.3', mode: () => 'local', ...options })
const bearer = () => ({ authorization: `Bearer ${token}` })
const cookie = (value = token) => ({ cookie: `medinsight-${host.port}=${value}` })
const api = (path: string, options?: Parameters<typeof rawRequest>[1]) => rawRequest(`${host.url}/api/v1${path}`, options)
const post = (path: string, value: unknown, headers: Record<string, string> = {}) =>
  api(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) })

/** Sends bytes as they are and reads until the server hangs up. */
const rawText = (bytes: string) =>
  new Promise<string>((resolve) => {
    const socket = connectSocket(host.port, '127.0.0.1', () => socket.end(bytes))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('close', () => resolve(text))
  })

beforeEach(async () => {
  clinic = new InMemoryClinic()
  token = clinic.signIn('reception')
  host = await start()
})
afterEach(() => host.stop())

describe('the host and the origin of a request', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '192.0.2.1', '[::2]'])(
    'a request for the host %s is refused, signed in or not',
    async (name) => {
      for (const path of ['/', '/api/v1/health', '/api/v1/patients', '/rpc/patients/list']) {
        const answer = await rawRequest(host.url + path, { headers: { ...bearer(), host: `${name}:${host.port}` } })
        expect([answer.status, answer.json().code]).toEqual([403, 'FORBIDDEN'])
      }
    },
  )

  test('a request without a host is refused', async () => {
    expect(await rawText(`GET /api/v1/health HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403/)
  })

  test('loopback is served under each of its names, on the port that was bound', async () => {
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1']) expect((await api('/health', { headers: { host: `${name}:${host.port}` } })).status).toBe(200)
    expect((await api('/health', { headers: { host: `localhost:${host.port + 1}` } })).status).toBe(403)
  })

  test.each(['http://evil.example', 'null', 'http://localhost', 'https://localhost', 'http://localhost.evil.example', 'file://', 'app://clinic'])(
    'a call from the origin %s is refused even with a good token',
    async (origin) => {
      const [read, change] = [
        await api('/patients', { headers: { ...bearer(), origin } }),
        await post('/patients', { familyName: 'Okafor' }, { ...bearer(), origin }),
      ]
      expect([read.status, change.status]).toEqual([403, 403])
      expect(clinic.runCount).toBe(0)
    },
  )

  test('a page of another site cannot call, even where its browser sends no origin', async () => {
    for (const site of ['cross-site', 'same-site']) expect((await api('/patients', { headers: { ...cookie(), 'sec-fetch-site': site } })).status).toBe(403)
  })

  test('a change under the cookie needs the proof that our own page asked', async () => {
    const change = (headers: Record<string, string>) => post('/patients', { familyName: 'Okafor' }, { ...cookie(), ...headers })
    expect((await change({})).status).toBe(403)
    expect((await change({ 'sec-fetch-site': 'none' })).status).toBe(403)
    expect(clinic.runCount).toBe(0)
    expect((await change({ origin: host.url })).status).toBe(201)
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(201)
    expect((await api('/patients', { headers: cookie() })).status).toBe(200)
  })

  test('the typed client over HTTP is under the same checks', async () => {
    const call = (headers: Record<string, string>) =>
      rawRequest(`${host.url}/rpc/patients/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ json: { familyName: 'Okafor' } }),
      })
    expect((await call(cookie())).status).toBe(403)
    expect((await call({ ...cookie(), origin: 'http://evil.example' })).status).toBe(403)
    expect((await call({ ...cookie(), origin: host.url })).status).toBe(200)
    expect((await rawRequest(`${host.url}/rpc/patients/list?data=%7B%7D`, { headers: bearer() })).status).toBe(405)
  })

  test('a form of another site is refused for its content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])
      expect((await api('/patients', { method: 'POST', headers: { ...bearer(), 'content-type': type }, body: '{"familyName":"Okafor"}' })).status).toBe(415)
    expect(clinic.runCount).toBe(0)
  })

  test.each([
    ['another origin', () => ({ origin: 'http://evil.example' }), true],
    ['another origin and a good token', () => ({ origin: 'http://evil.example', ...bearer() }), true],
    ['the cookie and no origin', () => cookie(), true],
    ['another host', () => ({ host: 'evil.example', ...bearer() }), true],
    ['the cookie and our origin', () => ({ ...cookie(), origin: host.url }), false],
  ])('a WebSocket with %s', async (_, headers, isRefused) => {
    const ws = new WebSocket(`${host.url.replace('http', 'ws')}/rpc`, { headers: headers() })
    const outcome = await new Promise((resolve) => ws.on('open', () => resolve('open')).on('unexpected-response', (_req, res) => resolve(res.statusCode)))
    expect(outcome).toBe(isRefused ? 403 : 'open')
    ws.on('error', () => {}).terminate()
  })
})

describe('the session of a browser', () => {
  test('the cookie cannot be read by scripts or sent by other sites, and ends with the session', async () => {
    const signedIn = await post('/session', { username: 'reception', password: 'correct horse' })
    expect(signedIn.status).toBe(200)
    const [set = ''] = signedIn.headers['set-cookie'] ?? []
    expect(set).toMatch(new RegExp(`^medinsight-${host.port}=[^;]+; Path=/; HttpOnly; SameSite=Strict; Expires=[^;]+$`))
    const value = /=([^;]+)/.exec(set)?.[1] ?? ''
    expect(value).toBe(signedIn.json().token)
    const signedOut = await api('/session', { method: 'DELETE', headers: { ...cookie(value), origin: host.url } })
    expect(signedOut.headers['set-cookie']?.[0]).toMatch(/=; .*Expires=Thu, 01 Jan 1970/)
    expect((await api('/patients', { headers: cookie(value) })).status).toBe(401)
  })

  test('an Authorization header is used alone: a cookie beside it does not help', async () => {
    expect((await api('/patients', { headers: { ...cookie(), authorization: 'Bearer made-up-token' } })).status).toBe(401)
    expect((await api('/patients', { headers: { ...cookie(), authorization: 'Basic eDp5' } })).status).toBe(401)
  })

  test('signing in under the older address works as well', async () => {
    const answer = await rawRequest(`${host.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'reception', password: 'correct horse' }),
    })
    expect(answer.json()).toMatchObject({ token: expect.any(String) })
  })
})

describe('what is answered to whom', () => {
  test('health needs no sign-in and tells three things', async () => {
    for (const path of ['/api/v1/health', '/api/health'])
      expect((await rawRequest(host.url + path)).json()).toEqual({ ok: true, version: '1.2.3', mode: 'local' })
  })

  test('the description of the interface needs a sign-in and names every route', async () => {
    expect((await api('/openapi.json')).status).toBe(401)
    const document = (await api('/openapi.json', { headers: bearer() })).json() as {
      openapi: string
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
    }
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/patients', '/patients/{id}', '/session', '/streams/changes']))
    expect(document.paths['/patients/{id}']?.patch?.responses['409']).toMatchObject({
      content: { 'application/json': { schema: { required: ['code', 'message', 'retryable', 'ref'] } } },
    })
  })

  test('unknown addresses answer 404, known ones with another method 405, both in the usual form', async () => {
    const unknown = await api('/nothing', { headers: bearer() })
    expect(unknown.status).toBe(404)
    expect(unknown.json()).toEqual({ code: 'NOT_FOUND', message: expect.any(String), retryable: false, ref: expect.any(String) })
    const wrong = await api('/patients', { method: 'DELETE', headers: bearer() })
    expect([wrong.status, wrong.json().code, wrong.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, POST'])
    expect((await rawRequest(`${host.url}/api/v2/patients`, { headers: bearer() })).status).toBe(404)
    expect(
      (await rawRequest(`${host.url}/rpc/nothing`, { method: 'POST', headers: { ...bearer(), 'content-type': 'application/json' }, body: '{}' })).status,
    ).toBe(404)
  })

  test('refusals have exactly the members that are promised', async () => {
    const invalid = await post('/patients', { familyName: '', sex: canary }, bearer())
    expect(invalid.status).toBe(400)
    expect(Object.keys(invalid.json()).sort()).toEqual(['code', 'fields', 'message', 'ref', 'retryable'])
    const conflict = await post('/patients', { familyName: 'taken' }, bearer())
    expect(conflict.json()).toEqual({
      code: 'CONFLICT',
      message: expect.any(String),
      retryable: false,
      ref: expect.any(String),
      conflicts: [{ code: 'number', ids: [expect.any(String)] }],
    })
    const failed = await api('/patients?query=break', { headers: bearer() })
    expect(failed.status).toBe(500)
    expect(failed.json()).toEqual({ code: 'INTERNAL', message: expect.any(String), retryable: false, ref: expect.any(String) })
    clinic.limit = 0
    const limited = await api('/patients', { headers: bearer() })
    expect([limited.status, limited.headers['retry-after'], limited.json().retryable]).toEqual([429, '18', true])
    expect([invalid, conflict, failed, limited].map(({ text, headers }) => text + JSON.stringify(headers)).join()).not.toContain(canary)
  })

  test('query parameters are read as what they mean, and bad ones named', async () => {
    for (const familyName of ['Adams', 'Adler', 'Ahmed']) await post('/patients', { familyName }, bearer())
    const page = await api('/patients?limit=2', { headers: bearer() })
    expect((page.json() as { items: unknown[] }).items).toHaveLength(2)
    const bad = await api('/patients?limit=many', { headers: bearer() })
    expect([bad.status, bad.json().fields]).toEqual([400, [{ path: 'limit', code: 'invalid_type' }]])
  })

  test('an Idempotency-Key makes a repeated command answer the same', async () => {
    const headers = { ...bearer(), 'idempotency-key': newId() }
    const [first, second] = [await post('/patients', { familyName: 'Okafor' }, headers), await post('/patients', { familyName: 'Okafor' }, headers)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
    expect(clinic.patients.size).toBe(1)
    expect((await post('/patients', { familyName: 'Diaz' }, headers)).json()).toMatchObject({
      code: 'INVALID',
      fields: [{ path: 'commandId', code: 'reused' }],
    })
    expect((await post('/patients', { familyName: 'Diaz' }, { ...bearer(), 'idempotency-key': 'again' })).json()).toMatchObject({
      fields: [{ path: 'Idempotency-Key', code: 'invalid_format' }],
    })
  })

  test('a body cannot point a call at another record than its address', async () => {
    const { id } = (await post('/patients', { familyName: 'Okafor' }, bearer())).json()
    const other = (await post('/patients', { familyName: 'Diaz' }, bearer())).json()
    const answer = await api(`/patients/${id}`, {
      method: 'PATCH',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: JSON.stringify({ id: other.id, familyName: 'Changed' }),
    })
    expect([answer.status, answer.json().fields]).toEqual([400, [{ path: 'id', code: 'differsFromPath' }]])
    expect(clinic.patients.get(String(other.id))?.familyName).toBe('Diaz')
  })
})

describe('requests that try to break the server', () => {
  const alive = async () => expect((await api('/health')).status).toBe(200)

  test('a body over the limit is refused, announced or not', async () => {
    const body = JSON.stringify({ familyName: 'x'.repeat(1_100_000) })
    const headers = { ...bearer(), 'content-type': 'application/json' }
    expect((await api('/patients', { method: 'POST', headers, body })).json().code).toBe('PAYLOAD_TOO_LARGE')
    expect((await api('/patients', { method: 'POST', headers: { ...headers, 'transfer-encoding': 'chunked' }, body })).status).toBe(413)
    await alive()
  })

  test('JSON nested 100,000 deep is bad input and nothing worse', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const headers = { ...bearer(), 'content-type': 'application/json' }
    for (const body of [deep, `{"familyName":${deep}}`, `{"familyName":"x","address":${'{"line":'.repeat(100_000)}1${'}'.repeat(100_000)}}`]) {
      const answer = await api('/patients', { method: 'POST', headers, body })
      expect([answer.status, answer.json().code]).toEqual([400, 'INVALID'])
    }
    const rpc = await rawRequest(`${host.url}/rpc/patients/register`, { method: 'POST', headers, body: `{"json":{"familyName":${deep}}}` })
    expect(rpc.status).toBe(400)
    await alive()
  })

  test('a body that is not JSON is bad input, and none of it comes back', async () => {
    for (const body of [canary, `{"familyName":"${canary}`, '\u0000', '{"__proto__":{"isAdmin":true},"familyName":"x"}', 'null', '[]', '"x"', '1e999']) {
      const answer = await api('/patients', { method: 'POST', headers: { ...bearer(), 'content-type': 'application/json' }, body })
      expect([answer.status, answer.json().code]).toEqual([400, 'INVALID'])
      expect(answer.text).not.toContain(canary)
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    await alive()
  })

  test('broken envelopes of the typed client are bad input', async () => {
    for (const body of ['{"json":{},"meta":[[1]]}', '{"json":{},"meta":5}', '{"json":null,"meta":[[0,"__proto__","x"]]}', '{"meta":[[0,"a","b"]]}']) {
      const answer = await rawRequest(`${host.url}/rpc/patients/register`, {
        method: 'POST',
        headers: { ...bearer(), 'content-type': 'application/json' },
        body,
      })
      expect(answer.status).toBe(400)
    }
    await alive()
  })

  test.each(['not json', '[]', '{"i":1}', '{"i":"1","p":{"u":5}}', '{"i":"1","p":{"u":"http://"}}', Buffer.from('binary')])(
    'a malformed message closes the WebSocket and nothing else: %s',
    async (message) => {
      const ws = new WebSocket(`${host.url.replace('http', 'ws')}/rpc`, { headers: bearer() })
      const closed = new Promise<number>((resolve) => ws.on('close', resolve))
      ws.on('open', () => ws.send(message))
      expect(await closed).toBe(1007)
      await alive()
    },
  )

  test('a WebSocket message over the limit closes the line', async () => {
    const ws = new WebSocket(`${host.url.replace('http', 'ws')}/rpc`, { headers: bearer() })
    const closed = new Promise<number>((resolve) => ws.on('close', resolve))
    ws.on('error', () => {}).on('open', () => ws.send('x'.repeat(1_100_000)))
    expect([1006, 1009]).toContain(await closed)
    await alive()
  })

  test.each([
    'GET /%E0%A4%A HTTP/1.1',
    'GET /api/v1/patients/%ZZ HTTP/1.1',
    'GET //evil.example/api/v1/patients HTTP/1.1',
    'GET http://evil.example/ HTTP/1.1',
    'FOO /api/v1/patients HTTP/1.1',
    'garbage',
  ])('an odd request line gets an ordinary refusal: %s', async (line) => {
    const answer = await rawText(`${line}\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|503)/)
    await alive()
  })

  test('headers beyond reason are refused', async () => {
    expect((await api('/health', { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBeGreaterThanOrEqual(400)
    await alive()
  })
})

describe('the screens', () => {
  const page = '<!doctype html><html><head><title>x</title></head><body></body></html>'
  const withScreens = async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), page)
    writeFileSync(join(folder, 'assets/main-Ab3dEf9h.js'), 'export {}')
    writeFileSync(join(folder, 'color-scheme.js'), '0')
    writeFileSync(join(folder, '..secret.js'), 'x')
    return start({ rendererFolder: folder })
  }

  test('each page has a fresh nonce, the same in its policy and its meta element', async () => {
    const screens = await withScreens()
    const nonces = new Set<string>()
    for (const path of ['/', '/index.html', '/patients/4711']) {
      const answer = await rawRequest(screens.url + path)
      const nonce = /<head><meta property="csp-nonce" nonce="([^"]{20,})">/.exec(answer.text)?.[1] ?? ''
      expect(answer.headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
    await screens.stop()
  })

  test('hashed files are kept for good, others are asked for again', async () => {
    const screens = await withScreens()
    const hashed = await rawRequest(`${screens.url}/assets/main-Ab3dEf9h.js`)
    expect(hashed.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8' })
    const plain = await rawRequest(`${screens.url}/color-scheme.js`)
    expect(plain.headers['cache-control']).toBe('no-cache')
    expect((await rawRequest(`${screens.url}/color-scheme.js`, { headers: { 'if-none-match': plain.headers.etag } })).status).toBe(304)
    await screens.stop()
  })

  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/%00.js',
    '/assets/none.js',
    '/assets\\..\\..\\package.json',
  ])('%s leads nowhere', async (path) => {
    const screens = await withScreens()
    const answer = await rawRequest(screens.url, { path })
    expect(answer.text).not.toContain('medinsight-hub')
    expect(answer.status === 404 || answer.text.includes('csp-nonce')).toBe(true)
    await screens.stop()
  })
})

describe('starting and stopping', () => {
  test('a network address without a certificate is refused with the reason', async () => {
    for (const address of ['0.0.0.0', '::', '192.0.2.1']) await expect(start({ host: address })).rejects.toThrow(/in the clear/)
  })

  test('a port in use is named', async () => {
    await expect(start({ port: host.port })).rejects.toThrow(new RegExp(`port ${host.port}: another program uses it`))
  })

  test('with its own certificate it serves TLS only, marks the cookie secure and keeps the certificate', async () => {
    const folder = temporaryFolder()
    const first = await start({ host: '127.0.0.1', tls: { folder }, ipc: { ...clinic.ipc(), needs: { ...clinic.needs(), now: Date.now } } })
    expect(first.url).toMatch(/^https:/)
    const answer = await rawRequest(`${first.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'reception', password: 'correct horse' }),
    })
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/)
    await first.stop()
    const second = await start({ tls: { folder }, ipc: { ...clinic.ipc(), needs: { ...clinic.needs(), now: Date.now } } })
    expect(second.fingerprint).toBe(first.fingerprint)
    await second.stop()
  })

  test('stopping ends open streams and sockets and lets a running call finish', async () => {
    const client = socketClient(host.url, token)
    const events = await client.api.streams.changes()
    const next = events.next().catch((error: unknown) => error)
    const held = Promise.withResolvers<void>()
    clinic.beforeRegister = () => held.promise
    const running = post('/patients', { familyName: 'Okafor' }, bearer())
    await expect.poll(() => clinic.runCount).toBe(1)
    await expect.poll(() => clinic.listenerCount).toBe(1)
    const stopped = host.stop()
    await next
    held.resolve()
    expect((await running).status).toBe(201)
    await stopped
    expect(clinic.listenerCount).toBe(0)
    await expect(api('/health')).rejects.toThrow()
    host = await start()
  })
})
