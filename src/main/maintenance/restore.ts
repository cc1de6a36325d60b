import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RestorePreview, Verification } from '../../shared/contract/storage.js'
import { type ClinicPlace, openClinic } from '../clinic.js'
import { type ClinicKeys, readKeysFile, saveKeysFile } from '../security/keys.js'
import { ensureWorkstation } from '../security/workstation-identity.js'
import { makeBackup, unpackBackup } from '../store/backups.js'
import { backupsFolder } from './backup-care.js'
import { carryErasedList } from './erased-list.js'
import { addMissingFiles, asideName, dropPrepared, exchangeDatabase, settleDatabase } from './folder-parts.js'
import { rebuildDatabase } from './rebuild.js'
import { type Replayed, replayJournal, settleAfterReplay } from './replay.js'
import { compare, contentsOf, openSource } from './restore-preview.js'
import { verifyFolder } from './verify.js'

/** What restoring did. */
export interface Restored extends RestorePreview {
  replayed: Replayed
  /** Name of the backup that was made of the state before; absent where there was nothing, or nothing readable. */
  backupBefore?: string
  /** Folder of the database that was there before, when no backup of it could be made. */
  keptAside?: string
  verification: Verification
}

/**
 * Restores a backup: what is there is backed up first, the backup takes its place in one step, then the journal brings back every operation
 * after it. The caller holds the folder's lock. `tell` hears of each step.
 * @throws RestoreRefused, KeyProblem, BackupFailed: nothing was changed then
 */
export async function restoreBackup(
  place: ClinicPlace,
  from: string,
  recoveryCode?: string,
  tell: (step: string) => void = () => undefined,
): Promise<Restored> {
  const now = place.now ?? Date.now
  const source = await openSource(place, from, recoveryCode)
  const { keys } = source
  const foreseen = await compare(place, source)
  await carryErasedList(dirname(source.folder), backupsFolder(place.folder), keys)
  tell('The backup is good. What is there now is backed up first.')
  const backupBefore = await backUpWhatIsThere(place, keys)
  const prepared = join(place.folder, `.restoring-${process.pid}`)
  let aside: string | undefined
  try {
    await dropPrepared(prepared)
    await mkdir(prepared, { recursive: true, mode: 0o700 })
    await unpackBackup(source.folder, prepared)
    rebuildDatabase(join(prepared, 'medinsight.db'), keys.databaseKey)
    tell('The backup is put in place.')
    await place.keyStore.save(keys.dataset, keys.databaseKey)
    if (!(await readKeysFile(place.folder).catch(() => undefined))) await saveKeysFile(place.folder, source.file)
    aside = await exchangeDatabase(place.folder, join(prepared, 'medinsight.db'), asideName(now(), 'restore'))
    await addMissingFiles(join(prepared, 'files'), join(place.folder, 'files'))
  } finally {
    await dropPrepared(prepared)
  }
  tell('What was saved after the backup is brought back from the journal.')
  const { replayed, verification } = await bringBack(place, keys, 'recovery.restore', { backup: foreseen.backup.name, madeAt: foreseen.backup.madeAt })
  // A verified backup of it stands: a second copy would only fill the disk.
  if (backupBefore !== undefined && aside !== undefined && verification.isSound) await dropPrepared(aside)
  return { ...foreseen, replayed, ...(backupBefore !== undefined ? { backupBefore } : aside !== undefined && { keptAside: aside }), verification }
}

/** Opens the database that was put in place, replays the journal, notes what was done in the access log and verifies. */
export async function bringBack(
  place: ClinicPlace,
  keys: ClinicKeys,
  act: string,
  detail: Record<string, unknown>,
): Promise<{ replayed: Replayed; verification: Verification }> {
  const clinic = await openClinic({ ...place, isOneShot: true })
  let replayed: Replayed
  try {
    const { store, journal } = clinic
    replayed = await replayJournal(store, { folder: join(place.folder, 'journal'), databaseKey: keys.databaseKey, upTo: journal.mark })
    await ensureWorkstation(store, clinic.keys, place.folder, clinic.services.now())
    await settleAfterReplay(store, clinic.services.now())
    store.noteRead({ act, detail: { ...detail, operations: replayed.operations } })
  } finally {
    await clinic.stop()
  }
  return { replayed, verification: await verifyFolder({ folder: place.folder, ...keys, now: (place.now ?? Date.now)() }) }
}

async function backUpWhatIsThere(place: ClinicPlace, keys: ClinicKeys): Promise<string | undefined> {
  const names = await readdir(place.folder).catch(() => [] as string[])
  if (!names.includes('medinsight.db') || !names.includes('keys.json')) return undefined
  if (!contentsOf(join(place.folder, 'medinsight.db'), keys.databaseKey)) return undefined
  try {
    settleDatabase(place.folder, keys.databaseKey)
    const made = await makeBackup({
      databaseFile: join(place.folder, 'medinsight.db'),
      databaseKey: keys.databaseKey,
      keysFile: join(place.folder, 'keys.json'),
      filesFolder: join(place.folder, 'files'),
      to: backupsFolder(place.folder),
      reason: 'beforeRestore',
      dataset: keys.dataset,
      madeAt: new Date((place.now ?? Date.now)()).toISOString(),
      program: place.version,
      journalMark: 0,
    })
    return made.name
  } catch (error) {
    // A damaged database gives no verified backup; its files are kept aside instead.
    if ((error as { code?: string }).code === 'ENOSPC') throw error
    return undefined
  }
}
