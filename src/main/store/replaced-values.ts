import type { Entity } from '../../shared/entities/entity.js'
import type { Json } from '../records/canonical.js'
import type { Cell, Cells } from '../records/cell.js'
import { hasSeen } from '../records/merge.js'
import { isAskedAbout } from '../records/reading.js'
import { type ReadableDatabase, statement, type WritableDatabase } from './database.js'

/** Values of before that are kept of one field: with more changes in a row on one workstation than these, a question does without. */
const keptPerField = 4

/**
 * Keeps the values that are written over in fields that staff are asked about, so that a question can show what both sides began from. A help of this
 * workstation: it is neither synchronised nor part of a digest. Secrets are left out.
 */
export function noteReplaced(db: WritableDatabase, entity: Entity, id: string, held: Cells, cells: Cells): void {
  if (entity.sensitivity === 'secret') return
  for (const [field, before] of Object.entries(held)) {
    const after = cells[field]
    if (!after || after.stamp === before.stamp || !hasSeen(after, before) || !isAskedAbout(entity.fieldKind(field))) continue
    const place = [entity.kind, id, field]
    statement(db, 'INSERT OR IGNORE INTO replaced_value (kind, id, field, stamp, value) VALUES (?, ?, ?, ?, ?)').run(
      ...[...place, before.stamp, JSON.stringify(before.value)],
    )
    statement(
      db,
      `DELETE FROM replaced_value WHERE kind = ? AND id = ? AND field = ? AND stamp NOT IN
       (SELECT stamp FROM replaced_value WHERE kind = ? AND id = ? AND field = ? ORDER BY stamp DESC LIMIT ${keptPerField})`,
    ).run(...place, ...place)
  }
}

/** The values of a field that were written over here, as cells; what they had replaced is not known. */
export const replacedValues = (db: ReadableDatabase, kind: string, id: string, field: string): Cell[] =>
  statement<{ stamp: string; value: string }>(db, 'SELECT stamp, value FROM replaced_value WHERE kind = ? AND id = ? AND field = ?')
    .all(kind, id, field)
    .map(({ stamp, value }) => ({ stamp, ancestors: [], value: JSON.parse(value) as Json }))
