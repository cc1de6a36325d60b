import { createHmac } from 'node:crypto'
import type { Draft, ImportItem, Skipped } from '../../../../src/main/features/exchange/fhir/draft.js'
import { type ExportStore, exportName } from '../../../../src/main/features/exchange/fhir/export.js'
import { type ReadOptions, readFhir } from '../../../../src/main/features/exchange/fhir/read.js'
import type { Source } from '../../../../src/shared/entities/entity.js'

/** A derived id of the form that the store makes. */
export function idFor(name: string): string {
  const digest = createHmac('sha256', 'a clinic key of the tests').update(name).digest('hex')
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

export interface Imported {
  drafts: Draft[]
  skipped: Skipped[]
  items: ImportItem[]
}

/** Everything that reading a file or folder yields. */
export async function importFrom(path: string, options: Partial<ReadOptions> = {}): Promise<Imported> {
  const items: ImportItem[] = []
  for await (const item of readFhir(path, { idFor, ...options })) items.push(item)
  return { items, drafts: items.filter((item) => item.type === 'record'), skipped: items.filter((item) => item.type === 'skipped') }
}

/** What an export needs to know of a set of drafts. */
export function storeOf(drafts: readonly Draft[]): ExportStore {
  const names = new Map(drafts.map((draft) => [draft.id, exportName(draft.kind, draft.id, draft.fields.source as Source)]))
  return { idFor, nameOf: (id) => names.get(id) }
}
