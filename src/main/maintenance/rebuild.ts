import { join } from 'node:path'
import { newId } from '../../shared/ids.js'
import type { ClinicKeys } from '../security/keys.js'
import { computerName } from '../security/workstation-identity.js'
import { openDatabase } from '../store/database.js'
import { currentVersion, migrate, versionOf } from '../store/migrations/index.js'
import { rebuildDerived } from '../store/rebuild-derived.js'
import { PatientIndex } from '../store/search/patient-index.js'

/** Makes everything again that is computed from the records of a database that nobody else has open. Databases of an older schema are left to the migration. */
export function rebuildDatabase(file: string, key: Uint8Array): void {
  const db = openDatabase(file, key, {})
  try {
    if (versionOf(db) !== currentVersion) return
    const index = new PatientIndex(db)
    rebuildDerived(db, (patients) => index.rebuild(patients))
  } finally {
    db.close()
  }
}

/** Makes a database without records for a clinic whose journal reaches back to its first operation. */
export async function makeEmptyDatabase(folder: string, keys: ClinicKeys): Promise<string> {
  const file = join(folder, 'medinsight.db')
  const db = openDatabase(file, keys.databaseKey, { create: true })
  try {
    await migrate(db, async () => undefined)
    const put = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)')
    put.run('dataset', keys.dataset)
    put.run('workstationId', newId())
    put.run('workstationName', computerName())
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
  return file
}
