import type { Entity } from '../../../shared/entities/entity.js'
import { findEntity } from '../../../shared/entities/index.js'
import type { Patch } from '../../store/record-check.js'
import type { Doer, Store } from '../../store/store.js'
import { lastChangeOf, markUndone, operationsOf, replacedBy } from './import-queries.js'

/** What undoing an import did. Records that somebody changed since are kept as they are. */
export interface UndoResult {
  removed: number
  restored: number
  keptBecauseChanged: number
}

/**
 * Takes an import back as a whole: removes what it created, and gives the records that it changed their fields of before. A record that was
 * changed since by anything else is left alone and counted.
 */
export async function undoImport(
  store: Store,
  importId: string,
  options: { actor: Doer; now: () => number; onProgress?: (done: number, total: number) => void },
): Promise<UndoResult> {
  const operations = operationsOf(store.db, importId)
  const result: UndoResult = { removed: 0, restored: 0, keptBecauseChanged: 0 }
  for (const [i, { seq, records }] of operations.entries()) {
    await store.write({ actor: options.actor, act: 'import.undo', importId: `undo ${importId}` }, (tx) => {
      for (const key of records) {
        const [kind = '', id = ''] = key.split('/')
        const entity = findEntity(kind)
        if (!entity) continue
        const lastChange = lastChangeOf(store.db, entity.table, id)
        const before = replacedBy(store.db, importId, kind, id)
        if (!tx.find(entity, id)) {
          // The import took it away because it came under another kind.
          if (!before || lastChange !== seq) continue
          tx.restore(entity, id)
          result.restored++
          continue
        }
        // A record that a later operation of the same import changed again has a later place; its older entries are passed over.
        if (lastChange !== seq) {
          if (!operations.some((operation) => operation.seq === lastChange)) result.keptBecauseChanged++
        } else if (before) {
          const now = tx.get(entity, id) as Record<string, unknown>
          const cleared = Object.fromEntries(
            Object.keys(now).flatMap((name) => (name in before || name === 'id' || name === 'changedAt' ? [] : [[name, null]])),
          )
          tx.update(entity, id, { ...cleared, ...before } as Patch<Entity>)
          result.restored++
        } else {
          tx.remove(entity, id)
          result.removed++
        }
      }
    })
    options.onProgress?.(i + 1, operations.length)
  }
  markUndone(store.db, importId, new Date(options.now()).toISOString())
  return result
}
