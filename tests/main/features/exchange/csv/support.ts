import { readCsv } from '../../../../../src/main/features/exchange/csv/read.js'
import type { Draft, ImportItem, Skipped } from '../../../../../src/main/features/exchange/fhir/draft.js'
import type { CsvMapping } from '../../../../../src/shared/csv-mapping.js'
import { idFor } from '../support.js'

/** Everything that reading CSV by a mapping yields. */
export async function readAll(path: string, mapping: CsvMapping): Promise<{ drafts: Draft[]; skipped: Skipped[] }> {
  const items: ImportItem[] = []
  for await (const item of readCsv(path, { idFor, mapping, currency: 'EUR' })) items.push(item)
  return { drafts: items.filter((item) => item.type === 'record'), skipped: items.filter((item) => item.type === 'skipped') }
}
