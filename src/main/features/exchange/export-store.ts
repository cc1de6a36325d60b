import type { Source } from '../../../shared/entities/entity.js'
import { entities } from '../../../shared/entities/index.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { unpackSource } from '../../store/source-codec.js'
import { type ExportStore, exportName } from './fhir/export.js'

/** Names that are kept at hand; beyond them they are looked up again. */
const rememberedNames = 50_000

/** What an export asks of the records: their names in the export, looked up by id in every table and remembered. */
export function exportStoreOf(db: ReadableDatabase, idFor: (name: string) => string): ExportStore & { remember(id: string, name: string): void } {
  const names = new Map<string, string>()
  const remember = (id: string, name: string) => {
    if (names.size >= rememberedNames) names.clear()
    names.set(id, name)
  }
  const lookUp = (id: string): string | undefined => {
    for (const { kind, table } of entities) {
      const row = statement<{ source: Buffer | null }>(db, `SELECT source FROM ${table} WHERE id = ?`).get(id)
      if (row) return exportName(kind, id, row.source ? (unpackSource(row.source) as Source) : undefined)
    }
    return undefined
  }
  return {
    idFor,
    remember,
    nameOf: (id) => {
      const known = names.get(id) ?? lookUp(id)
      if (known !== undefined && !names.has(id)) remember(id, known)
      return known
    },
  }
}
