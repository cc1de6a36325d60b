import { ORPCError } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startWebHost, type WebHost } from '../../src/main/web/server.js'
import { newId } from '../../src/shared/ids.js'
import { type Api, type Connected, httpClient, portClient, restClient, socketClient } from '../support/api-client.js'
import { canary, InMemoryClinic } from '../support/in-memory-clinic.js'

let clinic: InMemoryClinic
let host: WebHost
let ipc: ReturnType<InMemoryClinic['ipc']>

beforeEach(async () => {
  clinic = new InMemoryClinic()
  ipc = clinic.ipc()
  host = await startWebHost({ ipc, rendererFolder: 'no such folder', version: '0.0.0', mode: () => 'local' })
})
afterEach(() => host.stop())

/** The error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<ORPCError<string, { ref: string; [name: string]: unknown }>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ORPCError)
  return error as ORPCError<string, { ref: string }>
}

const connect: Record<string, (token?: string) => Connected> = {
  'a port': (token) => portClient(ipc, token),
  'a WebSocket': (token) => socketClient(host.url, token),
  HTTP: (token) => httpClient(host.url, token),
  REST: (token) => restClient(host.url, token),
}

describe.each(Object.keys(connect))('over %s', (transport) => {
  const opened: Connected[] = []
  const client = (token?: string): Api => {
    const connected = connect[transport]?.(token) as Connected
    opened.push(connected)
    return connected.api
  }
  afterEach(() => {
    for (const connected of opened.splice(0)) connected.close()
  })

  test('a call answers with what the handler returned', async () => {
    const api = client(clinic.signIn('reception'))
    const registered = await api.patients.register({ familyName: 'Okafor', givenName: 'Ada', birthDate: '1990-02-28' })
    expect(registered).toMatchObject({ familyName: 'Okafor', sex: 'unknown', recordNumber: '1' })
    expect(await api.patients.list({ query: 'Oka', limit: 5 })).toEqual({ items: [expect.objectContaining({ id: registered.id })] })
  })

  test('a stream brings events until the caller has had enough', async () => {
    const api = client(clinic.signIn('reception'))
    const events = await api.streams.changes()
    const first = events.next()
    await expect.poll(() => clinic.listenerCount).toBe(1)
    clinic.announce({ seq: 1, records: [{ kind: 'patient', id: 'a' }] })
    expect((await first).value).toEqual({ seq: 1, records: [{ kind: 'patient', id: 'a' }] })
    await events.return?.()
    await expect.poll(() => clinic.listenerCount).toBe(0)
  })

  test('a stream ends with an error once its session has ended, and brings no further event', async () => {
    const token = clinic.signIn('reception')
    const events = await client(token).streams.changes()
    const first = events.next()
    await expect.poll(() => clinic.listenerCount).toBe(1)
    clinic.sessions.set(token, 'locked')
    clinic.announce({ seq: 1, records: [] })
    expect((await errorOf(first)).code).toBe('LOCKED')
    await expect.poll(() => clinic.listenerCount).toBe(0)
  })

  test('a failing stream tells a reference and nothing of the failure', async () => {
    const events = await client(clinic.signIn('reception')).streams.changes()
    const first = events.next()
    await expect.poll(() => clinic.listenerCount).toBe(1)
    clinic.announce({ seq: -1, records: [] })
    const error = await errorOf(first)
    expect(error.code).toBe('INTERNAL')
    expect(JSON.stringify(error)).not.toContain(canary)
    expect(clinic.log.at(-1)).toMatchObject({
      level: 'error',
      ref: error.data.ref,
      facts: { procedure: 'streams.changes', error: 'SqliteError', code: 'SQLITE_CONSTRAINT' },
    })
  })

  test('a declared error arrives with its code and data', async () => {
    const api = client(clinic.signIn('reception'))
    const conflict = await errorOf(api.patients.register({ familyName: 'taken' }))
    expect(conflict).toMatchObject({ code: 'CONFLICT', status: 409, defined: true, data: { conflicts: [{ code: 'number', ids: [expect.any(String)] }] } })
    expect((await errorOf(api.patients.get({ id: newId() }))).code).toBe('NOT_FOUND')
  })

  test('bad input is answered with fields and codes, never with the values', async () => {
    const api = client(clinic.signIn('reception'))
    const error = await errorOf(api.patients.register({ familyName: '', birthDate: canary, [canary]: canary } as never))
    expect(error).toMatchObject({ code: 'INVALID', status: 400, defined: true })
    expect(error.data.fields).toEqual(
      expect.arrayContaining([
        { path: 'familyName', code: 'too_small' },
        { path: 'birthDate', code: 'invalid_format' },
        { path: '', code: 'unrecognized_keys' },
      ]),
    )
    expect(JSON.stringify(error) + JSON.stringify(clinic.log)).not.toContain(canary)
  })

  test('a column that the contract does not name fails the call and is not shown', async () => {
    const api = client(clinic.signIn('reception'))
    const { id } = await api.patients.register({ familyName: 'Okafor', givenName: 'leak' })
    const error = await errorOf(api.patients.get({ id }))
    expect(error).toMatchObject({ code: 'INTERNAL', status: 500 })
    expect(JSON.stringify(error) + JSON.stringify(clinic.log)).not.toContain(canary)
    expect(clinic.log.at(-1)).toMatchObject({ ref: error.data.ref, facts: { procedure: 'patients.get', fields: [{ path: '', code: 'unrecognized_keys' }] } })
  })

  test('an unforeseen failure shows no SQL, no value and no stack, and is found in the log by its reference', async () => {
    const error = await errorOf(client(clinic.signIn('reception')).patients.list({ query: 'break' }))
    expect(error).toMatchObject({ code: 'INTERNAL', status: 500 })
    const told = JSON.stringify(error) + error.message
    expect(told).not.toMatch(/INSERT|constraint|\.ts|node_modules/i)
    expect(told).not.toContain(canary)
    const line = clinic.log.find(({ ref }) => ref === error.data.ref)
    expect(line).toMatchObject({ level: 'error', facts: { procedure: 'patients.list', error: 'SqliteError', code: 'SQLITE_CONSTRAINT' } })
    expect(line?.facts.frames?.length).toBeGreaterThan(0)
    expect(JSON.stringify(line)).not.toContain(canary)
  })

  test('a repeated command answers the same and acts once', async () => {
    const api = client(clinic.signIn('reception'))
    const command = { familyName: 'Okafor', commandId: newId() }
    const first = await api.patients.register(command)
    expect(await api.patients.register(command)).toEqual(first)
    expect(clinic.runCount).toBe(1)
  })

  test('commands under one id that meet share one run', async () => {
    const api = client(clinic.signIn('reception'))
    const held = Promise.withResolvers<void>()
    clinic.beforeRegister = () => held.promise
    const command = { familyName: 'Okafor', commandId: newId() }
    const both = [api.patients.register(command), api.patients.register(command)]
    await expect.poll(() => clinic.runCount).toBe(1)
    held.resolve()
    const [first, second] = await Promise.all(both)
    expect(second).toEqual(first)
    expect(clinic.runCount).toBe(1)
  })

  test('the id of a command cannot be used for another one', async () => {
    const api = client(clinic.signIn('reception'))
    const commandId = newId()
    const { id } = await api.patients.register({ familyName: 'Okafor', commandId })
    for (const other of [api.patients.register({ familyName: 'Diaz', commandId }), api.patients.edit({ id, familyName: 'Diaz', commandId })])
      expect(await errorOf(other)).toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'commandId', code: 'reused' }] } })
    const stranger = client(clinic.signIn('reception'))
    expect((await errorOf(stranger.patients.register({ familyName: 'Okafor', commandId }))).code).toBe('INVALID')
    expect(clinic.patients.size).toBe(1)
  })

  test('a command that failed may be tried again under its id', async () => {
    const api = client(clinic.signIn('reception'))
    const command = { familyName: 'Okafor', commandId: newId() }
    clinic.beforeRegister = async () => Promise.reject(new Error('disk full'))
    expect((await errorOf(api.patients.register(command))).code).toBe('INTERNAL')
    clinic.beforeRegister = async () => {}
    expect(await api.patients.register(command)).toMatchObject({ familyName: 'Okafor' })
  })

  test('without a session only public procedures answer', async () => {
    const api = client()
    expect((await errorOf(api.patients.list({}))).code).toBe('UNAUTHORIZED')
    expect((await errorOf(client('made-up-token').patients.list({}))).code).toBe('UNAUTHORIZED')
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn' })
  })

  test('a locked session answers LOCKED to all but public procedures, until it is unlocked', async () => {
    const token = clinic.signIn('reception')
    clinic.sessions.set(token, 'locked')
    const api = client(token)
    expect(await errorOf(api.patients.list({}))).toMatchObject({ code: 'LOCKED', status: 401 })
    expect(await api.session.welcome()).toMatchObject({ state: 'locked' })
    await api.session.unlock({ pin: '1234' })
    expect(await api.patients.list({})).toEqual({ items: [] })
  })

  test('bad input without the permission is refused for the permission', async () => {
    const error = await errorOf(client(clinic.signIn('readOnly')).patients.register({ familyName: 5 } as never))
    expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403 })
  })

  test('too many calls are told when to come back', async () => {
    clinic.limit = 2
    const api = client(clinic.signIn('reception'))
    await api.patients.list({})
    await api.patients.list({})
    expect(await errorOf(api.patients.list({}))).toMatchObject({ code: 'RATE_LIMITED', status: 429, data: { retryAfterSeconds: 18 } })
  })

  test('reading a patient leaves a row in the access log; a refused or failed reading leaves none', async () => {
    const api = client(clinic.signIn('clinician'))
    const { id } = await api.patients.register({ familyName: 'Okafor' })
    await errorOf(api.patients.get({ id: newId() }))
    await errorOf(client().patients.get({ id }))
    expect(clinic.reads).toEqual([])
    await api.patients.get({ id })
    expect(clinic.reads).toEqual([{ userId: expect.any(String), procedure: 'patients.get', patientId: id }])
  })

  test('signing in and out is remembered by the connection', async () => {
    const api = client()
    const { token } = await api.session.signIn({ username: 'reception', password: 'correct horse' })
    expect(clinic.sessions.has(token)).toBe(true)
    // HTTP clients hold the token themselves.
    const signedIn = transport === 'HTTP' || transport === 'REST' ? client(token) : api
    expect(await signedIn.session.welcome()).toMatchObject({ state: 'signedIn' })
    await signedIn.session.signOut()
    expect(await signedIn.session.welcome()).toMatchObject({ state: 'signIn' })
  })

  test('deeply nested input is refused and the connection lives on', async () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 1000; i++) deep = [deep]
    const api = client(clinic.signIn('reception'))
    expect(await errorOf(api.patients.register({ familyName: deep } as never))).toMatchObject({
      code: 'INVALID',
      data: { fields: [{ path: '', code: 'tooDeep' }] },
    })
    expect(await api.patients.list({})).toEqual({ items: [] })
  })
})
