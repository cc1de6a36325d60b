import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ClinicPlace, type OpenClinic, openClinic } from '../../../src/main/clinic.js'
import { createClinic } from '../../../src/main/founding.js'
import type { KeyStore } from '../../../src/main/lib/key-store.js'
import { createLog } from '../../../src/main/lib/log.js'
import type { ClinicKeys } from '../../../src/main/security/keys.js'
import { openKeys, readKeysFile } from '../../../src/main/security/keys.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { memoryKeyStore } from '../../support/clinic.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A clinic in a temporary folder that is opened and closed as a test needs it. */
export interface MadeClinic {
  place: ClinicPlace & { keyStore: KeyStore }
  recoveryCode: string
  keys: ClinicKeys
  /** Opens it; closed when the test ends, if the test has not done so. */
  open(): Promise<OpenClinic>
}

/** Makes a clinic through the product's own code. Its clock can be handed in. */
export async function makeClinic(options: { now?: () => number; keyStore?: KeyStore } = {}): Promise<MadeClinic> {
  const folder = join(temporaryFolder(), 'clinic')
  const place = {
    folder,
    keyStore: options.keyStore ?? memoryKeyStore(),
    keyStoreKind: 'keyFile' as const,
    log: createLog({ folder: join(temporaryFolder(), 'logs'), level: 'error' }),
    version: '0.0.0-test',
    isOneShot: true,
    ...(options.now && { now: options.now }),
  }
  const { recoveryCode } = await createClinic(place, {
    clinic: { name: 'Test clinic', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' },
    admin: { username: 'anna', displayName: 'Anna Admin', password: 'a long enough password' },
  })
  const file = await readKeysFile(folder)
  const keys = openKeys(file, await place.keyStore.read(file.dataset))
  const open = async () => {
    const clinic = await openClinic(place)
    let isOpen = true
    const stop = async () => {
      if (isOpen) await clinic.stop()
      isOpen = false
    }
    onTestFinished(stop)
    return { ...clinic, stop }
  }
  return { place, recoveryCode, keys, open }
}

/** Registers people with a name that begins with `name`, one operation each; returns their ids. */
export async function register({ store }: Pick<OpenClinic, 'store'>, count: number, name = 'Person'): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++)
    ids.push(
      await store.write({ actor: {}, act: 'patients.register' }, (tx) =>
        tx.create(patient, { familyName: `${name} ${i}`, givenName: 'Ada', sex: 'female', recordNumber: `${name}-${i}` }),
      ),
    )
  return ids
}

/** Family names of everybody who is registered, in order. */
export const namesIn = ({ store }: Pick<OpenClinic, 'store'>): string[] =>
  store.db.prepare('SELECT family_name FROM patient WHERE deleted = 0 ORDER BY family_name').pluck().all() as string[]
