import { z } from 'zod'
import { AppointmentStatus } from '../entities/appointment.js'
import { Code, Concept } from '../entities/clinical-values.js'
import { Id } from '../ids.js'
import { Money } from '../money.js'
import { neverCached } from '../never-cached.js'
import { InstantText } from '../time.js'
import { Patient } from './patients.js'
import { page, paging, procedure } from './procedure.js'

/** Record kinds that stand on a chart's timeline. */
export const chartKinds = [
  'appointment',
  'encounter',
  'condition',
  'allergy',
  'medicationRequest',
  'procedure',
  'immunization',
  'observation',
  'diagnosticReport',
  'imagingStudy',
  'carePlan',
  'goal',
  'claim',
  'explanationOfBenefit',
  'symptom',
  'media',
  'otherResource',
] as const
export const ChartKind = z.enum(chartKinds)
export type ChartKind = z.infer<typeof ChartKind>

/** A time as its source knew it: an instant, a day, `2012-07` or `2012`. */
const When = z.string().max(40)
const Title = z.string()

/** An allergy that holds now, with what happened. */
export const ChartAllergy = neverCached(
  z.strictObject({
    id: Id,
    title: Title,
    /** low, high or unable-to-assess */
    criticality: Code.optional(),
    /** `allergy` or `intolerance` */
    type: Code.optional(),
    categories: z.array(Code),
    verificationStatus: Code.optional(),
    reactions: z.array(z.strictObject({ title: Title, severity: Code.optional() })),
    since: When.optional(),
    /** Other substances that somebody wrote at the same time, while nobody has decided: none of the warnings is left out. */
    also: z.array(Title).optional(),
  }),
)
export type ChartAllergy = z.infer<typeof ChartAllergy>

/** A medicine that is being taken; `dosage` is in the words of whoever prescribed it. */
export const ChartMedication = neverCached(
  z.strictObject({
    id: Id,
    title: Title,
    dosage: z.string().optional(),
    reason: z.string().optional(),
    since: When.optional(),
    prescriber: z.string().optional(),
    /** Other medicines that somebody wrote at the same time, while nobody has decided. */
    also: z.array(Title).optional(),
  }),
)
export type ChartMedication = z.infer<typeof ChartMedication>

/** A diagnosis or problem that has not ended. */
export const ChartProblem = z.strictObject({ id: Id, title: Title, clinicalStatus: Code.optional(), severity: z.string().optional(), since: When.optional() })
export type ChartProblem = z.infer<typeof ChartProblem>

/** The latest value of one vital sign and the numbers before it, oldest first, for a small line. */
export const ChartVital = z.strictObject({ id: Id, title: Title, code: z.string().optional(), value: z.string(), at: When, trend: z.array(z.number()) })
export type ChartVital = z.infer<typeof ChartVital>

/** An appointment as the chart's header names it. */
export const ChartAppointment = z.strictObject({
  id: Id,
  startAt: InstantText,
  status: AppointmentStatus,
  reason: z.string().optional(),
  providerName: z.string().optional(),
})
export type ChartAppointment = z.infer<typeof ChartAppointment>

/** Sums of one currency: what was claimed, what payers paid, and the difference. Cancelled and erroneous claims are left out. */
export const ChartBalance = z.strictObject({ claimed: Money, paid: Money, open: Money, claimCount: z.int() })
export type ChartBalance = z.infer<typeof ChartBalance>

/** A question of Review about a record: two people changed it at once. `field` is absent where a deletion met an edit. */
export const ChartQuestion = z.strictObject({ id: z.string(), recordKind: z.string(), recordId: Id, field: z.string().optional() })
export type ChartQuestion = z.infer<typeof ChartQuestion>

/** What stands at the top of a chart and on its first tab. */
export const ChartOverview = z.strictObject({
  patientId: Id,
  patient: Patient,
  /** Completed years, or months below two years, on the clinic's today or the day of death. */
  age: z.strictObject({ years: z.int(), months: z.int() }).optional(),
  /** When it was computed on this workstation. */
  asOf: InstantText,
  /** Gravest first. */
  allergies: z.array(ChartAllergy),
  medications: z.array(ChartMedication),
  problems: z.array(ChartProblem),
  vitals: z.array(ChartVital),
  balances: z.array(ChartBalance),
  nextAppointment: ChartAppointment.optional(),
  lastAppointment: ChartAppointment.optional(),
  /** The last visit that took place, as imported or documented. */
  lastEncounter: z.strictObject({ id: Id, title: Title, at: When }).optional(),
  counts: z.partialRecord(ChartKind, z.int()),
  /** Alerts that somebody wrote at the same time as the one of the patient's record, while nobody has decided. */
  alsoAlerts: z.array(z.string()),
  /** Open questions about the records of this chart. */
  questions: z.array(ChartQuestion),
  /** Values of the patient's own record that lost to concurrent ones and are kept. */
  keptCount: z.int(),
})
export type ChartOverview = z.infer<typeof ChartOverview>

/** One line of the timeline. `at` is absent for a record whose time nobody knows; `detail` is a short second line in the source's words. */
export const TimelineItem = z.strictObject({
  kind: ChartKind,
  id: Id,
  at: When.optional(),
  endAt: When.optional(),
  title: Title,
  detail: z.string().optional(),
  /** Name of who did or ordered it. */
  by: z.string().optional(),
  status: Code.optional(),
  code: Concept.pick({ system: true, code: true }).optional(),
  encounterId: Id.optional(),
  amount: Money.optional(),
  /** What a payer paid, of an explanation of benefit. */
  paid: Money.optional(),
  /** Whether there are two versions of it that nobody has decided on. */
  isUndecided: z.boolean().optional(),
})
export type TimelineItem = z.infer<typeof TimelineItem>

/** One value of a record in full. `name` is the field's path, e.g. `dosage.route`; `record` is something to open. */
export const RecordField = z.strictObject({
  name: z.string(),
  text: z.string().optional(),
  when: When.optional(),
  money: Money.optional(),
  flag: z.boolean().optional(),
  record: z.strictObject({ kind: z.string(), id: Id, title: Title }).optional(),
})
export type RecordField = z.infer<typeof RecordField>

/** One record of the chart in full. */
export const ChartRecord = TimelineItem.extend({
  patientId: Id,
  changedAt: InstantText,
  fields: z.array(RecordField),
  /** Open questions about it. */
  questions: z.array(ChartQuestion),
  /** Values of its fields that lost to concurrent ones and are kept. */
  keptCount: z.int(),
  /** Where it was imported from, and what the source says beyond the fields. `isCut` when there is more than can be shown. */
  source: z
    .strictObject({ system: z.string(), id: z.string(), also: z.array(z.strictObject({ path: z.string(), value: z.string() })), isCut: z.boolean() })
    .optional(),
})
export type ChartRecord = z.infer<typeof ChartRecord>

/** One line of who read or changed what. Fields are names, never values. */
export const HistoryEntry = z.strictObject({
  seq: z.int(),
  at: InstantText,
  /** Absent for what the program did by itself. */
  userName: z.string().optional(),
  /** The procedure or command, e.g. `patients.edit`. */
  act: z.string(),
  type: z.enum(['read', 'change']),
  /** Records concerned; `fields` is absent for one that was added. */
  records: z.array(z.strictObject({ kind: z.string(), id: z.string(), fields: z.array(z.string()).optional() })),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

/** Kinds to show; absent means all. */
const kinds = z.array(ChartKind).max(chartKinds.length).optional()

/**
 * A patient's chart. Every procedure goes to the access log; repeated calls of one session within ten minutes are one opened chart there,
 * so that pages and reloads do not fill it.
 */
export const chart = {
  overview: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/chart' })
    .input(z.strictObject({ patientId: Id }))
    .output(ChartOverview),
  /** Newest first. `text` is looked for in title and detail, without case and accents. A page may be short although more follow. */
  timeline: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/timeline' })
    .input(z.strictObject({ patientId: Id, kinds, text: z.string().max(200).optional(), encounterId: Id.optional(), ...paging }))
    .output(page(TimelineItem)),
  record: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/records/{kind}/{id}' })
    .input(z.strictObject({ patientId: Id, kind: ChartKind, id: Id }))
    .output(ChartRecord),
  /** Who read and changed what, newest first. */
  history: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/history' })
    .input(z.strictObject({ patientId: Id, ...paging }))
    .output(page(HistoryEntry)),
}
