import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { backupFiles, type Manifest, poolFolder } from './backup-manifest.js'
import { readList } from './backup-work.js'
import { type Backup, listBackups } from './backups.js'

const DAY_MS = 24 * 3600 * 1000

/** How many backups are kept: the newest of so many days and weeks on which there is one, and all of the last schema changes. */
export const keptBackups = { days: 7, weeks: 4, migrationSchemas: 3 } as const

type Kept = Backup & { manifest: Manifest }

/** Which of a clinic's backups stay, newest first in and out. Pure; days and weeks are those of the clinic's time zone. */
export function backupsToKeep(backups: readonly Kept[], timeZone: string): Kept[] {
  const regular = backups.filter(({ manifest }) => manifest.reason !== 'migration')
  const dayOf = ({ manifest }: Kept) => Temporal.Instant.from(manifest.madeAt).toZonedDateTimeISO(timeZone).toPlainDate()
  const weekOf = (backup: Kept): string => {
    const day = dayOf(backup)
    return `${day.yearOfWeek}-${day.weekOfYear}`
  }
  const schemas = new Set(
    [...new Set(backups.filter(({ manifest }) => manifest.reason === 'migration').map(({ manifest }) => manifest.schema))]
      .sort((a, b) => b - a)
      .slice(0, keptBackups.migrationSchemas),
  )
  const keep = new Set<Kept>([
    ...newestOfEach(regular, (backup) => dayOf(backup).toString(), keptBackups.days),
    ...newestOfEach(regular, weekOf, keptBackups.weeks),
    ...backups.filter(({ manifest }) => manifest.reason === 'migration' && schemas.has(manifest.schema)),
  ])
  return backups.filter((backup) => keep.has(backup))
}

/** What rotation did. `newestGood` is the newest backup whose bytes are as they were made; without one nothing is removed. */
export interface Rotation {
  removed: string[]
  removedFileCount: number
  newestGood?: string
}

/**
 * Removes the backups of a dataset that are no longer needed, and media files that no backup in the place refers to. The newest backup
 * that is still whole always stays. Folders without a readable manifest are left alone. Not to run while a backup is made in the place.
 * Backups from before `erasedBefore` may still hold what was erased, and go whatever else they are kept for.
 */
export async function rotateBackups(place: string, dataset: string, timeZone: string, now: number, erasedBefore = ''): Promise<Rotation> {
  await removeUnfinished(place, now)
  const own = (await listBackups(place)).filter((backup): backup is Kept => backup.manifest?.dataset === dataset)
  const newestGood = await firstWhole(own)
  if (!newestGood) return { removed: [], removedFileCount: 0 }
  const mayStay = own.filter(({ manifest }) => manifest.madeAt >= erasedBefore)
  const keep = new Set<Kept>([...backupsToKeep(mayStay, timeZone), newestGood])
  const removed: string[] = []
  for (const backup of own) {
    if (keep.has(backup)) continue
    // Renamed first: a removal that is interrupted must not leave half a backup under a backup's name.
    const leaving = join(place, `.removing-${backup.name}`)
    await rename(backup.folder, leaving)
    await rm(leaving, { recursive: true, force: true })
    removed.push(backup.name)
  }
  return { removed, removedFileCount: await removeUnusedFiles(place, now), newestGood: newestGood.name }
}

function newestOfEach(backups: readonly Kept[], groupOf: (backup: Kept) => string, limit: number): Kept[] {
  const newest = new Map<string, Kept>()
  for (const backup of backups) {
    const group = groupOf(backup)
    if (!newest.has(group) && newest.size < limit) newest.set(group, backup)
  }
  return [...newest.values()]
}

async function firstWhole(backups: readonly Kept[]): Promise<Kept | undefined> {
  for (const backup of backups) {
    const file = join(backup.folder, backupFiles.database)
    const hash = createHash('sha256')
    try {
      for await (const part of createReadStream(file)) hash.update(part as Buffer)
    } catch {
      continue
    }
    if (hash.digest('hex') === backup.manifest.database.sha256) return backup
  }
  return undefined
}

/** What an interrupted backup or removal left, once it is a day old. */
async function removeUnfinished(place: string, now: number): Promise<void> {
  for (const name of await readdir(place)) {
    if (name.startsWith('.removing-') || (name.startsWith('.making-') && now - (await stat(join(place, name))).mtimeMs > DAY_MS)) {
      await rm(join(place, name), { recursive: true, force: true })
    }
  }
}

async function removeUnusedFiles(place: string, now: number): Promise<number> {
  const used = new Set<string>()
  for (const { folder } of await listBackups(place)) {
    try {
      for (const { path } of readList(folder)) used.add(path)
    } catch {
      // Of a backup whose list cannot be read nobody knows what it needs: everything stays.
      return 0
    }
  }
  const pool = join(place, poolFolder)
  const entries = await readdir(pool, { recursive: true, withFileTypes: true }).catch(() => [])
  let count = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const relative = path.slice(pool.length + 1).replaceAll('\\', '/')
    // Young files may belong to a backup that is being made.
    if (used.has(relative) || now - (await stat(path)).mtimeMs < DAY_MS) continue
    await rm(path, { force: true })
    count++
  }
  return count
}
