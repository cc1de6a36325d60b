import { findEntity } from '../../../shared/entities/index.js'
import { reviewDecision } from '../../../shared/entities/review-decision.js'
import type { Json } from '../../records/canonical.js'
import { tombstone } from '../../records/cell.js'
import { keptVersionsOf } from '../../store/kept-versions.js'
import type { Stored } from '../../store/tables.js'
import { NotSettled, requireRight, type Settling } from './settle.js'

/**
 * Takes a decision back: what stood before stands again with what was beside it, so that the question is asked again on every workstation.
 * @throws NotSettled `settled` when it was taken back already, `changed` when somebody wrote over it since; before anything is written
 */
export function undoDecision(settling: Settling, id: string): void {
  const { tx, services } = settling
  const decision = tx.get(reviewDecision, id)
  requireRight(settling.actor, decision.records[0]?.kind ?? '')
  if (decision.undoneAt) throw new NotSettled('settled')
  if (decision.change) restoreBefore(settling, decision.change)
  tx.update(reviewDecision, id, { undoneAt: new Date(services.now()).toISOString() })
}

function restoreBefore({ tx, services }: Settling, { kind, id, field, before, stamp, versions }: NonNullable<Stored<typeof reviewDecision>['change']>): void {
  const entity = findEntity(kind)
  const reading = entity && tx.reading(entity, id)
  if (!entity || !reading || reading.cells[field]?.stamp !== stamp || (reading.isDeleted && field !== tombstone)) throw new NotSettled('changed')
  const kept = keptVersionsOf(services.store.db, kind, id)[field] ?? []
  tx.reopen(entity, id, field, {
    value: before as Json,
    versions: kept.filter((cell) => versions.includes(cell.stamp)).map(({ value }) => value),
  })
}
