import { z } from 'zod'
import { InstantText } from '../time.js'
import { entity } from './entity.js'

/**
 * What staff are asked: an `edit` of a field that two people changed at once, a `deletion` that met an edit, a `doubleBooking` of a provider or
 * chair, a possible `duplicate` of a patient, a record `number` that two patients bear.
 */
export const questionKinds = ['edit', 'deletion', 'doubleBooking', 'duplicate', 'number'] as const

/** How a question was settled; `restored`: an earlier version of a field was put back that nobody was asked about. */
export const decisionAnswers = ['chosen', 'written', 'kept', 'deleted', 'moved', 'keptBoth', 'different', 'newNumber', 'restored'] as const

/** A decision of staff: so that the same question is not asked again while nothing of it has changed, and so that it can be taken back. */
export const reviewDecision = entity({
  kind: 'reviewDecision',
  fields: {
    question: z.enum(questionKinds),
    answer: z.enum(decisionAnswers),
    /** Of clashes between records: the stamps that clash. Other stamps are another clash, which nobody has decided on. */
    about: z.string().max(2000).optional(),
    records: z.array(z.strictObject({ kind: z.string().max(60), id: z.uuid() })).max(2),
    patientId: z.uuid().optional(),
    reason: z.string().max(300).optional(),
    /** The field that was changed: its value before, the stamp of the one that was written, and the stamps of the versions that it replaced. */
    change: z
      .strictObject({
        kind: z.string().max(60),
        id: z.uuid(),
        field: z.string().max(60),
        before: z.unknown(),
        stamp: z.string().length(32),
        versions: z.array(z.string().length(32)).max(64),
      })
      .optional(),
    decidedAt: InstantText,
    /** The staff account; absent for the program itself. */
    decidedBy: z.uuid().optional(),
    undoneAt: InstantText.optional(),
  },
  patient: 'patientId',
  sensitivity: 'secret',
})
