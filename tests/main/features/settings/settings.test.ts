import { expect, test } from 'vitest'
import { openTestClinic } from '../../../support/clinic.js'

test('the clinic’s settings change field by field and hold what is not given', async () => {
  const { admin } = await openTestClinic()
  const before = await admin.settings.clinic.get({})
  const hours = [{ weekday: 6, from: 600, to: 840 }]
  await admin.settings.clinic.edit({ name: 'Riverside', hours, lockAfterMinutes: 5 })
  expect(await admin.settings.clinic.get({})).toEqual({ ...before, name: 'Riverside', hours, lockAfterMinutes: 5, changedAt: expect.any(String) })
  await expect(admin.settings.clinic.edit({ timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'timeZone' }] } })
  await expect(admin.settings.clinic.edit({ lockAfterMinutes: 0 })).rejects.toMatchObject({ code: 'INVALID' })
})

test('the workstation describes itself, its folder only to who may change settings', async () => {
  const { admin, as, folder } = await openTestClinic()
  expect(await admin.settings.about({})).toMatchObject({ version: '0.0.0-test', keyStore: 'keyFile', platform: process.platform, folder })
  expect(await (await as('reception')).settings.about({})).not.toHaveProperty('folder')
})

test('a repeated command with the same id changes the settings once', async () => {
  const { admin, clinic } = await openTestClinic()
  const commandId = '0190a0c0-0000-7000-8000-000000000001'
  const first = await admin.settings.clinic.edit({ name: 'Riverside', commandId })
  await admin.settings.clinic.edit({ name: 'Lakeside' })
  expect(await admin.settings.clinic.edit({ name: 'Riverside', commandId })).toEqual(first)
  expect((await admin.settings.clinic.get({})).name).toBe('Lakeside')
  expect(clinic.store.db.prepare("SELECT count(*) FROM operation WHERE act = 'settings.clinic.edit'").pluck().get()).toBe(2)
})
