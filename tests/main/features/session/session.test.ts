import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { memoryCarrier } from '../../../../src/main/ipc/carriers.js'
import { createLog } from '../../../../src/main/lib/log.js'
import { startWorkstation } from '../../../../src/main/workstation.js'
import type { Api } from '../../../support/api-client.js'
import { memoryKeyStore, openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { ManualClock } from '../../../support/manual-clock.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const password = 'a long enough password'

/** A caller of its own: another window, from another address when one is given. */
function window(workstation: TestClinic['workstation'], address = 'port', token?: string) {
  const carrier = memoryCarrier(token)
  const told: number[] = []
  const context = { carrier, address, isOnThisComputer: true, onRetryAfter: (seconds: number) => void told.push(seconds) }
  return { api: createRouterClient(workstation.ipc.router, { context } as never) as unknown as Api, carrier, told }
}

const clinicAt = async () => {
  const clock = new ManualClock()
  return { clock, ...(await openTestClinic({ now: () => clock.now() })) }
}

describe('signing in', () => {
  test('opens a session for a name in any case, and only with the password', async () => {
    const { workstation } = await openTestClinic()
    const { api } = window(workstation)
    await expect(api.session.signIn({ username: 'anna', password: 'not the password' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(api.session.signIn({ username: 'nobody', password })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const { user, token } = await api.session.signIn({ username: ' ANNA ', password })
    expect(user).toMatchObject({ username: 'anna', role: 'administrator', hasPin: false })
    expect(token.length).toBeGreaterThan(40)
    expect(await api.session.welcome()).toMatchObject({ state: 'signedIn', user: { username: 'anna' } })
  })

  test('on a connection that was signed in takes the place of the session before, also somebody else’s; a wrong password leaves it', async () => {
    const { workstation, admin } = await openTestClinic()
    const { api, carrier } = window(workstation)
    const { token } = await api.session.signIn({ username: 'anna', password })
    await expect(api.session.signIn({ username: 'anna', password: 'not the password' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(carrier.token()).toBe(token)
    expect(await api.session.welcome()).toMatchObject({ state: 'signedIn' })
    const open = (await admin.sessions.list({})).items.length
    await api.session.signIn({ username: 'anna', password })
    expect((await admin.sessions.list({})).items).toHaveLength(open)
    expect(await window(workstation, 'port', token).api.session.welcome()).toMatchObject({ state: 'signIn' })
  })

  test('is slowed down after a few failures, says for how long, and nobody is locked out', async () => {
    const { clock, workstation } = await clinicAt()
    const guesser = window(workstation, '10.0.0.7')
    const guess = () => guesser.api.session.signIn({ username: 'anna', password: 'a guess at random' })
    for (let failures = 0; failures < 4; failures++) await expect(guess()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(guess()).rejects.toMatchObject({ code: 'RATE_LIMITED', data: { retryAfterSeconds: 1 } })
    expect(guesser.told).toEqual([1])
    // The right password is not even looked at: the refusal tells nothing about it.
    await expect(guesser.api.session.signIn({ username: 'anna', password })).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    // Anna herself comes from elsewhere and is let in.
    await expect(window(workstation, '10.0.0.8').api.session.signIn({ username: 'anna', password })).resolves.toMatchObject({ user: { username: 'anna' } })
    clock.pass(2000)
    await expect(guesser.api.session.signIn({ username: 'anna', password })).resolves.toMatchObject({ user: { username: 'anna' } })
  })
})

describe('a session', () => {
  test('survives a restart of the program, and its token stands nowhere on the disk', async () => {
    const folder = join(temporaryFolder(), 'clinic')
    const keyStore = memoryKeyStore()
    const place = { folder, keyStore, keyStoreKind: 'keyFile' as const, log: createLog({ folder: join(folder, 'logs'), level: 'error' }), version: '0.0.0' }
    const first = await startWorkstation(place)
    const made = window(first)
    const details = { clinicName: 'Test', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' as const }
    const { token } = await made.api.setUp.createClinic({ ...details, adminUsername: 'anna', adminDisplayName: 'Anna', password })
    await first.stop()
    const second = await startWorkstation(place)
    onTestFinished(() => second.stop())
    expect(await window(second, 'port', token).api.session.welcome()).toMatchObject({ state: 'signedIn', user: { username: 'anna' } })
    const rows = second.clinic()?.store.db.prepare('SELECT data FROM session').pluck().all() as string[]
    expect(rows.some((row) => row.includes(token))).toBe(false)
  })

  test('ends with signing out, and after a day whatever happens in it', async () => {
    const { clock, workstation } = await clinicAt()
    const one = window(workstation)
    const { token } = await one.api.session.signIn({ username: 'anna', password })
    await one.api.session.signOut()
    expect(await window(workstation, 'port', token).api.session.welcome()).toMatchObject({ state: 'signIn' })
    await one.api.session.signIn({ username: 'anna', password })
    for (let hour = 0; hour < 48; hour++) {
      clock.pass(30 * 60_000)
      if (hour < 47) expect((await one.api.session.welcome()).state).toBe('signedIn')
    }
    expect((await one.api.session.welcome()).state).toBe('signIn')
  })

  test('locks by itself when nothing was asked for an hour, later when the clinic says so', async () => {
    const { clock, workstation, admin } = await clinicAt()
    const one = window(workstation)
    await one.api.session.signIn({ username: 'anna', password })
    clock.pass(61 * 60_000)
    await expect(one.api.patients.list({})).rejects.toMatchObject({ code: 'LOCKED' })
    expect((await one.api.session.welcome()).state).toBe('locked')
    await one.api.session.unlock({ password })
    await one.api.settings.clinic.edit({ lockAfterMinutes: 120 })
    clock.pass(100 * 60_000)
    expect((await one.api.session.welcome()).state).toBe('signedIn')
    expect(admin).toBeDefined()
  })
})

describe('the lock', () => {
  test('opens with the PIN or the password, and nothing else answers meanwhile', async () => {
    const { workstation } = await openTestClinic()
    const { api } = window(workstation)
    await api.session.signIn({ username: 'anna', password })
    expect(await api.session.changeSecret({ password, newPin: '4712' })).toMatchObject({ hasPin: true })
    await api.session.lock()
    await expect(api.patients.list({})).rejects.toMatchObject({ code: 'LOCKED' })
    await expect(api.session.changeSecret({ password, newPin: '9021' })).rejects.toMatchObject({ code: 'LOCKED' })
    await expect(api.session.unlock({ pin: '4711' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(api.session.unlock({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await api.session.unlock({ pin: '4712' })
    await expect(api.patients.list({})).resolves.toMatchObject({ items: [] })
    await api.session.lock()
    await api.session.unlock({ password })
    expect((await api.session.welcome()).state).toBe('signedIn')
  })

  test('slows down who tries PINs', async () => {
    const { clock, workstation } = await clinicAt()
    const { api } = window(workstation)
    await api.session.signIn({ username: 'anna', password })
    await api.session.changeSecret({ password, newPin: '4712' })
    await api.session.lock()
    for (const pin of ['0001', '0002', '0003', '0004']) await expect(api.session.unlock({ pin })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(api.session.unlock({ pin: '4712' })).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    clock.pass(2000)
    await expect(api.session.unlock({ pin: '4712' })).resolves.toMatchObject({ username: 'anna' })
  })

  test('does not open another user’s session', async () => {
    const { workstation, admin } = await openTestClinic()
    await admin.staff.accounts.add({ username: 'rosa', displayName: 'Rosa', role: 'reception', password: 'another long password' })
    const { api } = window(workstation)
    await api.session.signIn({ username: 'anna', password })
    await api.session.lock()
    await expect(api.session.unlock({ password: 'another long password' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('one’s own password', () => {
  test('changes with the old one, ends the other sessions, and a weak one is refused with its reason', async () => {
    const { workstation } = await openTestClinic()
    const here = window(workstation)
    const there = window(workstation)
    await here.api.session.signIn({ username: 'anna', password })
    await there.api.session.signIn({ username: 'anna', password })
    const change = (newPassword: string, old = password) => here.api.session.changeSecret({ password: old, newPassword })
    await expect(change('a better password', 'not the old one')).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: [{ path: 'password', code: 'wrong' }] },
    })
    await expect(change('password123')).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'newPassword', code: 'common' }] } })
    await change('seven green umbrellas')
    expect((await here.api.session.welcome()).state).toBe('signedIn')
    expect((await there.api.session.welcome()).state).toBe('signIn')
    await expect(there.api.session.signIn({ username: 'anna', password })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await there.api.session.signIn({ username: 'anna', password: 'seven green umbrellas' })
  })

  test('guessing the old one is slowed down too', async () => {
    const { workstation } = await clinicAt()
    const { api } = window(workstation)
    await api.session.signIn({ username: 'anna', password })
    for (let failures = 0; failures < 4; failures++)
      await expect(api.session.changeSecret({ password: 'a guess at random' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(api.session.changeSecret({ password })).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  })
})

test('language and appearance are kept with the account', async () => {
  const { workstation } = await openTestClinic()
  const { api } = window(workstation)
  await api.session.signIn({ username: 'anna', password })
  await api.session.setPreferences({ language: 'ar', colorScheme: 'dark' })
  expect((await api.session.welcome()).user).toMatchObject({ language: 'ar', colorScheme: 'dark' })
})
