import { z } from 'zod'
import { AppointmentStatus } from '../entities/appointment.js'
import { decisionAnswers, questionKinds } from '../entities/review-decision.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { RecordField } from './chart.js'
import { PatientHit } from './patients.js'
import { commandId, page, paging, procedure } from './procedure.js'

export const QuestionKind = z.enum(questionKinds)
export type QuestionKind = z.infer<typeof QuestionKind>

/** Names a question by what it is about, e.g. `edit.patient.<id>.birthDate`: the same on every workstation. */
export const QuestionId = z.string().min(1).max(200)

/** Names one written value. */
const Stamp = z.string().length(32)

/** A question as the list shows it: what it is about, never the values. */
export const ReviewItem = z.strictObject({
  id: QuestionId,
  kind: QuestionKind,
  /** When the newest of what clashes was written. */
  at: InstantText,
  recordKind: z.string(),
  recordId: Id,
  /** What the record is called; empty when its kind says enough. */
  title: z.string(),
  /** The field in question, of an `edit`. */
  field: z.string().optional(),
  patientId: Id.optional(),
  patientName: z.string().optional(),
  /** When a double booking begins. */
  startAt: InstantText.optional(),
  /** Whether the caller's role may settle it. */
  canResolve: z.boolean(),
})
export type ReviewItem = z.infer<typeof ReviewItem>

/** Who wrote a value and where, as far as it is known here: nothing is said where nothing is certain. */
const written = {
  stamp: Stamp,
  at: InstantText,
  /** Display name. */
  by: z.string().optional(),
  workstation: z.string().optional(),
  /** Written on this workstation. */
  isHere: z.boolean(),
}

/** One value of a field. `fields` is empty where the field was cleared; `isHidden` where the value is a secret such as a password. */
export const FieldVersion = z.strictObject({ ...written, isCurrent: z.boolean(), isHidden: z.boolean(), fields: z.array(RecordField) })
export type FieldVersion = z.infer<typeof FieldVersion>

/** How another value can be typed: a text, a day, yes or no, one of some codes; `none` where it has to be one of the versions. */
export const ValueInput = z.strictObject({
  type: z.enum(['none', 'text', 'day', 'flag', 'choice']),
  options: z.array(z.string()).optional(),
  text: z.string().optional(),
})
export type ValueInput = z.infer<typeof ValueInput>

const EditQuestion = ReviewItem.extend({
  kind: z.literal('edit'),
  /** The value that stands, then the others, newest first. */
  versions: z.array(FieldVersion),
  /** What screens show meanwhile: one of the versions, or what is put together from them. */
  shown: z.array(RecordField),
  isShownCombined: z.boolean(),
  /** The value that all of them replaced, where it is known. */
  before: FieldVersion.optional(),
  input: ValueInput,
})

const DeletionQuestion = ReviewItem.extend({
  kind: z.literal('deletion'),
  /** The deletions, newest first; one that was taken back has `isTakenBack`. */
  deletions: z.array(z.strictObject({ ...written, isTakenBack: z.boolean() })),
  /** What was written that they had not seen. */
  edits: z.array(FieldVersion.extend({ field: z.string() })),
})

/** One of two visits at the same time. */
export const ClashingVisit = z.strictObject({
  ...written,
  id: Id,
  patientId: Id,
  patientName: z.string(),
  providerId: Id.optional(),
  providerName: z.string().optional(),
  chairId: Id.optional(),
  chairName: z.string().optional(),
  startAt: InstantText,
  durationMinutes: z.int(),
  status: AppointmentStatus,
  reason: z.string().optional(),
})
export type ClashingVisit = z.infer<typeof ClashingVisit>

const DoubleBookingQuestion = ReviewItem.extend({
  kind: z.literal('doubleBooking'),
  /** What both want: the provider, the chair or both. */
  over: z.array(z.enum(['provider', 'chair'])),
  visits: z.array(ClashingVisit).length(2),
})

/** One of two patients side by side. */
export const ComparedPatient = z.strictObject({
  ...written,
  ...PatientHit.shape,
  email: z.string().optional(),
  address: z.string().optional(),
  insuranceNumber: z.string().optional(),
  /** Records of the chart. */
  recordCount: z.int(),
})
export type ComparedPatient = z.infer<typeof ComparedPatient>

const DuplicateQuestion = ReviewItem.extend({
  kind: z.literal('duplicate'),
  reasons: z.array(z.enum(['name', 'birthDate', 'birthDateSwapped', 'phone', 'email', 'insuranceNumber'])),
  patients: z.array(ComparedPatient).length(2),
})
const NumberQuestion = ReviewItem.extend({ kind: z.literal('number'), patients: z.array(ComparedPatient).length(2) })

/** A question with all that is needed to settle it. */
export const ReviewQuestion = z.discriminatedUnion('kind', [EditQuestion, DeletionQuestion, DoubleBookingQuestion, DuplicateQuestion, NumberQuestion])
export type ReviewQuestion = z.infer<typeof ReviewQuestion>

/** How one question is settled. What is not possible for its kind is refused as INVALID. */
export const ReviewAnswer = z.discriminatedUnion('answer', [
  /** Of an edit: the version with this stamp. */
  z.strictObject({ answer: z.literal('choose'), stamp: Stamp }),
  /** Of an edit: what is shown, also where it is put together from several versions. */
  z.strictObject({ answer: z.literal('shown') }),
  /** Of an edit: another value, null for none. */
  z.strictObject({ answer: z.literal('write'), value: z.unknown() }),
  /** Of a deletion: the record stays, or it goes with everything that was written since. */
  z.strictObject({ answer: z.enum(['keep', 'delete']) }),
  /** Of a double booking: one of the visits takes place at another time; the slot is checked as in booking. */
  z.strictObject({
    answer: z.literal('move'),
    appointmentId: Id,
    startAt: InstantText,
    providerId: Id.optional(),
    chairId: Id.optional(),
  }),
  /** Of a double booking: both stay, with the reason. */
  z.strictObject({ answer: z.literal('keepBoth'), reason: z.string().trim().min(1).max(300) }),
  /** Of a possible duplicate: they are two people. Of a number: both keep it. */
  z.strictObject({ answer: z.literal('different'), reason: z.string().trim().max(300).optional() }),
  /** Of a number: this patient gets the next one. */
  z.strictObject({ answer: z.literal('newNumber'), patientId: Id }),
])
export type ReviewAnswer = z.infer<typeof ReviewAnswer>

/** One answer for many questions: the value that stands or the newest other one, the newest that was written here or elsewhere, and those of the other kinds. */
export const BulkAnswer = z.enum(['current', 'other', 'here', 'elsewhere', 'keep', 'delete', 'keepBoth', 'different'])
export type BulkAnswer = z.infer<typeof BulkAnswer>

/** Most questions that are settled, or decisions taken back, in one call: they are one operation. */
export const bulkLimit = 20

/** A decision that was made. */
export const ReviewDecision = z.strictObject({
  id: Id,
  question: QuestionKind,
  answer: z.enum(decisionAnswers),
  at: InstantText,
  by: z.string().optional(),
  reason: z.string().optional(),
  recordKind: z.string(),
  recordId: Id,
  title: z.string(),
  field: z.string().optional(),
  patientId: Id.optional(),
  patientName: z.string().optional(),
  undoneAt: InstantText.optional(),
  canUndo: z.boolean(),
})
export type ReviewDecision = z.infer<typeof ReviewDecision>

/** An earlier value of a field that lost to a concurrent one. */
export const KeptValue = FieldVersion.omit({ isCurrent: true }).extend({
  field: z.string(),
  /** Staff are asked about it; it is settled in Review. */
  isQuestion: z.boolean(),
  canRestore: z.boolean(),
})
export type KeptValue = z.infer<typeof KeptValue>

const kinds = z.array(QuestionKind).max(questionKinds.length).optional()

/** What two workstations did at once and staff have to decide on. Everybody sees the questions about records that their role may see. */
export const review = {
  /** Open questions, newest first, of some kinds or one patient. */
  list: procedure({ permission: 'sync.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/review' })
    .input(z.strictObject({ kinds, patientId: Id.optional(), ...paging }))
    .output(page(ReviewItem)),
  count: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/review/count' })
    .input(z.strictObject({}))
    .output(z.strictObject({ count: z.int(), byKind: z.partialRecord(QuestionKind, z.int()) })),
  /** NOT_FOUND when it is settled already, or is about something the role may not see. */
  get: procedure({ permission: 'sync.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/review/{question}' })
    .input(z.strictObject({ question: QuestionId }))
    .output(ReviewQuestion),
  /**
   * Settles a question, on every workstation. `seen` are the stamps that were shown: CONFLICT with `changed` when others are there by now, with
   * `settled` when somebody has decided meanwhile, and with what a slot clashes with. The role must be allowed to change such records.
   */
  resolve: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/review/{question}/resolve' })
    .input(z.strictObject({ question: QuestionId, choice: ReviewAnswer, seen: z.array(Stamp).max(64).optional(), commandId }))
    .output(z.strictObject({ decisionId: Id })),
  /** The same answer for several questions. Those for which it does not fit are skipped, with the reason. */
  resolveMany: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/review/resolve' })
    .input(
      z.strictObject({ questions: z.array(QuestionId).min(1).max(bulkLimit), answer: BulkAnswer, reason: z.string().trim().max(300).optional(), commandId }),
    )
    .output(z.strictObject({ decisionIds: z.array(Id), skipped: z.array(z.strictObject({ question: QuestionId, code: z.string() })) })),
  /** Decisions, newest first. */
  decisions: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/review/decisions' })
    .input(z.strictObject({ ...paging }))
    .output(page(ReviewDecision)),
  /** Takes decisions back: what stood before stands again, and the question is asked again. Those that something was built on since are skipped. */
  undo: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/review/undo' })
    .input(z.strictObject({ decisionIds: z.array(Id).min(1).max(bulkLimit), commandId }))
    .output(z.strictObject({ undone: z.int(), skipped: z.array(z.strictObject({ id: Id, code: z.string() })) })),
  /** Values of a record's fields that lost to concurrent ones, newest first. */
  history: procedure({ permission: 'sync.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/records/{kind}/{id}/versions' })
    .input(z.strictObject({ kind: z.string().max(60), id: Id }))
    .output(z.strictObject({ patientId: Id.optional(), items: z.array(KeptValue) })),
  /** Puts such a value back. */
  restore: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/records/{kind}/{id}/versions/restore' })
    .input(z.strictObject({ kind: z.string().max(60), id: Id, field: z.string().max(60), stamp: Stamp, commandId }))
    .output(z.strictObject({ decisionId: Id })),
}
