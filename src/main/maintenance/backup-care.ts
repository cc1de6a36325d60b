import { randomBytes } from 'node:crypto'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { ErasedBackup, RestorePreview, RotatedPlace, Verification } from '../../shared/contract/storage.js'
import type { MadeBackup, StorageCare } from '../features/services.js'
import { makePrivateFolder } from '../lib/durable-file.js'
import type { KeyStore } from '../lib/key-store.js'
import type { Log } from '../lib/log.js'
import type { ClinicKeys } from '../security/keys.js'
import type { BackupReason } from '../store/backup-manifest.js'
import { rotateBackups } from '../store/backup-rotation.js'
import { type Backup, BackupFailed, copyBackup, listBackups, makeBackup } from '../store/backups.js'
import type { ErasedTable } from '../store/erased-table.js'
import type { EmergencyJournal } from '../store/journal.js'
import { saveErasedList } from './erased-list.js'
import { removeAside } from './folder-parts.js'
import { previewRestore } from './restore-preview.js'
import type { SettingsFile } from './settings-file.js'
import { verifyFolder } from './verify.js'

const DAY_MS = 24 * 3600 * 1000
/** After a start the workstation is busy with people; the first look comes later. */
const firstLookMs = 30_000
const lookEveryMs = 15 * 60_000

/** Backups from before an erasure are removed so many days after it at the latest. */
const erasedBackupDays = 30
const erasedForMs = erasedBackupDays * DAY_MS

/** What backups are made from. */
export interface BackupCareOptions {
  folder: string
  keys: ClinicKeys
  keyStore: KeyStore
  journal: EmergencyJournal
  settings: SettingsFile
  program: string
  /** Days and weeks of the rotation are those of the clinic. */
  timeZone: () => string
  /** Whether another copy of every operation is kept by a server: then the journal is not cut here. */
  hasServer: () => boolean
  /** What was erased: backups that may still hold it are removed in time. */
  erased: ErasedTable
  now: () => number
  log: Log
}

/** A place for backups that cannot be used. */
export class BackupPlaceProblem extends Error {
  override readonly name = 'BackupPlaceProblem'
  readonly isPublic = true
}

/** Where a clinic's own backups lie. */
export const backupsFolder = (folder: string): string => join(folder, 'backups')

/**
 * Keeps backups of an open clinic: daily, on demand, copied to a second place, rotated. One at a time; the work is done in another thread.
 * After a verified backup the journal is cut up to what two backups hold.
 */
export class BackupCare implements StorageCare {
  readonly erasedBackupDays = erasedBackupDays
  #work: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  /** Sentence of the last failure of a backup or copy, until one succeeds. */
  problem: string | undefined
  /** The last finished check of everything. */
  verification: Verification | undefined

  constructor(private readonly options: BackupCareOptions) {}

  /** Begins to look for a due backup: soon, and then several times an hour. */
  start(): void {
    const look = (delay: number) => {
      this.#timer = setTimeout(() => void this.makeIfDue().finally(() => this.#isStopped || look(lookEveryMs)), delay).unref()
    }
    look(firstLookMs)
  }

  /** Stops looking and waits for a backup that is being made. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#work
  }

  /** Makes the daily backup when the newest one is a day old. A failure is logged and kept in `problem`; the next look tries again. */
  async makeIfDue(): Promise<MadeBackup | undefined> {
    try {
      const [newest] = await this.list()
      const age = newest?.manifest ? this.options.now() - Date.parse(newest.manifest.madeAt) : Number.POSITIVE_INFINITY
      // A newest backup from the future (the clock was put back) must not hold up backups until then.
      if (age >= 0 && age < DAY_MS) return undefined
      return await this.make('daily')
    } catch (error) {
      this.problem = error instanceof Error && 'isPublic' in error ? error.message : 'The daily backup could not be made.'
      this.options.log.error('backup.failed', { code: (error as { code?: string }).code ?? (error as Error).name })
      return undefined
    }
  }

  /** The clinic's backups in its folder, newest first; those whose manifest cannot be read last. */
  async list(): Promise<Backup[]> {
    const backups = await listBackups(backupsFolder(this.options.folder))
    return backups.filter(({ manifest }) => !manifest || manifest.dataset === this.options.keys.dataset)
  }

  /** Makes a verified backup now, copies it to the second place and to `alsoTo`, and rotates. Throws `BackupFailed`. */
  make(reason: BackupReason, alsoTo?: string): Promise<MadeBackup> {
    const made = this.#work.then(() => this.#make(reason, alsoTo))
    this.#work = made.catch(() => undefined)
    return made
  }

  async #make(reason: BackupReason, alsoTo: string | undefined): Promise<MadeBackup> {
    const { folder, keys, journal, settings, program, now, hasServer } = this.options
    await journal.flush()
    // Read before the copy is made: what it covers is certainly in it.
    const journalMark = journal.mark
    const backup = await makeBackup({
      databaseFile: join(folder, 'medinsight.db'),
      databaseKey: keys.databaseKey,
      keysFile: join(folder, 'keys.json'),
      filesFolder: join(folder, 'files'),
      to: backupsFolder(folder),
      reason,
      dataset: keys.dataset,
      madeAt: new Date(now()).toISOString(),
      program,
      journalMark,
    })
    this.problem = undefined
    const made: MadeBackup = { name: backup.name, folder: backup.folder, madeAt: backup.manifest.madeAt, bytes: backup.manifest.database.bytes }
    if (alsoTo !== undefined) made.copy = (await copyBackup(backup.folder, alsoTo)).folder
    const { backupFolder } = settings.get()
    if (backupFolder !== undefined && backupFolder !== alsoTo) Object.assign(made, await this.#copy(backup.folder, backupFolder))
    await this.#rotate(backupsFolder(folder))
    if (!hasServer()) await this.#cutJournal(journalMark)
    return made
  }

  async #copy(from: string, to: string): Promise<Pick<MadeBackup, 'copy' | 'copyProblem'>> {
    try {
      const { folder } = await copyBackup(from, to)
      await this.#rotate(to)
      const { erased, keys } = this.options
      await saveErasedList(to, erased.all(), keys)
      return { copy: folder }
    } catch (error) {
      const copyProblem = error instanceof BackupFailed ? `The second place: ${error.message}` : 'The backup could not be copied to the second place.'
      this.problem = copyProblem
      this.options.log.error('backup.copyFailed', { code: (error as { code?: string }).code ?? (error as Error).name })
      return { copyProblem }
    }
  }

  async #rotate(place: string, erasedBefore = this.#erasedBefore(this.options.now() - erasedForMs)): Promise<void> {
    const { folder, keys, timeZone, now, log } = this.options
    const failed = (error: { code?: string }) => log.error('backup.rotationFailed', { code: error.code ?? 'unknown' })
    await rotateBackups(place, keys.dataset, timeZone(), now(), erasedBefore).catch(failed)
    if (erasedBefore !== undefined && place === backupsFolder(folder)) await removeAside(folder, erasedBefore).catch(failed)
  }

  /** What was kept before this instant may hold what was erased up to another one, in milliseconds. */
  #erasedBefore(upTo: number): string | undefined {
    return this.options.erased.erasedBefore(new Date(upTo).toISOString())
  }

  /** Backups here and in the second place that may still hold records which were erased, and the instant at which each is removed at the latest. */
  async holdingErased(): Promise<ErasedBackup[]> {
    const { erased, settings, keys } = this.options
    const { backupFolder } = settings.get()
    const second = backupFolder === undefined ? [] : await listBackups(backupFolder).catch(() => [])
    const until = (madeAt: string): string | undefined => {
      if (erased.isUnsettled) return new Date(this.options.now() + erasedForMs).toISOString()
      const since = erased.firstErasedSince(madeAt)
      return since && new Date(Date.parse(since) + erasedForMs).toISOString()
    }
    const holding = (place: ErasedBackup['place'], backups: readonly Backup[]): ErasedBackup[] =>
      backups.flatMap(({ name, manifest }) => {
        const last = manifest?.dataset === keys.dataset ? until(manifest.madeAt) : undefined
        return last !== undefined && manifest ? [{ place, name, madeAt: manifest.madeAt, until: last }] : []
      })
    return [...holding('own', await this.list()), ...holding('second', second)]
  }

  /** Makes a backup without what was erased, and then removes those that may hold it, here and in the second place, and what was set aside before. Throws `BackupFailed`. */
  async removeErased(): Promise<ErasedBackup[]> {
    await this.make('manual')
    const done = this.#work.then(async () => {
      const { folder, settings, now } = this.options
      const { backupFolder } = settings.get()
      for (const place of [backupsFolder(folder), ...(backupFolder === undefined ? [] : [backupFolder])]) await this.#rotate(place, this.#erasedBefore(now()))
      return this.holdingErased()
    })
    this.#work = done.catch(() => undefined)
    return done
  }

  /** Removes the backups that the rotation does not keep, here and in the second place, and says what went; waits for a backup that is being made. */
  rotate(): Promise<RotatedPlace[]> {
    const done = this.#work.then(async () => {
      const { backupFolder } = this.options.settings.get()
      return [
        await this.#cleanUp('own', backupsFolder(this.options.folder)),
        ...(backupFolder === undefined ? [] : [await this.#cleanUp('second', backupFolder)]),
      ]
    })
    this.#work = done.catch(() => undefined)
    return done
  }

  async #cleanUp(place: RotatedPlace['place'], folder: string): Promise<RotatedPlace> {
    const { keys, timeZone, now, log } = this.options
    try {
      const { removed, removedFileCount, newestGood } = await rotateBackups(folder, keys.dataset, timeZone(), now(), this.#erasedBefore(now() - erasedForMs))
      const kept = (await listBackups(folder)).filter(({ manifest }) => manifest?.dataset === keys.dataset).length
      return { place, removed, removedFiles: removedFileCount, kept, ...(kept > 0 && newestGood === undefined && { problem: 'noWhole' as const }) }
    } catch (error) {
      const { code = 'unknown' } = error as { code?: string }
      // Before the first backup there is no folder for them.
      if (place === 'own' && code === 'ENOENT') return { place, removed: [], removedFiles: 0, kept: 0 }
      log.error('backup.rotationFailed', { code })
      return { place, removed: [], removedFiles: 0, kept: 0, problem: 'unreachable' }
    }
  }

  /** The journal keeps what only the newest backup holds, so that a backup that goes bad later takes nothing with it. */
  async #cutJournal(newestMark: number): Promise<void> {
    // A mark of 0 claims nothing: backups before an update or a restore are made without the journal.
    const [, before] = (await this.list()).filter(({ manifest }) => manifest !== undefined && manifest.journalMark > 0)
    if (before?.manifest) await this.options.journal.cutTo(Math.min(newestMark, before.manifest.journalMark))
  }

  /** What restoring the backup of this name would bring back and lose. Throws `RestoreRefused`. */
  preview(name: string): Promise<RestorePreview> {
    const { folder, keyStore } = this.options
    return previewRestore({ folder, keyStore }, join(backupsFolder(folder), name))
  }

  /** Checks everything that the clinic keeps here, in a thread of its own. */
  async verify(): Promise<Verification> {
    const { folder, keys, journal, now } = this.options
    await journal.flush()
    this.verification = await verifyFolder({ folder, ...keys, journalMark: journal.mark, now: now() })
    return this.verification
  }

  /** The second place; undefined while there is none. */
  get secondPlace(): string | undefined {
    return this.options.settings.get().backupFolder
  }

  /** Sets or takes away the second place. Throws `BackupPlaceProblem` when it lies in the clinic's folder or cannot be written. */
  async setSecondPlace(place: string | undefined): Promise<void> {
    if (place !== undefined) await requirePlace(place, this.options.folder)
    this.options.settings.set({ backupFolder: place === undefined ? undefined : resolve(place) })
  }
}

/** Checks that a folder can hold backups of a clinic: absolute, outside of the clinic's folder, writable. @throws BackupPlaceProblem */
export async function requirePlace(place: string, clinicFolder: string): Promise<void> {
  if (!isAbsolute(place)) throw new BackupPlaceProblem('The second place has to be the whole path of a folder.')
  const inside = relative(resolve(clinicFolder), resolve(place))
  if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside)))
    throw new BackupPlaceProblem('The second place lies in the clinic’s own folder: a broken disk would take both. Choose another disk or computer.')
  const probe = join(place, `.medinsight-${randomBytes(6).toString('hex')}.tmp`)
  try {
    await makePrivateFolder(place)
    await statfs(place)
    await writeFile(probe, 'x', { mode: 0o600, flag: 'wx' })
  } catch {
    throw new BackupPlaceProblem('The second place cannot be written. Check that the drive is there and that this user may write to it.')
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

/** The backup that a failed update goes back to; handed to `migrate`, which calls it before it changes an existing database. */
export function backUpBeforeMigration(
  place: { folder: string; version: string; now?: () => number },
  keys: Pick<ClinicKeys, 'dataset' | 'databaseKey'>,
): () => Promise<void> {
  return async () => {
    await makeBackup({
      databaseFile: join(place.folder, 'medinsight.db'),
      databaseKey: keys.databaseKey,
      keysFile: join(place.folder, 'keys.json'),
      filesFolder: join(place.folder, 'files'),
      to: backupsFolder(place.folder),
      reason: 'migration',
      dataset: keys.dataset,
      madeAt: new Date((place.now ?? Date.now)()).toISOString(),
      program: place.version,
      // Nothing of the journal is claimed: it is not open yet, and this backup never lets it be cut.
      journalMark: 0,
    })
  }
}
