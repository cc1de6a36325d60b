import type Database from 'better-sqlite3'
import { problem } from '../database.js'
import { migration0010 } from './0010-workstation.js'
import { migration0020 } from './0020-synchronisation.js'
import { migration0030 } from './0030-review.js'
import { migration0040 } from './0040-told.js'
import { migration0050 } from './0050-erasure.js'
import { migration0060 } from './0060-kind-sums.js'
import { migration0070 } from './0070-sessions.js'
import { migration0080 } from './0080-notifications.js'
import { migration0090 } from './0090-monitor.js'
import { migration0100 } from './0100-replaced-values.js'
import { migration0110 } from './0110-record-numbers.js'
import type { Migration } from './migration.js'

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  migration0010,
  migration0020,
  migration0030,
  migration0040,
  migration0050,
  migration0060,
  migration0070,
  migration0080,
  migration0090,
  migration0100,
  migration0110,
]

/** Schema version that this program writes. */
export const currentVersion = migrations.at(-1)?.version ?? 0

/** Schema version of an open database; 0 for a new file. */
export const versionOf = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }))

/**
 * Brings a database to the current schema, each step in its own transaction, those of a new file in one. `before` runs once when an existing database will change:
 * the backup that a failed update goes back to.
 * @throws DatabaseProblem `fromTheFuture` for a database that a newer program wrote; nothing is changed
 */
export async function migrate(db: Database.Database, before: (from: number) => Promise<void>, steps: readonly Migration[] = migrations): Promise<void> {
  const from = versionOf(db)
  const target = steps.at(-1)?.version ?? 0
  if (from > target) throw problem('fromTheFuture')
  const pending = steps.filter((step) => step.version > from)
  if (pending.length > 0 && from > 0) await before(from)
  // A new file has nothing that a step could take long with, and each commit waits for the disk.
  for (const together of from === 0 ? [pending] : pending.map((step) => [step]))
    db.transaction(() => {
      for (const step of together) {
        step.up(db)
        db.pragma(`user_version=${step.version}`)
      }
    }).immediate()
}
