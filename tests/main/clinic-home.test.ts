import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ClinicHome, clinicsIn } from '../../src/main/clinic-home.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import { silentLog } from '../../src/main/lib/log.js'
import { askHolder } from '../../src/main/store/lock.js'
import { startWorkstationAt, type Workstation } from '../../src/main/workstation.js'
import type { Api } from '../support/api-client.js'
import { memoryKeyStore } from '../support/clinic.js'
import { foundClinic } from '../support/clinic-server.js'
import { redisOfFile } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const server = redisOfFile()
const password = 'a long enough password'
const clinicOf = (clinicName: string) => ({
  clinicName,
  timeZone: 'Europe/Madrid',
  currency: 'EUR',
  country: 'ES',
  language: 'es' as const,
  adminUsername: 'anna',
  adminDisplayName: 'Anna',
  password,
})

/** The application's folder of one computer, which can be started again and again. */
function newComputer() {
  const folder = join(temporaryFolder(), 'clinics')
  const keyStore = memoryKeyStore()
  const home = (): ClinicHome =>
    clinicsIn({
      folder,
      placeAt: (at) => ({ folder: at, keyStore, keyStoreKind: 'keyFile', log: silentLog, version: '0.0.0-test', isOneShot: true }),
      log: silentLog,
      version: '0.0.0-test',
      server: { env: {} },
      answer: async ({ command }) => command,
    })
  const start = async () => {
    const workstation = await startWorkstationAt(home())
    onTestFinished(() => workstation.stop())
    return workstation
  }
  return { folder, keyStore, start }
}

/** Somebody at this computer, or elsewhere. */
function someone(workstation: Workstation, isOnThisComputer = true): { api: Api; carrier: ReturnType<typeof memoryCarrier> } {
  const carrier = memoryCarrier()
  const context = { carrier, address: 'test', isOnThisComputer }
  return { api: createRouterClient(workstation.ipc.router, { context } as never) as unknown as Api, carrier }
}

const dataFolders = (folder: string) => readdirSync(folder).filter((name) => readdirSync(join(folder, name)).includes('medinsight.db'))

describe('several clinics on one computer', () => {
  it('each have a folder named by the dataset, a database, a key and accounts of their own', async () => {
    const { folder, keyStore, start } = newComputer()
    const workstation = await start()
    const { api } = someone(workstation)
    expect(await api.session.welcome()).toMatchObject({ state: 'setUp' })
    expect(await api.setUp.clinics({})).toEqual({ items: [], canAdd: true, hasServer: false })
    await api.setUp.createClinic(clinicOf('Ribera'))
    const first = workstation.clinic()?.keys.dataset ?? ''
    await api.patients.register({ familyName: 'Otterbourn' })
    await api.session.signOut()
    await api.setUp.createClinic(clinicOf('Colina'))
    const second = workstation.clinic()?.keys.dataset ?? ''
    expect(dataFolders(folder).sort()).toEqual([first, second].sort())
    expect(await keyStore.read(first)).not.toEqual(await keyStore.read(second))
    expect((await api.patients.list({})).items).toEqual([])
    expect(await api.setUp.clinics({})).toMatchObject({
      items: [
        { id: second, name: 'Colina', isOpen: true },
        { id: first, name: 'Ribera', isOpen: false },
      ],
    })
    // The folder that was left can be held by another program again.
    expect(await askHolder(join(folder, first), { command: 'status' })).toBeUndefined()
    expect(await askHolder(join(folder, second), { command: 'status' })).toEqual({ answer: 'status' })
  })

  it('are chosen from after a start; a single one opens by itself', async () => {
    const { start } = newComputer()
    let workstation = await start()
    await someone(workstation).api.setUp.createClinic(clinicOf('Ribera'))
    await workstation.stop()
    workstation = await start()
    let { api } = someone(workstation)
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn', clinic: { name: 'Ribera' } })
    await api.setUp.createClinic(clinicOf('Colina'))
    await workstation.stop()
    workstation = await start()
    api = someone(workstation).api
    expect(await api.session.welcome()).toMatchObject({ state: 'choose' })
    await expect(api.patients.list({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(api.setUp.open({ id: 'no-such-clinic' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const { items } = await api.setUp.clinics({})
    await api.setUp.open({ id: items.find(({ name }) => name === 'Ribera')?.id ?? '' })
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn', clinic: { name: 'Ribera' } })
  })

  it('are not exchanged while somebody works, and not from another computer', async () => {
    const { start } = newComputer()
    const workstation = await start()
    const { api } = someone(workstation)
    await api.setUp.createClinic(clinicOf('Ribera'))
    const id = workstation.clinic()?.keys.dataset ?? ''
    // The founder is signed in and has done something.
    await api.patients.list({})
    const other = someone(workstation).api
    await expect(other.setUp.open({ id })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(other.setUp.createDemo({ language: 'en' })).rejects.toMatchObject({ code: 'CONFLICT' })
    await api.session.signOut()
    const away = someone(workstation, false).api
    for (const call of [
      () => away.setUp.open({ id }),
      () => away.setUp.createClinic(clinicOf('Colina')),
      () => away.setUp.join({ code: 'A', address: 'redis://127.0.0.1' }),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await away.setUp.clinics({})).toMatchObject({ items: [], canAdd: false })
  })

  it('leave nothing of one that could not be made', async () => {
    const { folder, start } = newComputer()
    mkdirSync(folder, { recursive: true })
    const { api } = someone(await start())
    await expect(api.setUp.createClinic({ ...clinicOf('Ribera'), backupFolder: 'not a whole path' })).rejects.toMatchObject({ code: 'INVALID' })
    expect(readdirSync(folder)).toEqual([])
    expect(await api.session.welcome()).toMatchObject({ state: 'setUp' })
  })
})

describe('joining from the wizard', () => {
  const address = () => `127.0.0.1:${server().port}`

  it('fills a folder of the clinic’s name beside the others, opens it and keeps the server', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    const { folder, start } = newComputer()
    const workstation = await start()
    const { api } = someone(workstation)
    const joined = await api.setUp.join({ code, address: address() })
    expect(joined).toEqual({ clinicName: 'Riverside', recoveryCode: expect.any(String) })
    expect(readdirSync(folder)).toEqual([founder.clinic.keys.dataset])
    expect(await api.setUp.joining({})).toBeNull()
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn', clinic: { name: 'Riverside' } })
    expect(workstation.clinic()?.server.view().url).toMatchObject({ value: `redis://${address()}`, origin: 'screen' })
  })

  it('says at which field something is wrong', async () => {
    const { start } = newComputer()
    const { api } = someone(await start())
    const code = 'ABCD-EFGH-JKMN-PQRS-TVWX'
    const refused = (path: string, why: string) =>
      expect.objectContaining({ code: 'INVALID', data: expect.objectContaining({ fields: [{ path, code: why }] }) })
    await expect(api.setUp.join({ code: 'ABCD', address: address() })).rejects.toEqual(refused('code', 'mistyped'))
    await expect(api.setUp.join({ code, address: address() })).rejects.toEqual(refused('code', 'unknown'))
    await expect(api.setUp.join({ code })).rejects.toEqual(refused('address', 'missing'))
    for (const wrong of ['http://127.0.0.1', '/tmp/redis.sock', 'redis://'])
      await expect(api.setUp.join({ code, address: wrong })).rejects.toEqual(refused('address', 'unusable'))
    await expect(api.setUp.join({ code, address: '127.0.0.1:1' })).rejects.toEqual(refused('address', 'unreachable'))
  }, 60_000)

  it('a clinic that is here already is refused, and the one that is there stays', async () => {
    const founder = await foundClinic(server())
    const { folder, start } = newComputer()
    const workstation = await start()
    const { api } = someone(workstation)
    await api.setUp.join({ code: (await founder.clinic.services.membership.invite()).code, address: address() })
    const { code } = await founder.clinic.services.membership.invite()
    await expect(api.setUp.join({ code, address: address() })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(readdirSync(folder)).toEqual([founder.clinic.keys.dataset])
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn', clinic: { name: 'Riverside' } })
  })
})
