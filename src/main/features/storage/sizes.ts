import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageStatistics } from '../../../shared/contract/storage.js'

const DAY_MS = 24 * 3600 * 1000

/** Number and bytes of the files below a folder; nothing when there is no such folder. */
export async function sizeOf(folder: string): Promise<{ count: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let [count, bytes] = [0, 0]
  for (const entry of entries) {
    if (!entry.isFile()) continue
    // A file may go between listing and looking.
    const facts = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
    if (!facts) continue
    count++
    bytes += facts.size
  }
  return { count, bytes }
}

/** Bytes of the database with what SQLite keeps beside it. */
export async function databaseBytes(folder: string): Promise<number> {
  const sizes = await Promise.all(['medinsight.db', 'medinsight.db-wal'].map((name) => stat(join(folder, name)).catch(() => undefined)))
  return sizes.reduce((sum, facts) => sum + (facts?.size ?? 0), 0)
}

/**
 * How fast a clinic grows and how long the disk lasts, from its size at the oldest kept backup and now. What a day adds lies in the database or
 * the files, and once more in the backups: the database in each of the kept ones, a file once.
 */
export function growthOf(
  growth: StorageStatistics['growth'],
  present: { at: number; bytes: number; databaseBytes: number },
  backupCount: number,
  freeBytes: number,
): Pick<StorageStatistics, 'bytesPerDay' | 'daysLeft'> {
  const oldest = growth[0]
  const days = oldest ? (present.at - Date.parse(oldest.at)) / DAY_MS : 0
  if (!oldest || days < 1) return {}
  const bytesPerDay = (present.bytes - oldest.databaseBytes - oldest.filesBytes) / days
  const databasePerDay = Math.max(0, present.databaseBytes - oldest.databaseBytes) / days
  const onDisk = Math.max(0, bytesPerDay) * 2 + databasePerDay * Math.max(0, backupCount - 1)
  return { bytesPerDay, ...(onDisk > 0 && { daysLeft: Math.floor(freeBytes / onDisk) }) }
}
