import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { memoryCarrier } from '../../../src/main/ipc/carriers.js'
import { hashPassword, hashPin } from '../../../src/main/security/passwords.js'
import { user } from '../../../src/shared/entities/staff.js'
import type { Api } from '../../support/api-client.js'
import { openTestClinic } from '../../support/clinic.js'

const password = 'a long enough password'
const hour = 3600_000
const act = { actor: {}, act: 'test' }

async function signedIn(options: { timeZone?: string; startAt?: string } = {}) {
  let now = Date.parse(options.startAt ?? '2026-03-10T10:00:00Z')
  const opened = await openTestClinic({ now: () => now, timeZone: options.timeZone ?? 'Europe/Madrid' })
  const { store, services } = opened.clinic
  const hashes = { passwordHash: await hashPassword(password), pinHash: await hashPin('4711') }
  const id = await store.write(act, (tx) => tx.create(user, { username: 'ben', displayName: 'Ben', role: 'reception', isActive: true, ...hashes }))
  const { token } = await services.sessions.open(id)
  const client = (address = 'test'): Api =>
    createRouterClient(opened.workstation.ipc.router, {
      context: { carrier: memoryCarrier(token), address, isOnThisComputer: true },
    } as never) as unknown as Api
  return { ...opened, id, token, store, sessions: services.sessions, client, setNow: (at: number) => (now = at), now: () => now }
}

describe('a session', () => {
  it('of an account with a last day works until midnight of the clinic', async () => {
    const { sessions, token, store, id, setNow } = await signedIn({ timeZone: 'America/Los_Angeles', startAt: '2026-03-11T05:30:00Z' })
    await store.write(act, (tx) => tx.update(user, id, { validUntilDate: '2026-03-10' }))
    expect(sessions.resolve(token)).toMatchObject({ username: 'ben' })
    setNow(Date.parse('2026-03-11T07:00:00Z'))
    expect(sessions.resolve(token)).toBeUndefined()
    expect(await sessions.signIn('ben', password)).toBeUndefined()
  })

  it('locks when the clock was put back by days, in place of staying open until it has caught up', async () => {
    const { sessions, token, setNow, now } = await signedIn()
    setNow(now() - 48 * hour)
    expect(sessions.resolve(token)).toBe('locked')
    expect(await sessions.unlock(token, { pin: '4711' })).toMatchObject({ username: 'ben' })
    expect(sessions.resolve(token)).toMatchObject({ username: 'ben' })
    setNow(now() + 2 * hour)
    expect(sessions.resolve(token)).toBe('locked')
  })

  it('stays in use when the clock is put right by minutes', async () => {
    const { sessions, token, setNow, now } = await signedIn()
    setNow(now() - 5 * 60_000)
    expect(sessions.resolve(token)).toMatchObject({ username: 'ben' })
  })

  it('has the rights of its account as they are now', async () => {
    const { sessions, token, store, id, client } = await signedIn()
    await store.write(act, (tx) => tx.update(user, id, { role: 'billing' }))
    expect(sessions.resolve(token)).toMatchObject({ role: 'billing' })
    await expect(client().patients.register({ familyName: 'García' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await store.write(act, (tx) => tx.remove(user, id))
    expect(sessions.resolve(token)).toBeUndefined()
    await expect(client().patients.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('that is locked can be signed out of, and is not opened again by the PIN', async () => {
    const { client, sessions, token } = await signedIn()
    await client().session.lock()
    expect(await client().session.signOut()).toEqual({ isSignedOut: true })
    expect(await sessions.unlock(token, { pin: '4711' })).toBeUndefined()
  })

  it('ends its open streams at the next event when it is locked', async () => {
    const { client, store, id } = await signedIn()
    const events = await client().streams.changes()
    const first = events.next()
    await new Promise((resolve) => setImmediate(resolve))
    await store.write(act, (tx) => tx.update(user, id, { displayName: 'Ben B' }))
    expect(await first).toMatchObject({ value: { records: [{ kind: 'user', id }] } })
    await client().session.lock()
    const second = events.next()
    await store.write(act, (tx) => tx.update(user, id, { displayName: 'Ben C' }))
    await expect(second).rejects.toMatchObject({ code: 'LOCKED' })
  })
})

describe('guessing', () => {
  it('many PINs at once gets no further than one after the other', async () => {
    const { client } = await signedIn()
    await client().session.lock()
    const guesses = Array.from({ length: 20 }, (_, i) =>
      client()
        .session.unlock({ pin: String(1000 + i) })
        .then(
          () => 'opened',
          (error: { code: string }) => error.code,
        ),
    )
    const answers = await Promise.all(guesses)
    expect(answers.filter((answer) => answer === 'UNAUTHORIZED').length).toBeLessThanOrEqual(5)
    expect(answers).toContain('RATE_LIMITED')
  })
})
