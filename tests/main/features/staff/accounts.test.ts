import { createRouterClient } from '@orpc/server'
import { describe, expect, test } from 'vitest'
import { memoryCarrier } from '../../../../src/main/ipc/carriers.js'
import type { Role } from '../../../../src/shared/permissions.js'
import type { Api } from '../../../support/api-client.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { ManualClock } from '../../../support/manual-clock.js'

const password = 'seven green umbrellas'

function window({ workstation }: TestClinic): Api {
  return createRouterClient(workstation.ipc.router, {
    context: { carrier: memoryCarrier(), address: 'port', isOnThisComputer: true },
  } as never) as unknown as Api
}

const add = ({ admin }: TestClinic, username: string, role: Role = 'reception') => admin.staff.accounts.add({ username, displayName: username, role, password })

async function signedIn(test: TestClinic, username: string): Promise<Api> {
  const api = window(test)
  await api.session.signIn({ username, password })
  return api
}

describe('what the roles may do, through the real router', () => {
  const acts: [name: string, who: string, act: (api: Api) => Promise<unknown>][] = [
    ['see providers', 'ACRBO', (api) => api.staff.practitioners.list({})],
    ['see chairs', 'ACRBO', (api) => api.staff.chairs.list({})],
    ['see the clinic’s settings', 'ACRBO', (api) => api.settings.clinic.get({})],
    ['add a provider', 'A', (api) => api.staff.practitioners.add({ familyName: 'Reyes' })],
    ['add a chair', 'A', (api) => api.staff.chairs.add({ name: 'Room 2' })],
    ['close a time', 'ACR', (api) => api.staff.closedTimes.add({ startAt: '2026-12-24T08:00:00Z', endAt: '2026-12-24T18:00:00Z' })],
    ['see staff accounts', 'A', (api) => api.staff.accounts.list({})],
    ['change the clinic’s settings', 'A', (api) => api.settings.clinic.edit({ name: 'Riverside' })],
    ['register a patient', 'ACR', (api) => api.patients.register({ familyName: 'Okafor' })],
    ['see media', 'ACRO', (api) => api.media.recent({})],
  ]
  const letters = { administrator: 'A', clinician: 'C', reception: 'R', billing: 'B', readOnly: 'O' } as const

  test.each(acts)('%s: %s', async (_name, who, act) => {
    const clinic = await openTestClinic()
    let allowed = ''
    for (const role of Object.keys(letters) as Role[]) {
      const outcome = await act(await clinic.as(role)).then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
      expect(['done', 'FORBIDDEN']).toContain(outcome)
      if (outcome === 'done') allowed += letters[role]
    }
    expect([...allowed].sort()).toEqual([...who].sort())
  })
})

describe('a staff account', () => {
  test('is made, found and described without anything secret', async () => {
    const clinic = await openTestClinic()
    const made = await add(clinic, 'Rosa')
    const { items } = await clinic.admin.staff.accounts.list({})
    expect(made).toMatchObject({ username: 'rosa', role: 'reception', isActive: true, hasPin: false })
    expect(items).toContainEqual(made)
    const rosa = await signedIn(clinic, 'rosa')
    await rosa.session.changeSecret({ password, newPin: '4712' })
    const everything = JSON.stringify([made, await clinic.admin.staff.accounts.list({ withEnded: true }), await rosa.session.welcome()])
    expect(everything).toContain('"hasPin":true')
    expect(everything).not.toMatch(/argon2|passwordHash|pinHash/)
  })

  test('needs a name of its own and a good password', async () => {
    const clinic = await openTestClinic()
    await expect(add(clinic, 'ANNA')).rejects.toMatchObject({ code: 'CONFLICT', data: { conflicts: [{ code: 'username', ids: [] }] } })
    const weak = clinic.admin.staff.accounts.add({ username: 'rosa', displayName: 'Rosa', role: 'billing', password: '1234567890' })
    await expect(weak).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'password', code: 'common' }] } })
  })

  test('that has ended cannot sign in, and its open sessions end at once', async () => {
    const clinic = await openTestClinic()
    const { id } = await add(clinic, 'rosa')
    const rosa = await signedIn(clinic, 'rosa')
    await rosa.patients.list({})
    await clinic.admin.staff.accounts.end({ id })
    await expect(rosa.patients.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(window(clinic).session.signIn({ username: 'rosa', password })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect((await clinic.admin.staff.accounts.list({})).items.map(({ username }) => username)).toEqual(['anna'])
    await clinic.admin.staff.accounts.edit({ id, isActive: true })
    await expect(rosa.patients.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await signedIn(clinic, 'rosa')
  })

  test('works until its last day', async () => {
    const clock = new ManualClock(Date.parse('2026-11-20T09:00:00Z'))
    const clinic = await openTestClinic({ now: () => clock.now() })
    const { id } = await add(clinic, 'rosa')
    await clinic.admin.staff.accounts.edit({ id, validUntilDate: '2026-11-20' })
    const rosa = await signedIn(clinic, 'rosa')
    await rosa.patients.list({})
    clock.pass(24 * 60 * 60_000)
    await expect(window(clinic).session.signIn({ username: 'rosa', password })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('gets a new password from an administrator, which forgets the PIN and ends the sessions', async () => {
    const clinic = await openTestClinic()
    const { id } = await add(clinic, 'rosa')
    const rosa = await signedIn(clinic, 'rosa')
    await rosa.session.changeSecret({ password, newPin: '4712' })
    expect(await clinic.admin.staff.accounts.resetPassword({ id, password: 'a fresh start for rosa k' })).toMatchObject({ hasPin: false })
    await expect(rosa.patients.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(window(clinic).session.signIn({ username: 'rosa', password })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await window(clinic).session.signIn({ username: 'rosa', password: 'a fresh start for rosa k' })
  })

  test('gains and loses rights at once, without signing in again', async () => {
    const clinic = await openTestClinic()
    const { id } = await add(clinic, 'rosa', 'readOnly')
    const rosa = await signedIn(clinic, 'rosa')
    await expect(rosa.patients.register({ familyName: 'Okafor' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await clinic.admin.staff.accounts.edit({ id, role: 'reception' })
    await rosa.patients.register({ familyName: 'Okafor' })
    await clinic.admin.staff.accounts.edit({ id, role: 'billing' })
    await expect(rosa.patients.register({ familyName: 'Haddad' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('the last administrator', () => {
  test('can neither end, step down nor be given a last day, until there is another one who stays', async () => {
    const clinic = await openTestClinic()
    const { admin } = clinic
    const [anna] = (await admin.staff.accounts.list({})).items
    const id = anna?.id ?? ''
    const refused = { code: 'CONFLICT', data: { conflicts: [{ code: 'lastAdministrator', ids: [id] }] } }
    await expect(admin.staff.accounts.end({ id })).rejects.toMatchObject(refused)
    await expect(admin.staff.accounts.edit({ id, role: 'clinician' })).rejects.toMatchObject(refused)
    await expect(admin.staff.accounts.edit({ id, isActive: false })).rejects.toMatchObject(refused)
    await expect(admin.staff.accounts.edit({ id, validUntilDate: '2026-12-31' })).rejects.toMatchObject(refused)
    const deputy = await add(clinic, 'boris', 'administrator')
    await admin.staff.accounts.edit({ id: deputy.id, validUntilDate: '2026-11-30' })
    await expect(admin.staff.accounts.end({ id })).rejects.toMatchObject(refused)
    await admin.staff.accounts.edit({ id: deputy.id, validUntilDate: null })
    await expect(admin.staff.accounts.end({ id })).resolves.toMatchObject({ isActive: false })
  })
})
