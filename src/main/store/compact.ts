import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ReadableDatabase, statement, type WritableDatabase } from './database.js'

/** Greatest database that is compacted while the program starts, in bytes: some seconds. */
const compactLimit = 512 * 1024 * 1024

/**
 * Asks for compacting at the next start. What is erased is written over, but SQLite leaves traces of what it once moved from one page to another; only
 * writing the whole file anew removes them, and that would hold everybody up now.
 */
export const askToCompact = (db: ReadableDatabase): void =>
  void statement(db, "INSERT INTO meta (key, value) VALUES ('compact', 1) ON CONFLICT (key) DO NOTHING").run()

/** Writes the database anew when that was asked for. A large one, or one on a full disk, is left as it is: a backup that is restored does the same. */
export function compactIfAsked(db: WritableDatabase, file: string): void {
  if (statement(db, "SELECT 1 FROM meta WHERE key = 'compact'").get() === undefined) return
  const { size } = statSync(file)
  const { bavail, bsize } = statfsSync(dirname(file))
  if (size > compactLimit || bavail * bsize < size * 2.2) return
  db.exec('VACUUM')
  statement(db, "DELETE FROM meta WHERE key = 'compact'").run()
  db.pragma('wal_checkpoint(TRUNCATE)')
}
