import type { Entity, FieldsOf, Source } from '../../../shared/entities/entity.js'
import { findEntity } from '../../../shared/entities/index.js'
import { patient } from '../../../shared/entities/patient.js'
import { newId } from '../../../shared/ids.js'
import { takeNumber } from '../../store/series.js'
import type { Doer, Store } from '../../store/store.js'
import type { Patch, Transaction } from '../../store/transaction.js'
import type { Draft, ImportItem } from './fhir/draft.js'
import { finishImport, noteReplaced, startImport } from './import-queries.js'
import { ImportReport, type ImportResult } from './import-report.js'

/** Records of one operation: few enough that writing them does not hold the main loop, and that they are sent in one piece. */
const operationRecords = 25
const operationLength = 100_000

export interface ImportOptions {
  actor: Doer
  kind: 'fhir' | 'csv'
  /** Reads and checks everything and writes nothing. */
  isDryRun?: boolean
  signal?: AbortSignal
  onProgress?: (read: number, file: { name: string; index: number; count: number } | undefined) => void
  now: () => number
}

/**
 * Writes what a reader yields, in many operations under one import id. A record that was imported before meets the same id: it is left alone
 * when its source is the same, otherwise the fields that differ are changed. Ending in the middle leaves whole operations; importing
 * again completes them. The report tells of every record that was read.
 */
export async function importItems(store: Store, batches: AsyncIterable<readonly ImportItem[]>, options: ImportOptions): Promise<ImportResult> {
  const importId = newId()
  const report = new ImportReport(importId, options.kind, options.isDryRun ?? false)
  if (!options.isDryRun) startImport(store.db, { id: importId, at: new Date(options.now()).toISOString(), userId: options.actor.userId, kind: options.kind })
  const waiting: Draft[] = []
  let length = 0
  let file: { name: string; index: number; count: number } | undefined
  const flush = async () => {
    if (waiting.length === 0) return
    const drafts = waiting.splice(0)
    length = 0
    if (options.isDryRun) for (const draft of drafts) report.count(draft, outcomeOf(store, draft))
    else await store.write({ actor: options.actor, act: `import.${options.kind}`, importId }, (tx) => writeDrafts(store, tx, drafts, importId, report))
  }
  try {
    for await (const items of batches) {
      options.signal?.throwIfAborted()
      for (const item of items) {
        if (item.type === 'file') file = { name: item.file, index: item.index, count: item.count }
        else if (item.type === 'skipped') report.skip(item)
        else {
          if (length + item.length > operationLength) await flush()
          waiting.push(item)
          length += item.length
          if (waiting.length >= operationRecords) await flush()
        }
      }
      options.onProgress?.(report.read, file)
    }
    await flush()
  } catch (error) {
    if (!options.isDryRun) finishImport(store.db, importId, options.signal?.aborted ? 'cancelled' : 'failed', report.result())
    throw error
  }
  const result = report.result()
  if (!options.isDryRun) finishImport(store.db, importId, 'done', result)
  return result
}

type Outcome = 'created' | 'updated' | 'unchanged' | 'deletedHere'

const sourceDigest = (record: object): string | undefined => (record as { source?: Source }).source?.digest

/** What writing a draft would do. */
function outcomeOf(store: Store, draft: Draft): Outcome {
  const entity = entityOf(draft)
  const held = store.find(entity, draft.id)
  if (!held) return store.isKnown(entity, draft.id) ? 'deletedHere' : 'created'
  return isSame(held, draft) ? 'unchanged' : 'updated'
}

const isSame = (held: object, draft: Draft): boolean => draft.fields.source.digest !== undefined && sourceDigest(held) === draft.fields.source.digest

function entityOf(draft: Draft): Entity {
  const entity = findEntity(draft.kind)
  if (!entity) throw new TypeError(`The import reader made a record of the unknown kind ${draft.kind}.`)
  return entity
}

function writeDrafts(store: Store, tx: Transaction, drafts: readonly Draft[], importId: string, report: ImportReport): void {
  for (const draft of drafts) report.count(draft, writeDraft(store, tx, draft, importId))
}

function writeDraft(store: Store, tx: Transaction, draft: Draft, importId: string): Outcome {
  const entity = entityOf(draft)
  const held = tx.find(entity, draft.id) as (Record<string, unknown> & { id: string }) | undefined
  if (!held) {
    if (tx.isKnown(entity, draft.id)) return 'deletedHere'
    const number = entity === patient ? { recordNumber: draft.fields.recordNumber ?? takeNumber(store.db, 'patient', 'A') } : {}
    tx.create(entity, { ...draft.defaults, ...draft.fields, ...number } as FieldsOf<Entity>, draft.id)
    return 'created'
  }
  if (isSame(held, draft)) return 'unchanged'
  const { id: _, changedAt: __, ...before } = held
  const ownNames = new Set(['recordNumber', ...Object.keys(draft.defaults ?? {})])
  const cleared = Object.fromEntries(Object.keys(before).flatMap((name) => (name in draft.fields || ownNames.has(name) ? [] : [[name, null]])))
  if (!tx.update(entity, draft.id, { ...cleared, ...draft.fields } as Patch<Entity>)) return 'unchanged'
  noteReplaced(store.db, { importId, kind: entity.kind, id: draft.id, before })
  return 'updated'
}
