import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FieldsOf } from '../shared/entities/entity.js'
import { chair, clinic as clinicEntity, user, type WeeklyHours } from '../shared/entities/staff.js'
import { workstation as workstationEntity } from '../shared/entities/workstation.js'
import { newId } from '../shared/ids.js'
import { type ClinicPlace, ClinicProblem, openParts } from './clinic.js'
import { makePrivateFolder, syncFolder } from './lib/durable-file.js'
import { type ClinicKeys, makeKeysFile, newClinicKeys, openKeys, readKeysFile, saveKeysFile } from './security/keys.js'
import { hashPassword } from './security/passwords.js'
import { makeRecoveryCode } from './security/recovery-code.js'
import { computerName, setIdentity, workstationFields } from './security/workstation-identity.js'
import { foundingPrefix } from './store/series.js'
import type { Store } from './store/store.js'

/** What a new clinic begins with. */
export interface NewClinic {
  clinic: Omit<FieldsOf<typeof clinicEntity>, 'hours' | 'isDemo' | 'lockAfterMinutes' | 'source'> & { isDemo?: boolean }
  admin: { username: string; displayName: string; password: string }
  /** Writes further records before the clinic is moved into its folder, as a demo has them. */
  fill?: (store: Store, clinicId: string, now: number) => Promise<void>
}

/** Monday to Friday from nine to five with an hour at noon, until the clinic sets its own. */
const usualHours: WeeklyHours = [1, 2, 3, 4, 5].flatMap((weekday) => [
  { weekday, from: 9 * 60, to: 13 * 60 },
  { weekday, from: 14 * 60, to: 17 * 60 },
])

/** What may lie in a folder before a clinic is made in it. */
export const isHarmless = (name: string): boolean => /^(settings\.json|logs|lock.*|\.DS_Store|desktop\.ini)$/.test(name)
/** Folder in which a clinic is made, followed by its dataset: inside of its place, because that may be a disk of its own. */
export const makingPrefix = '.making-'
/** Stands in such a folder while it is one of a workstation that joins and can go on after an interruption. */
export const joiningFile = 'joining.json'

/** @throws ClinicProblem when something lies in the folder that a new clinic must not be put beside */
export async function requireEmptyFolder(folder: string): Promise<void> {
  const existing = await readdir(folder).catch(() => [] as string[])
  if (!existing.every(isHarmless)) throw new ClinicProblem('The folder is not empty, so no clinic was made in it. Choose an empty or a new folder.')
}

/**
 * Makes a clinic in an empty or missing folder: keys, encrypted database, its first user. Everything is made in a folder apart and moved into place at the end,
 * so that an interruption leaves either no clinic or a whole one. Returns the recovery code, which is kept nowhere.
 * @throws ClinicProblem when the folder is in use
 */
export async function createClinic(
  place: ClinicPlace,
  details: NewClinic,
  dataset = newId(),
): Promise<{ recoveryCode: string; clinicId: string; userId: string }> {
  await undoInterruptedSetUp(place)
  await requireEmptyFolder(place.folder)
  const now = place.now ?? Date.now
  const keys = newClinicKeys(dataset)
  const recoveryCode = makeRecoveryCode()
  const making = join(place.folder, makingPrefix + keys.dataset)
  await makePrivateFolder(making)
  try {
    await saveKeysFile(making, await makeKeysFile(keys, { recoveryCode, keyStore: place.keyStoreKind, madeAt: new Date(now()).toISOString() }))
    const opened = await openParts({ ...place, folder: making, isOneShot: true }, keys, { isNew: true })
    let userId: string
    try {
      userId = await writeFirstRecords(opened.store, keys, details, new Date(now()).toISOString())
      await details.fill?.(opened.store, keys.dataset, now())
    } finally {
      await opened.close()
    }
    await place.keyStore.save(keys.dataset, keys.databaseKey)
    await moveInto(making, place.folder)
    return { recoveryCode, clinicId: keys.dataset, userId }
  } catch (error) {
    await undoInterruptedSetUp(place)
    throw error
  }
}

/**
 * Takes back a set-up that was interrupted before its database was in place: nobody has seen its recovery code or written into it.
 * Its key goes too, or the next one would find the place of the key taken. `keepsJoining` leaves a joining workstation's, which can go on.
 */
export async function undoInterruptedSetUp({ folder, keyStore }: Pick<ClinicPlace, 'folder' | 'keyStore'>, keepsJoining = false): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[])
  for (const name of names.filter((one) => one.startsWith(makingPrefix))) {
    if (keepsJoining && !names.includes('medinsight.db') && (await readdir(join(folder, name))).includes(joiningFile)) continue
    const dataset = name.slice(makingPrefix.length)
    if (!names.includes('medinsight.db')) {
      const inPlace = await readKeysFile(folder).catch(() => undefined)
      const keysFile = inPlace?.dataset === dataset ? inPlace : await readKeysFile(join(folder, name)).catch(() => undefined)
      const key = await keyStore.read(dataset).catch(() => undefined)
      if (keysFile && key && fits(keysFile, key)) await keyStore.remove(dataset)
      if (inPlace?.dataset === dataset) for (const moved of ['journal', 'keys.json']) await rm(join(folder, moved), { recursive: true, force: true })
    }
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** Whether a key is the one of a clinic: what lies in its place may be another clinic's. */
function fits(keysFile: Parameters<typeof openKeys>[0], key: Buffer): boolean {
  try {
    openKeys(keysFile, key)
    return true
  } catch {
    return false
  }
}

async function writeFirstRecords(store: Store, keys: ClinicKeys, { clinic, admin }: NewClinic, at: string): Promise<string> {
  const { dataset } = keys
  const passwordHash = await hashPassword(admin.password)
  const identity = { id: newId(), name: computerName(), numberPrefix: foundingPrefix }
  return store.write({ actor: {}, act: 'setUp.createClinic' }, (tx) => {
    store.db.prepare("INSERT INTO meta (key, value) VALUES ('dataset', ?)").run(dataset)
    setIdentity(store.db, identity)
    tx.create(workstationEntity, workstationFields(identity, keys, at), identity.id)
    tx.create(clinicEntity, { ...clinic, isDemo: clinic.isDemo ?? false, hours: usualHours, lockAfterMinutes: 15 }, dataset)
    tx.create(chair, { name: { en: 'Chair 1', es: 'Sillón 1', ar: 'كرسي 1' }[clinic.language], sortOrder: 1, isActive: true })
    return tx.create(user, {
      username: admin.username,
      displayName: admin.displayName,
      role: 'administrator',
      passwordHash,
      language: clinic.language,
      isActive: true,
    })
  })
}

/** Moves a made folder into place, durably; the database goes last, because its presence means that there is a clinic. */
export async function moveInto(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).sort((a, b) => Number(a.startsWith('medinsight.db')) - Number(b.startsWith('medinsight.db')))
  for (const name of names) await rename(join(from, name), join(to, name))
  await syncFolder(to)
  await rm(from, { recursive: true, force: true })
}
