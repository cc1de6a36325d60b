import { createHash } from 'node:crypto'
import { entities, findEntity } from '../../shared/entities/index.js'
import { canonical } from '../records/canonical.js'
import { statement, type WritableDatabase } from './database.js'
import type { Tables } from './tables.js'

/** Short name of the rules by which this program reads fields of several versions. */
function nameOfRules(): string {
  const rules = entities.map(({ kind, schema, ranks, fieldKind }) => [
    kind,
    Object.keys(schema.shape).map((field) => [field, fieldKind(field), ranks?.[field] ?? null]),
  ])
  return createHash('sha256').update(canonical(rules)).digest('hex').slice(0, 16)
}

/**
 * Reads every record with kept versions again when the database was last written by a program with other rules of reading: an update may rank
 * statuses otherwise. Records without kept versions read the same by any rules.
 */
export function rereadAfterUpdate(db: WritableDatabase, tables: Tables): void {
  const rules = nameOfRules()
  if (statement<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'readingRules'").get()?.value === rules) return
  db.transaction(() => {
    for (const { kind, id } of statement<{ kind: string; id: string }>(db, 'SELECT DISTINCT of_kind AS kind, of_id AS id FROM kept_version').all()) {
      const entity = findEntity(kind)
      if (entity) tables.reread(entity, id)
    }
    statement(db, "INSERT INTO meta (key, value) VALUES ('readingRules', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(rules)
  }).immediate()
}
