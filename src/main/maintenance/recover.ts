import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Verification } from '../../shared/contract/storage.js'
import { clinic as clinicEntity } from '../../shared/entities/staff.js'
import type { ClinicPlace } from '../clinic.js'
import { type ClinicKeys, type KeysFile, readKeysFile, saveKeysFile } from '../security/keys.js'
import { type Backup, inspectBackup, listBackups, unpackBackup } from '../store/backups.js'
import { readJournal } from '../store/journal-reading.js'
import { backupsFolder } from './backup-care.js'
import { carryErasedList } from './erased-list.js'
import { addMissingFiles, asideName, dropPrepared, exchangeDatabase, keysOf } from './folder-parts.js'
import { makeEmptyDatabase, rebuildDatabase } from './rebuild.js'
import type { Replayed } from './replay.js'
import { bringBack } from './restore.js'
import { openSettings } from './settings-file.js'
import { verifyFolder } from './verify.js'

/** Nothing was found from which the clinic's data could be made again; nothing was changed. */
export class RecoveryRefused extends Error {
  override readonly name = 'RecoveryRefused'
  readonly isPublic = true
}

/** What a recovery did. */
export interface Recovered {
  /** `nothing` was wrong, only computed `derived` tables were made again, or the database was made from a `backup` or the `journal` alone. */
  from: 'nothing' | 'derived' | 'backup' | 'journal'
  /** What was wrong before, as sentences. */
  found: string[]
  backup?: { name: string; madeAt: string }
  replayed?: Replayed
  /** Folder of the damaged files, which are kept. */
  keptAside?: string
  /** What could not be brought back, as sentences. */
  notRecovered: string[]
  verification: Verification
}

/**
 * Makes a clinic's damaged or missing database again: the newest good backup, or an empty database where the journal reaches back to the first
 * operation, then the journal. The damaged files are kept aside. A database that is whole is left alone. The caller holds the folder's lock.
 * @throws RecoveryRefused, KeyProblem: nothing was changed then
 */
export async function recoverClinic(place: ClinicPlace, recoveryCode?: string, tell: (step: string) => void = () => undefined): Promise<Recovered> {
  const backups = await allBackups(place.folder)
  const { file, keys, isFromBackup } = await findKeys(place, backups, recoveryCode)
  const before = await verifyFolder({ folder: place.folder, ...keys, now: (place.now ?? Date.now)(), databaseOnly: true })
  const found = [...(isFromBackup ? ['The file keys.json was missing or damaged.'] : []), ...before.problems.map(({ message }) => message)]
  if (before.problems.some(({ code }) => code === 'fromTheFuture')) throw new RecoveryRefused(before.problems[0]?.message ?? '')
  const damage = before.problems.filter(({ repair }) => repair !== 'none')
  if (damage.every(({ repair }) => repair === 'derived')) {
    await place.keyStore.save(keys.dataset, keys.databaseKey)
    if (isFromBackup) await saveKeysFile(place.folder, file)
    if (damage.length > 0) rebuildDatabase(join(place.folder, 'medinsight.db'), keys.databaseKey)
    const verification = await verifyFolder({ folder: place.folder, ...keys, now: (place.now ?? Date.now)() })
    return { from: damage.length > 0 ? 'derived' : 'nothing', found, notRecovered: [], verification }
  }
  return remake(place, { file, keys, backups, found, tell })
}

interface Remaking {
  file: KeysFile
  keys: ClinicKeys
  backups: Backup[]
  found: string[]
  tell: (step: string) => void
}

async function remake(place: ClinicPlace, { file, keys, backups, found, tell }: Remaking): Promise<Recovered> {
  const now = (place.now ?? Date.now)()
  const { good, refused } = await newestGood(backups, keys)
  if (!good && !(await isJournalWhole(place.folder, keys)))
    throw new RecoveryRefused(
      'There is no good backup in this folder or in the second place, and the journal does not reach back to the first operation. Nothing was changed. Restore a backup from elsewhere with `medinsight restore --from`.',
    )
  if (good) await carryErasedList(dirname(good.folder), backupsFolder(place.folder), keys)
  tell(good ? `The newest good backup is of ${good.manifest?.madeAt}.` : 'There is no backup; the journal reaches back to the beginning.')
  const prepared = join(place.folder, `.recovering-${process.pid}`)
  let keptAside: string | undefined
  try {
    await dropPrepared(prepared)
    await mkdir(prepared, { recursive: true, mode: 0o700 })
    if (good) await unpackBackup(good.folder, prepared)
    else await makeEmptyDatabase(prepared, keys)
    rebuildDatabase(join(prepared, 'medinsight.db'), keys.databaseKey)
    await place.keyStore.save(keys.dataset, keys.databaseKey)
    if (!(await readKeysFile(place.folder).catch(() => undefined))) await saveKeysFile(place.folder, file)
    keptAside = await exchangeDatabase(place.folder, join(prepared, 'medinsight.db'), asideName(now, 'recover'))
    await addMissingFiles(join(prepared, 'files'), join(place.folder, 'files'))
  } finally {
    await dropPrepared(prepared)
  }
  tell('The journal is read.')
  const backup = good?.manifest && { name: good.name, madeAt: good.manifest.madeAt }
  const { replayed, verification } = await bringBack(place, keys, 'recovery.recover', backup ? { backup: backup.name, madeAt: backup.madeAt } : {})
  return {
    from: good ? 'backup' : 'journal',
    found,
    ...(backup && { backup }),
    replayed,
    ...(keptAside !== undefined && { keptAside }),
    notRecovered: notRecovered(replayed, backup?.madeAt, refused),
    verification,
  }
}

function notRecovered(replayed: Replayed, backupAt: string | undefined, refused: number): string[] {
  const since = backupAt ? `after the backup of ${backupAt}` : 'before now'
  return [
    `Entries of the access log that belong to no change, unsaved drafts and the undo of imports ${since}: the journal holds changes of records only. Everybody signs in again.`,
    ...(replayed.unreadablePlaces > 0 ? [`What stood in ${replayed.unreadablePlaces} damaged places of the journal.`] : []),
    ...(replayed.unknownRecords > 0 ? [`${replayed.unknownRecords} records of kinds that only a newer version of the program knows.`] : []),
    ...(refused > 0 ? [`${refused} newer backups were damaged and not used.`] : []),
  ]
}

/** Backups of the folder and of the second place, newest first. */
async function allBackups(folder: string): Promise<Backup[]> {
  const { backupFolder } = openSettings(folder).get()
  const places = [backupsFolder(folder), ...(backupFolder === undefined ? [] : [backupFolder])]
  const backups = (await Promise.all(places.map((place) => listBackups(place).catch(() => [])))).flat()
  return backups.sort((a, b) => ((a.manifest?.madeAt ?? '') < (b.manifest?.madeAt ?? '') ? 1 : -1))
}

/** The clinic's keys from its `keys.json`, or from the newest backup that has one in good order. */
async function findKeys(
  place: ClinicPlace,
  backups: readonly Backup[],
  recoveryCode: string | undefined,
): Promise<{ file: KeysFile; keys: ClinicKeys; isFromBackup: boolean }> {
  let problem: unknown
  for (const folder of [place.folder, ...backups.map((backup) => backup.folder)]) {
    try {
      const file = await readKeysFile(folder)
      return { file, keys: await keysOf(file, place.keyStore, recoveryCode), isFromBackup: folder !== place.folder }
    } catch (error) {
      problem ??= error
    }
  }
  throw problem
}

async function newestGood(backups: readonly Backup[], keys: ClinicKeys): Promise<{ good?: Backup; refused: number }> {
  let refused = 0
  for (const backup of backups) {
    if (backup.manifest && backup.manifest.dataset !== keys.dataset) continue
    const { findings } = await inspectBackup(backup.folder, keys.databaseKey)
    // Without its own keys.json a backup still opens here; media files that are missing in it may be in the folder.
    if (backup.manifest && findings.every(({ code }) => code === 'keysMissing' || code === 'keysDamaged')) return { good: backup, refused }
    refused++
  }
  return { refused }
}

/** Whether the journal begins with the operation that made the clinic and has no gap: then it holds everything. */
async function isJournalWhole(folder: string, keys: ClinicKeys): Promise<boolean> {
  if (!(await readdir(folder)).includes('journal')) return false
  let isFirst = true
  for await (const part of readJournal({ folder: join(folder, 'journal'), databaseKey: keys.databaseKey })) {
    if (part.type === 'problem') {
      if (part.problem !== 'torn') return false
      continue
    }
    if (isFirst) {
      const { entry, sequence } = part
      if (sequence !== 1 || entry.type !== 'operation' || !entry.records.some(({ kind, id }) => kind === clinicEntity.kind && id === keys.dataset)) return false
      isFirst = false
    }
  }
  return !isFirst
}
