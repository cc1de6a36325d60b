import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ClinicPlace, openClinic } from '../../src/main/clinic.js'
import { createClinic } from '../../src/main/founding.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import { type KeyStore, KeyStoreError } from '../../src/main/lib/key-store.js'
import { createLog } from '../../src/main/lib/log.js'
import { keyFileStore } from '../../src/main/security/key-files.js'
import { startWorkstation } from '../../src/main/workstation.js'
import type { Api } from '../support/api-client.js'
import { memoryKeyStore } from '../support/clinic.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const details = {
  clinic: { name: 'Clínica', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'es' as const },
  admin: { username: 'anna', displayName: 'Anna', password: 'a long enough password' },
}
const wanted = {
  clinicName: 'Clínica',
  timeZone: 'Europe/Madrid',
  currency: 'EUR',
  country: 'ES',
  language: 'es' as const,
  adminUsername: 'anna',
  adminDisplayName: 'Anna',
  password: 'a long enough password',
}

const placeIn = (folder: string, keyStore: KeyStore = memoryKeyStore()): ClinicPlace => ({
  folder,
  keyStore,
  keyStoreKind: 'keyFile',
  log: createLog({ folder: join(folder, 'logs'), level: 'error' }),
  version: '0.0.0-test',
  isOneShot: true,
})

const left = (folder: string) => readdirSync(folder).filter((name) => name !== 'logs')

async function wizard(place: ClinicPlace) {
  const workstation = await startWorkstation(place)
  onTestFinished(() => workstation.stop())
  const context = { carrier: memoryCarrier(), address: 'test', isOnThisComputer: true }
  return createRouterClient(workstation.ipc.router, { context } as never) as unknown as Api
}

describe('a call that fails unforeseen', () => {
  it('leaves class and place of the error in the log under the reference that the caller was told, and not its text', async () => {
    const place = placeIn(join(temporaryFolder(), 'clinic'))
    await createClinic(place, details)
    const workstation = await startWorkstation(place)
    onTestFinished(() => workstation.stop())
    const clinic = workstation.clinic()
    const { token } = (await clinic?.services.sessions.open(String(clinic.store.db.prepare('SELECT id FROM user').pluck().get()))) ?? { token: '' }
    const context = { carrier: memoryCarrier(token), address: 'test', isOnThisComputer: true }
    const api = createRouterClient(workstation.ipc.router, { context } as never) as unknown as Api
    clinic?.store.db.exec("CREATE TRIGGER broken BEFORE INSERT ON patient BEGIN SELECT RAISE(ABORT, 'Zephyrine Quillfeather'); END")
    const refusal = await api.patients.register({ familyName: 'García' }).catch((error: { code: string; data: { ref: string } }) => error)
    expect(refusal).toMatchObject({ code: 'INTERNAL', data: { ref: expect.any(String) } })
    const log = readFileSync(join(place.folder, 'logs', 'medinsight.log'), 'utf8')
    const line = log.split('\n').find((one) => one.includes('call.failed')) ?? ''
    expect(JSON.parse(line)).toMatchObject({
      ref: (refusal as { data: { ref: string } }).data.ref,
      procedure: 'patients.register',
      error: { name: 'SqliteError', stack: expect.arrayContaining([expect.stringContaining('transaction')]) },
    })
    expect(log).not.toContain('Zephyrine')
  })
})

describe('setting a clinic up', () => {
  it('works in a folder with blanks and letters of any script, and writes nothing beside it', async () => {
    const parent = temporaryFolder()
    const place = placeIn(join(parent, 'Clínica del Río – عيادة 1'))
    await createClinic(place, details)
    expect(readdirSync(parent)).toHaveLength(1)
    expect(left(place.folder).sort()).toEqual(['journal', 'keys.json', 'medinsight.db'])
    const clinic = await openClinic(place)
    expect(clinic.services.clinic().name).toBe('Clínica')
    await clinic.stop()
  })

  it('twice at the same time makes one', async () => {
    const api = await wizard(placeIn(join(temporaryFolder(), 'clinic')))
    const results = await Promise.allSettled([api.setUp.createClinic(wanted), api.setUp.createClinic(wanted)])
    expect(results.map((result) => (result.status === 'fulfilled' ? 'made' : result.reason.code)).sort()).toEqual(['FORBIDDEN', 'made'])
  })

  it('leaves nothing when the key cannot be kept, says why, and can be tried again', async () => {
    const keys = memoryKeyStore()
    let isBroken = true
    const keyStore: KeyStore = {
      ...keys,
      save: async (dataset, key) => {
        if (isBroken) throw new KeyStoreError('plainText', 'This computer has no safe place for the key.')
        await keys.save(dataset, key)
      },
    }
    const place = placeIn(join(temporaryFolder(), 'clinic'), keyStore)
    const api = await wizard(place)
    await expect(api.setUp.createClinic(wanted)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('no safe place') })
    expect(left(place.folder)).toEqual([])
    isBroken = false
    expect(await api.setUp.createClinic(wanted)).toMatchObject({ recoveryCode: expect.any(String) })
  })

  it('does not touch the key file of another clinic', async () => {
    const parent = temporaryFolder()
    const file = join(parent, 'clinic.key')
    const first = placeIn(join(parent, 'one'), keyFileStore({ file, dataFolder: join(parent, 'one') }))
    await createClinic(first, details)
    const before = readFileSync(file, 'utf8')
    const second = placeIn(join(parent, 'two'), keyFileStore({ file, dataFolder: join(parent, 'two') }))
    await expect(createClinic(second, details)).rejects.toThrow(/another clinic/)
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(left(second.folder)).toEqual([])
    const bare = join(parent, 'bare.key')
    await writeFile(bare, `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const third = placeIn(join(parent, 'three'), keyFileStore({ file: bare, dataFolder: join(parent, 'three') }))
    await expect(createClinic(third, details)).rejects.toThrow(KeyStoreError)
    expect(existsSync(bare)).toBe(true)
  })

  it('that was killed while the clinic was moved into place counts as never begun, and its key makes room', async () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'clinic')
    const file = join(parent, 'clinic.key')
    const place = placeIn(folder, keyFileStore({ file, dataFolder: folder }))
    const { clinicId } = await createClinic(place, details)
    // As it stands when everything but the database was moved.
    await mkdir(join(folder, `.making-${clinicId}`))
    await rename(join(folder, 'medinsight.db'), join(folder, `.making-${clinicId}`, 'medinsight.db'))
    const api = await wizard(place)
    expect(await api.session.welcome()).toMatchObject({ state: 'setUp' })
    expect(left(folder)).toEqual([])
    expect(existsSync(file)).toBe(false)
    await api.setUp.createClinic(wanted)
    expect(await api.session.welcome()).toMatchObject({ state: 'signedIn' })
  })

  it('that was killed at its very end is whole', async () => {
    const place = placeIn(join(temporaryFolder(), 'clinic'))
    const { clinicId } = await createClinic(place, details)
    await mkdir(join(place.folder, `.making-${clinicId}`))
    const api = await wizard(place)
    expect(await api.session.welcome()).toMatchObject({ state: 'signIn' })
    expect(left(place.folder)).not.toContain(`.making-${clinicId}`)
  })

  it('never takes a damaged clinic for an interrupted set-up', async () => {
    const place = placeIn(join(temporaryFolder(), 'clinic'))
    await createClinic(place, details)
    await mkdir(join(place.folder, '.making-of-another'))
    await rm(join(place.folder, 'medinsight.db'))
    await expect(startWorkstation(place)).rejects.toThrow(/recover/)
    expect(left(place.folder).sort()).toEqual(['journal', 'keys.json'])
  })
})
