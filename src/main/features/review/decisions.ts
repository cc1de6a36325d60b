import type { ReviewDecision } from '../../../shared/contract/review.js'
import type { FieldsOf } from '../../../shared/entities/entity.js'
import type { reviewDecision } from '../../../shared/entities/review-decision.js'
import { tombstone } from '../../records/cell.js'
import { statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { fieldsOf, patientName, titleOf } from './names.js'

/** What a decision holds, cleared fields as null. */
export type DecisionFields = { [Name in keyof FieldsOf<typeof reviewDecision>]: FieldsOf<typeof reviewDecision>[Name] | null }

/** Decisions before a time, newest first, about records of the kinds that somebody may see. */
export const decisionPage = defineRead(
  'review.decisions',
  (
    db,
    { visible, after, limit }: { visible: readonly string[]; after?: readonly [at: string, id: string] | undefined; limit: number },
  ): Omit<ReviewDecision, 'canUndo'>[] => {
    const rows = statement<{ id: string; data: string }>(
      db,
      `SELECT id, data FROM review_decision WHERE deleted = 0 AND (decided_at, id) < (?, ?)
       AND json_extract(data, '$.records[0].kind') IN (SELECT value FROM json_each(?)) ORDER BY decided_at DESC, id DESC LIMIT ?`,
    ).all(after?.[0] ?? '9', after?.[1] ?? '', JSON.stringify(visible), limit)
    return rows.flatMap(({ id, data }) => {
      const { question, answer, decidedAt, decidedBy, reason, records, change, patientId, undoneAt } = JSON.parse(data) as DecisionFields
      const record = records?.[0]
      if (!record || !question || !answer || !decidedAt) return []
      const by = decidedBy && fieldsOf(db, 'user', decidedBy)?.displayName
      const field = change && change.field !== tombstone && question === 'edit' ? change.field : undefined
      return [
        {
          ...{ id, question, answer, at: decidedAt, recordKind: record.kind, recordId: record.id, title: titleOf(db, record.kind, record.id) },
          ...(typeof by === 'string' && { by }),
          ...(reason && { reason }),
          ...(field && { field }),
          ...(patientId && { patientId, patientName: patientName(db, patientId) }),
          ...(undoneAt && { undoneAt }),
        },
      ]
    })
  },
)
