import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../src/shared/ids.js'
import { socketClient } from '../support/api-client.js'
import { type HostProcess, startHostProcess } from './host.js'
import { filesBelow, findTraces, findTracesBelow } from './traces.js'

/** A person whose every detail occurs nowhere else in the world. */
const person = {
  familyName: 'Zzyxquillón',
  givenName: 'Qwendolinara',
  phone: '+34 612 987 654',
  email: 'qwen.zzyx@canary.example.org',
  birthDate: '1931-07-29',
  insuranceNumber: 'INS-XQ77-402931',
  alert: 'Vrombulant stairlift needed',
}
const words = { concern: 'Quxwortflorin ache', reason: 'Plimbustic crown', draft: 'Snarflewick unfinished', title: 'Grindlethorpe picture' }
const secrets = { password: 'Canary-Passphrase-93!', wrongPassword: 'Wrong-Canary-Xylophant-1', username: 'zquilladmin', pin: '84930217' }
const canaries: Record<string, string> = { ...person, ...words, ...secrets, dialled: '612987654' }

/** A real picture of one pixel, with a canary where pictures keep their words. */
const picture = Buffer.concat([
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
  Buffer.from(`tEXt ${person.familyName} ${person.insuranceNumber}`),
])

let host: HostProcess
let token = ''
let recoveryCode = ''

beforeAll(async () => {
  host = await startHostProcess()
  await useTheClinic()
  await misuseIt()
}, 120_000)
afterAll(() => host.remove())

const api = (method: string, path: string, json?: unknown) => host.send(method, `/api/v1${path}`, { token, ...(json !== undefined && { json }) })

async function useTheClinic(): Promise<void> {
  const made = await host.send('POST', '/api/v1/set-up/clinic', {
    json: {
      clinicName: 'Ribera',
      timeZone: 'Europe/Madrid',
      currency: 'EUR',
      country: 'ES',
      language: 'es',
      adminUsername: secrets.username,
      adminDisplayName: 'Administration',
      password: secrets.password,
    },
  })
  expect(made.status).toBe(201)
  ;({ token, recoveryCode } = made.json() as { token: string; recoveryCode: string })
  Object.assign(canaries, { token, recoveryCode, bareRecoveryCode: recoveryCode.replaceAll('-', '') })

  const { id } = (await api('POST', '/patients', person)).json() as { id: string }
  await api('PATCH', `/patients/${id}`, { alert: `${person.alert}, still` })
  for (const query of [person.familyName, 'qwendolinara zzyxquillon', '612987654', person.birthDate, person.insuranceNumber, 'nobody of this name'])
    expect((await api('GET', `/patients?query=${encodeURIComponent(query)}`)).status).toBe(200)
  await api('POST', '/patients/duplicates', { familyName: person.familyName, birthDate: person.birthDate, phone: person.phone, email: person.email })
  const startAt = new Date(Date.now() + 3 * 86_400_000).toISOString()
  const booking = { patientId: id, startAt, reason: words.reason, note: words.reason, overrideReason: words.reason }
  expect((await api('POST', '/appointments', booking)).status).toBe(201)
  const { overrideReason: _, ...again } = booking
  expect((await api('POST', '/appointments', again)).status).toBe(409)
  expect((await api('POST', `/patients/${id}/symptoms`, { concern: words.concern, symptoms: words.concern, occurredAt: startAt })).status).toBe(201)
  expect((await api('PUT', `/drafts/${newId()}`, { form: 'symptom', patientId: id, content: { text: words.draft } })).status).toBe(200)
  const uploaded = await host.send('POST', `/api/v1/patients/${id}/media?title=${encodeURIComponent(words.title)}`, {
    token,
    body: picture,
    headers: { 'content-type': 'image/png' },
  })
  expect(uploaded.status).toBe(201)
  for (const path of ['chart', 'timeline', 'history', 'symptoms', 'media']) expect((await api('GET', `/patients/${id}/${path}`)).status).toBe(200)
  await api('POST', '/session/secret', { password: secrets.password, newPin: secrets.pin })
  expect((await api('POST', '/storage/backups', {})).status).toBe(202)
  await vi.waitFor(async () => expect((await api('GET', '/storage/backups')).json().items).not.toEqual([]), { timeout: 30_000, interval: 200 })
}

/** Everything goes wrong that can go wrong with a private value in it. */
async function misuseIt(): Promise<void> {
  const { familyName } = person
  const odd = encodeURIComponent(familyName)
  await host.send('POST', '/api/v1/session', { json: { username: secrets.username, password: secrets.wrongPassword } })
  await host.send('POST', '/api/v1/session', { json: { username: familyName, password: secrets.wrongPassword, [familyName]: familyName } })
  await host.send('POST', '/api/v1/session/reset', { json: { username: secrets.username, recoveryCode: secrets.wrongPassword, newPassword: secrets.password } })
  await api('POST', '/patients', { ...person, familyName: '', birthDate: '31/07/1929', [familyName]: familyName })
  await api('POST', '/patients', { ...person, sex: familyName })
  await api('PATCH', `/patients/${newId()}`, { familyName })
  await api('GET', `/patients/${odd}`)
  await api('GET', `/patients/${newId()}/chart?${odd}=${odd}`)
  await api('GET', `/patients?cursor=${odd}`)
  await api('GET', `/patients?limit=${odd}`)
  await api('GET', `/${odd}/${odd}?query=${odd}`)
  await api('POST', `/patients/${odd}/symptoms`, { concern: words.concern, severity: familyName })
  await api('POST', '/appointments', { patientId: familyName, startAt: familyName, reason: words.reason })
  await api('PUT', `/drafts/${odd}`, { form: familyName, content: { text: words.draft } })
  await api('GET', `/media/${odd}/content`)
  await host.send('POST', `/api/v1/patients/${newId()}/media?title=${odd}`, { token, body: Buffer.from(familyName), headers: { 'content-type': 'text/plain' } })
  for (const body of [`{"familyName":"${familyName}`, JSON.stringify(familyName), `${familyName}`])
    await host.send('POST', '/api/v1/patients', { token, body, headers: { 'content-type': 'application/json' } })
  await host.send('POST', '/api/v1/patients', { token, body: `familyName=${odd}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  await host.send('POST', '/api/v1/patients', { token, json: { familyName: familyName.repeat(120_000) } }).catch(() => undefined)
  const oddHeaders: Record<string, string>[] = [
    { 'idempotency-key': secrets.password },
    { origin: `http://${secrets.username}.example` },
    { cookie: `medinsight=${secrets.password}` },
  ]
  for (const headers of oddHeaders) await host.send('POST', '/api/v1/patients', { token, json: person, headers })
  await host.send('GET', '/api/v1/patients', { headers: { authorization: `Bearer ${secrets.wrongPassword}` } })
  await host.send('GET', `/${odd}.js`)
  await host.send('GET', `/patients/${odd}`)
  await host.send('POST', `/rpc/${odd}`, { token, json: { json: person } })
  await host.send('POST', '/rpc/patients/get', { token, json: { json: { id: familyName } } })
  const { api: socket, close } = socketClient(host.url, token)
  const refused = await Promise.allSettled([
    socket.patients.get({ id: familyName }),
    socket.patients.register({ familyName: 7 as never, givenName: person.givenName }),
    socket.symptoms.add({ patientId: newId(), concern: words.concern, occurredAt: person.birthDate }),
  ])
  close()
  for (const result of refused) {
    expect(result.status).toBe('rejected')
    if (result.status === 'rejected') expect(findTraces(JSON.stringify(result.reason) + String(result.reason), canaries)).toEqual([])
  }
}

test('the clinic was used and misused: most misuses were refused, none failed unforeseen', () => {
  const refused = host.heard.filter(({ status }) => status >= 400)
  expect(refused.length).toBeGreaterThan(20)
  expect(refused.filter(({ status }) => status >= 500).map(({ request, status }) => `${status} ${request}`)).toEqual([])
})

test('no refusal repeats anything private', () => {
  const told = host.heard
    .filter(({ status }) => status >= 400)
    .flatMap(({ text, request, status }) => findTraces(text, canaries).map((name) => `${status} ${request}: ${name}`))
  expect(told).toEqual([])
})

test('no header holds anything private but the cookie, which holds the token alone', () => {
  const told = host.heard.flatMap(({ headers, request }) => {
    const { 'set-cookie': cookies = [], ...others } = headers
    const { token: _, ...rest } = canaries
    return [...findTraces(JSON.stringify(others), canaries), ...findTraces(cookies.join(), rest)].map((name) => `${request}: ${name}`)
  })
  expect(told).toEqual([])
})

test('the cookie cannot be read by scripts or sent by other sites, and a token in an address is no sign-in', async () => {
  const cookies = host.heard.flatMap(({ headers }) => headers['set-cookie'] ?? [])
  expect(cookies.length).toBeGreaterThan(0)
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^medinsight-\d+=/)
    expect(cookie.split('; ')).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Strict']))
  }
  for (const name of ['token', 'access_token', 'session', 'authorization'])
    expect((await host.send('GET', `/api/v1/patients?${name}=${token}`)).status).toBe(401)
})

test('nothing private stands in what the process printed, its log, or any file, while it runs', () => {
  const log = readFileSync(join(host.data, 'logs', 'medinsight.log'), 'utf8')
  expect(log.split('\n').length).toBeGreaterThan(20)
  expect(findTraces(host.output(), canaries)).toEqual([])
  expect(findTracesBelow(host.home, canaries)).toEqual([])
  // Looking works: the key file, which lies outside, is found by its own content.
  const key = readFileSync(host.keyFile, 'utf8').trim().split(' ').at(-1) as string
  expect(findTracesBelow(host.home, { key })).toEqual([`${relative(host.home, host.keyFile)}: key`])
})

test('database, its write-ahead log, journal, files and backups are unreadable', async () => {
  const files = filesBelow(host.data)
  const named = (pattern: RegExp) => files.filter((file) => pattern.test(relative(host.data, file)))
  const databases = named(/medinsight\.db$/)
  expect(databases.length).toBeGreaterThanOrEqual(1)
  for (const file of databases) expect(readFileSync(file).subarray(0, 16).toString('latin1')).not.toContain('SQLite format')
  const sealed = [...databases, ...named(/-wal$/), ...named(/^journal\//), ...named(/^files\//), ...named(/^backups\/.*(\.db|journal)/)]
  expect(named(/-wal$/).length).toBeGreaterThan(0)
  expect(named(/^journal\//).length).toBeGreaterThan(0)
  expect(named(/^files\//).length).toBeGreaterThan(0)
  const telling = { schema: 'CREATE TABLE', field: 'familyName', kind: '"patient"', column: 'patient_id', png: '\0\0\0\rIHDR', act: 'patients.register' }
  expect(sealed.flatMap((file) => findTraces(readFileSync(file), telling).map((name) => `${relative(host.data, file)}: ${name}`))).toEqual([])
})

test.skipIf(process.platform === 'win32')('every file is for this user alone, although the process was started with the widest mask', async () => {
  const wide: string[] = []
  for (const entry of await readdir(host.data, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const mode = statSync(path).mode & 0o777
    const wanted = entry.isDirectory() ? 0o700 : 0o600
    if ((mode & ~wanted) !== 0) wide.push(`${relative(host.data, path)} ${mode.toString(8)}`)
  }
  expect(wide).toEqual([])
  expect([statSync(host.data).mode & 0o777, statSync(host.keyFile).mode & 0o777]).toEqual([0o700, 0o600])
})

test('settings, keys and lock hold no key in the clear', () => {
  const key = readFileSync(host.keyFile, 'utf8').trim().split(' ').at(-1) as string
  const bytes = Buffer.from(key, 'hex')
  const forms = { hex: key, base64: bytes.toString('base64').slice(0, 40), base64url: bytes.toString('base64url').slice(0, 40) }
  for (const file of filesBelow(host.data)) {
    const content = readFileSync(file)
    expect([file, content.includes(bytes), ...findTraces(content, forms)]).toEqual([file, false])
  }
})

test('pages carry a policy with a nonce of their own, everything else loads and runs nothing', async () => {
  const nonces = new Set<string>()
  for (const path of ['/', '/index.html', '/patients', '/schedule/day']) {
    const { status, headers, text } = await host.send('GET', path)
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    expect(policy).not.toMatch(/unsafe|\*/)
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(text).toContain(`nonce="${nonce}"`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(4)
  for (const { headers, request } of host.heard) {
    expect([request, headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy']]).toEqual([
      request,
      'nosniff',
      'DENY',
      'no-referrer',
    ])
    if (String(headers['content-type']).startsWith('application/json'))
      expect([request, headers['cache-control'], headers['content-security-policy']]).toEqual([
        request,
        'no-store',
        "default-src 'none'; frame-ancestors 'none'; sandbox",
      ])
  }
})

test('nothing private is left behind when it ends', async () => {
  expect(await host.end('SIGTERM')).toBe(0)
  expect(findTraces(host.output(), canaries)).toEqual([])
  expect(findTracesBelow(host.home, canaries)).toEqual([])
})
