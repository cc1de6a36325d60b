import { constants } from 'node:fs'
import { copyFile, link, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateFolder, syncFolder } from '../lib/durable-file.js'
import type { KeyStore } from '../lib/key-store.js'
import { type ClinicKeys, type KeysFile, openKeys, openKeysByRecoveryCode } from '../security/keys.js'
import { openDatabase } from '../store/database.js'

const databaseFile = 'medinsight.db'
/** What SQLite keeps beside a database; left behind it would be taken for part of the next one. */
const companions = ['medinsight.db-wal', 'medinsight.db-shm', 'medinsight.db-journal']

/** Folder of what was replaced, below the clinic's folder. Nothing in it is deleted by the program but what may hold erased records. */
export const asideFolder = 'aside'

/** The keys of a clinic by the workstation's key store, or by the recovery code where one is given. @throws KeyProblem, RecoveryCodeMistyped, KeyStoreError */
export async function keysOf(file: KeysFile, keyStore: KeyStore, recoveryCode: string | undefined): Promise<ClinicKeys> {
  if (recoveryCode !== undefined) return openKeysByRecoveryCode(file, recoveryCode)
  return openKeys(file, await keyStore.read(file.dataset))
}

/** Writes everything that is still beside a healthy database into it, so that the file alone is whole. */
export function settleDatabase(folder: string, key: Uint8Array): void {
  const db = openDatabase(join(folder, databaseFile), key, {})
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

/**
 * Puts a prepared database in the place of the one in a clinic's folder, which stays under `aside/<name>` with all its companions. The new file
 * takes its name in one step, so that an interruption leaves the old database or the new one, never a mixture. Returns the folder of what was
 * there; undefined when there was nothing.
 */
export async function exchangeDatabase(folder: string, prepared: string, name: string): Promise<string | undefined> {
  const aside = join(folder, asideFolder, name)
  const present = (await readdir(folder)).filter((file) => file === databaseFile || companions.includes(file))
  if (present.length > 0) await makePrivateFolder(aside)
  if (present.includes(databaseFile)) await keep(join(folder, databaseFile), join(aside, databaseFile))
  for (const file of present.filter((other) => other !== databaseFile)) await rename(join(folder, file), join(aside, file))
  if (present.length > 0) await syncFolder(aside)
  await syncFolder(folder)
  await rename(prepared, join(folder, databaseFile))
  await syncFolder(folder)
  return present.length > 0 ? aside : undefined
}

/** A second name for the same file; a copy where the file system knows no links. */
async function keep(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE))
}

/** Moves the files of a prepared folder into a clinic's folder where they are missing; content-addressed, so one of the same name is the same. */
export async function addMissingFiles(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const inside = entry.parentPath.slice(from.length + 1)
    await makePrivateFolder(join(to, inside))
    const there = await readdir(join(to, inside))
    if (!there.includes(entry.name)) await rename(join(entry.parentPath, entry.name), join(to, inside, entry.name))
  }
}

/** A name for what is set aside: when and why, e.g. `20261120T133000Z-recover`. */
export const asideName = (now: number, why: string): string => `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}-${why}`

/** Removes a folder that was only for preparing. */
export const dropPrepared = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

/** Removes what was set aside before an instant: it may hold what was erased since. */
export async function removeAside(folder: string, before: string): Promise<void> {
  const limit = asideName(Date.parse(before), '')
  for (const name of await readdir(join(folder, asideFolder)).catch(() => [] as string[]))
    if (/^\d{8}T\d{6}Z-/.test(name) && name < limit) await dropPrepared(join(folder, asideFolder, name))
}
