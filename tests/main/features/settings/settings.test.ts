import { createRouterClient, type Router } from '@orpc/server'
import { describe, expect, it, test } from 'vitest'
import { memoryCarrier } from '../../../../src/main/ipc/carriers.js'
import type { Connection } from '../../../../src/main/ipc/needs.js'
import type { contract } from '../../../../src/shared/contract/index.js'
import type { Api } from '../../../support/api-client.js'
import { openTestClinic } from '../../../support/clinic.js'

test('the clinic’s settings change field by field and hold what is not given', async () => {
  const { admin } = await openTestClinic()
  const { freshness: _, ...before } = await admin.settings.clinic.get({})
  const hours = [{ weekday: 6, from: 600, to: 840 }]
  await admin.settings.clinic.edit({ name: 'Riverside', hours, lockAfterMinutes: 5 })
  const { freshness: __, ...after } = await admin.settings.clinic.get({})
  expect(after).toEqual({ ...before, name: 'Riverside', hours, lockAfterMinutes: 5, changedAt: expect.any(String) })
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

describe('the connection to the server', () => {
  it('is kept field by field, and its password is never told', async () => {
    const { admin, clinic } = await openTestClinic()
    expect(await admin.settings.server.get({})).toMatchObject({ canChange: true, enabled: { value: false, origin: 'default' }, host: { origin: 'default' } })
    const answer = await admin.settings.server.set({ enabled: true, url: 'rediss://medinsight:quite-secret@redis.clinic:6380', database: 2 })
    expect(answer).toMatchObject({ enabled: { value: true, origin: 'screen' }, password: { isSet: true, origin: 'screen' }, database: { value: 2 } })
    expect(JSON.stringify([answer, await admin.settings.server.get({})])).not.toContain('quite-secret')
    clinic.store.flushReads()
    const row = clinic.store.db.prepare("SELECT detail FROM audit WHERE act = 'settings.server.set'").pluck().get()
    expect(row).toBe('{"fields":["database","enabled","url"]}')
  })

  it('is refused by field names, never values', async () => {
    const { admin } = await openTestClinic()
    const refused = async (change: Parameters<typeof admin.settings.server.set>[0]) => {
      const error = (await admin.settings.server.set(change).catch((thrown: unknown) => thrown)) as {
        code: string
        message: string
        data: { fields: { path: string }[] }
      }
      expect(JSON.stringify([error.message, error.data])).not.toMatch(/private/)
      return [error.code, ...error.data.fields.map(({ path }) => path)]
    }
    expect(await refused({ url: 'http://redis.private' })).toEqual(['INVALID', 'url'])
    expect(await refused({ host: 'redis private' })).toEqual(['INVALID', 'host'])
    expect(await refused({ port: 70_000 })).toEqual(['INVALID', 'port'])
    expect(await refused({ caFile: 'private/ca.pem' })).toEqual(['INVALID', 'caFile'])
    expect(await refused({ clusterNodes: ['private'] })).toEqual(['INVALID', 'clusterNodes.0'])
    expect(await refused({ sentinels: ['private:1'] })).toEqual(['INVALID', 'sentinelName'])
    await admin.settings.server.set({ host: 'redis.private', password: 'private' })
    expect(await refused({ host: 'elsewhere.private' })).toEqual(['INVALID', 'password'])
    await expect(admin.settings.server.test({ host: 'elsewhere.private' })).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('is shown to administrators only, and set and tried on the workstation itself only', async () => {
    const { as, workstation, tokenOf } = await openTestClinic()
    await expect((await as('reception')).settings.server.get({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const elsewhere = createRouterClient(workstation.ipc.router as Router<typeof contract, Connection>, {
      context: { carrier: memoryCarrier(await tokenOf('administrator')), address: '192.0.2.7', isOnThisComputer: false },
    }) as unknown as Api
    expect(await elsewhere.settings.server.get({})).toMatchObject({ canChange: false })
    await expect(elsewhere.settings.server.set({ enabled: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(elsewhere.settings.server.test({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
