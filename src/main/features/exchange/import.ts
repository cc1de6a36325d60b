import { setImmediate } from 'node:timers/promises'
import type { Entity, FieldsOf, Source } from '../../../shared/entities/entity.js'
import { findEntity } from '../../../shared/entities/index.js'
import { otherResource } from '../../../shared/entities/other-resource.js'
import { patient } from '../../../shared/entities/patient.js'
import { newId } from '../../../shared/ids.js'
import { canonical } from '../../records/canonical.js'
import type { Patch } from '../../store/record-check.js'
import { raiseRecordNumbers, takeRecordNumber } from '../../store/series.js'
import { notePacked } from '../../store/source-codec.js'
import type { Doer, Store } from '../../store/store.js'
import type { Transaction } from '../../store/transaction.js'
import { exportStoreOf } from './export-store.js'
import { type Draft, type ImportItem, resourceDigest } from './fhir/draft.js'
import { type ExportStore, resourceOf } from './fhir/export.js'
import type { Fields } from './fhir/lens.js'
import { kindOfType } from './fhir/lenses.js'
import { fhirNames } from './held-names.js'
import { finishImport, isAsImported, noteReplaced, startImport } from './import-queries.js'
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
  const exporting = exportStoreOf(store.db, fhirNames(store.db, (system, name) => store.importedId(system, name)).idFor)
  const waiting: Draft[] = []
  let writing = Promise.resolve()
  let length = 0
  let file: { name: string; index: number; count: number } | undefined
  const flush = async () => {
    if (waiting.length === 0) return
    const drafts = waiting.splice(0)
    length = 0
    if (options.isDryRun) {
      for (const draft of drafts) report.count(draft, planOf(store, exporting, draft).outcome)
      // Writing waits for the disk; looking does not, and others want the loop too.
      await setImmediate()
      return
    }
    // One operation waits for the disk while the next is written.
    await writing
    writing = store.write({ actor: options.actor, act: `import.${options.kind}`, importId }, (tx) =>
      writeDrafts(store, exporting, tx, drafts, importId, report),
    )
    writing.catch(() => undefined)
  }
  try {
    for await (const items of batches) {
      options.signal?.throwIfAborted()
      for (const item of items) {
        if (item.type === 'file') file = { name: item.file, index: item.index, count: item.count }
        else if (item.type === 'skipped') report.skip(item)
        else if (item.type === 'noted') report.note(item)
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
    await writing
  } catch (error) {
    await writing.catch(() => undefined)
    if (!options.isDryRun) finishImport(store.db, importId, options.signal?.aborted ? 'cancelled' : 'failed', report.result())
    throw error
  }
  const result = report.result()
  if (!options.isDryRun) finishImport(store.db, importId, 'done', result)
  return result
}

type Outcome = 'created' | 'updated' | 'unchanged' | 'deletedHere'

type HeldRecord = Record<string, unknown> & { id: string; source?: Source }

/** What writing a draft comes to, and how. */
type Plan = { outcome: Exclude<Outcome, 'updated'> } | { outcome: 'updated'; held: HeldRecord; patch: Record<string, unknown> }

function entityOf(draft: Draft): Entity {
  const entity = findEntity(draft.kind)
  if (!entity) throw new TypeError(`The import reader made a record of the unknown kind ${draft.kind}.`)
  return entity
}

/** Decides what a draft changes. The same for a dry run and for writing. */
function planOf(store: Store, exporting: ExportStore, draft: Draft): Plan {
  if (draft.own) return { outcome: draft.own === 'here' ? 'unchanged' : 'deletedHere' }
  const entity = entityOf(draft)
  const held = store.find(entity, draft.id) as HeldRecord | undefined
  // What belongs to somebody who was erased is not taken in again.
  if (!held && store.erased.isErasedPatient(String(draft.fields.patientId))) return { outcome: 'deletedHere' }
  if (!held) return { outcome: store.isKnown(entity, draft.id) ? 'deletedHere' : isHeldByItsKind(store, draft) ? 'unchanged' : 'created' }
  const { id: _, changedAt: __, ...before } = held
  const { digest, absent } = draft.fields.source ?? {}
  if (digest === undefined || held.source?.digest === undefined) {
    if (canonical(before) === canonical({ ...draft.fields, ...kept(before, draft) })) return { outcome: 'unchanged' }
  } else if (digest === held.source.digest) {
    const isResolved = held.source.absent?.some((reference) => !absent?.includes(reference)) === true
    // What somebody changed here since is worth more than a reference that can be followed now.
    if (!isResolved || !isAsImported(store.db, entity.table, draft.id)) return { outcome: 'unchanged' }
  } else if (draft.fields.source.system === 'fhir') {
    const resource = resourceOf({ kind: draft.kind, id: draft.id, fields: before as Fields & { source?: Source } }, exporting)
    if (resourceDigest(resource) === digest) return { outcome: 'unchanged' }
  }
  const ownNames = new Set(['recordNumber', ...Object.keys(draft.defaults ?? {})])
  const cleared = Object.fromEntries(Object.keys(before).flatMap((name) => (name in draft.fields || ownNames.has(name) ? [] : [[name, null]])))
  return { outcome: 'updated', held, patch: { ...cleared, ...draft.fields } }
}

/** Fields that an import leaves to the record. */
const kept = (before: Record<string, unknown>, draft: Draft): Record<string, unknown> =>
  Object.fromEntries(['recordNumber', ...Object.keys(draft.defaults ?? {})].flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]])))

/** Whether what is kept whole this time is held as a record of its own kind already. */
function isHeldByItsKind(store: Store, draft: Draft): boolean {
  const entity = draft.kind === 'otherResource' ? findEntity(kindOfType(draft.resourceType) ?? '') : undefined
  return entity !== undefined && store.isKnown(entity, draft.id)
}

function writeDrafts(store: Store, exporting: ExportStore, tx: Transaction, drafts: readonly Draft[], importId: string, report: ImportReport): void {
  for (const draft of drafts) report.count(draft, writeDraft(store, exporting, tx, draft, importId))
}

function writeDraft(store: Store, exporting: ExportStore, tx: Transaction, draft: Draft, importId: string): Outcome {
  // The transaction's own connection: what this operation wrote before is seen.
  const plan = planOf(store, exporting, draft)
  const entity = entityOf(draft)
  if (plan.outcome === 'created') {
    const number = entity === patient ? { recordNumber: numberFor(store, draft) } : {}
    const fields = { ...draft.defaults, ...draft.fields, ...number } as FieldsOf<Entity>
    if (draft.packed) notePacked(draft.fields.source, draft.packed)
    if (draft.isChecked) tx.createChecked(entity, fields, draft.id)
    else tx.create(entity, fields, draft.id)
    removeKeptWhole(store, tx, draft, importId)
  } else if (plan.outcome === 'updated') {
    const { id, changedAt: _, ...before } = plan.held
    if (!tx.update(entity, id, plan.patch as Patch<Entity>)) return 'unchanged'
    noteReplaced(store.db, { importId, kind: entity.kind, id, before })
  }
  return plan.outcome
}

/** A patient's number from the source, behind which the clinic's own numbers go on, or the next one. */
function numberFor(store: Store, draft: Draft): string {
  const given = draft.fields.recordNumber
  if (typeof given !== 'string') return takeRecordNumber(store.db)
  raiseRecordNumbers(store.db, [given])
  return given
}

/** Takes away what was kept whole because its patient was not here: it has come under its own kind now. */
function removeKeptWhole(store: Store, tx: Transaction, draft: Draft, importId: string): void {
  if (draft.kind === 'otherResource') return
  const held = tx.find(otherResource, draft.id)
  if (!held) return
  const { id, changedAt: _, ...before } = held
  tx.remove(otherResource, id)
  noteReplaced(store.db, { importId, kind: otherResource.kind, id, before })
}
