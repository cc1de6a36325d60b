import { findEntity } from '../../shared/entities/index.js'
import { hasSeen, isForgotten } from '../records/merge.js'
import { endSessionsHere } from '../security/session-records.js'
import { type JournalPart, readJournal, survivingOperations } from '../store/journal-reading.js'
import { ownPrefix, raiseRecordNumbers, recordNumbersOf } from '../store/series.js'
import type { JournalEntry, Store } from '../store/store.js'

/** What replaying the journal brought. */
export interface Replayed {
  /** Operations that brought something that the database did not hold. */
  operations: number
  /** Records that were new or changed by them. */
  records: number
  /** Places in the journal that could not be read. */
  unreadablePlaces: number
  /** Records of kinds that only a newer version of the program knows. */
  unknownRecords: number
}

/** Which part of a journal is read. */
export interface JournalSource {
  folder: string
  databaseKey: Uint8Array
  /** Last sequence to read; what is appended behind it meanwhile is left out. */
  upTo?: number
}

/** The operations of a journal whose commit did not fail, oldest first; `onProblem` hears of places that cannot be read. */
export function operationsOf(source: JournalSource, onProblem: (problem: string) => void): ReturnType<typeof survivingOperations> {
  return survivingOperations(
    () => limited(source),
    ({ problem }) => {
      if (problem !== 'torn') onProblem(problem)
    },
  )
}

async function* limited({ folder, databaseKey, upTo = Number.POSITIVE_INFINITY }: JournalSource): AsyncGenerator<JournalPart> {
  for await (const part of readJournal({ folder, databaseKey })) {
    if ((part.type === 'entry' ? part.sequence : part.afterSequence) > upTo) return
    yield part
  }
}

/**
 * Brings the journal's operations into an open store by merging cells: what is held already stays, whatever the order, so that replaying twice
 * changes nothing. Each operation that brings something is written as one of its own, with the original's author and time in the access log.
 */
export async function replayJournal(store: Store, source: JournalSource): Promise<Replayed> {
  const result: Replayed = { operations: 0, records: 0, unreadablePlaces: 0, unknownRecords: 0 }
  for await (const operation of operationsOf(source, () => result.unreadablePlaces++)) {
    const changed = await replayOperation(store, operation, result)
    if (changed > 0) result.operations++
    result.records += changed
  }
  return result
}

function replayOperation(store: Store, operation: Extract<JournalEntry, { type: 'operation' }>, result: Replayed): Promise<number> {
  const { site, number, at, userId, act, importId, records } = operation
  return store.write({ actor: {}, act: 'recovery.replay', ...(importId && { importId }) }, (tx) => {
    let changed = 0
    let concurrent = 0
    for (const record of records) {
      const entity = findEntity(record.kind)
      if (!entity) {
        result.unknownRecords++
        continue
      }
      const merged = tx.merge(entity, record.id, record.cells)
      if (merged.isChanged) changed++
      concurrent += merged.losers.filter(({ field, cell }) => {
        const winner = merged.cells[field]
        return winner && !hasSeen(winner, cell) && !isForgotten(winner, cell)
      }).length
    }
    Object.assign(tx.detail, { operation: { site, number, at, act, ...(userId && { userId }) }, ...(concurrent > 0 && { concurrent }) })
    return changed
  })
}

/** What has to be set right after a database came back from an earlier state: numbers go on behind the used ones, sessions end, sync compares everything. */
export async function settleAfterReplay(store: Store, now: number): Promise<void> {
  const at = new Date(now).toISOString()
  store.db
    .transaction(() => {
      raiseRecordNumbers(store.db, recordNumbersOf(store.db, ownPrefix(store.db)))
      // A session that was ended after the backup would be alive again.
      endSessionsHere(store.db, at)
      store.replication.setState({ reconcile: 'recovery' })
    })
    .immediate()
}
