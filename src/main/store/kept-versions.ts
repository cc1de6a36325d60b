import type { Cell } from '../records/cell.js'
import type { KeptVersion } from '../records/merge.js'
import type { Versions } from '../records/reading.js'
import { type ReadableDatabase, statement } from './database.js'

const none: Versions = {}

/** The losing cells that are kept of a record, by field. One look into an index for the many records that have none. */
export function keptVersionsOf(db: ReadableDatabase, kind: string, id: string): Versions {
  const rows = statement<{ data: string }>(db, 'SELECT data FROM kept_version WHERE of_kind = ? AND of_id = ? AND deleted = 0').all(kind, id)
  return rows.length === 0 ? none : byField(rows)
}

/** The kept cells of every record that has some, by `kind/id`; for going through all records. */
export function allKeptVersions(db: ReadableDatabase): (kind: string, id: string) => Versions {
  const rows = statement<{ key: string; data: string }>(db, "SELECT of_kind || '/' || of_id AS key, data FROM kept_version WHERE deleted = 0").all()
  const byRecord = new Map([...Map.groupBy(rows, ({ key }) => key)].map(([key, versions]) => [key, byField(versions)]))
  return (kind, id) => byRecord.get(`${kind}/${id}`) ?? none
}

function byField(rows: readonly { data: string }[]): Versions {
  const versions: Record<string, Cell[]> = {}
  for (const { data } of rows) {
    const { version } = JSON.parse(data) as { version?: KeptVersion | null }
    if (!version) continue
    const { field, stamp, ancestors, value } = version
    versions[field] = [...(versions[field] ?? []), { stamp, ancestors, value }]
  }
  return versions
}
