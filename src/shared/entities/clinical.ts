import { z } from 'zod'
import { Money } from '../money.js'
import { Code, Concept, Dosage, firstTime, ObservedValue, Period, Quantity, WhenText } from './clinical-values.js'
import { entity } from './entity.js'

const Ref = z.uuid()
const Note = z.string().max(20_000)

/** Every record of the chart belongs to a patient, and mostly to one visit. */
const charted = { patientId: Ref, encounterId: Ref.optional() }

/** A visit that took place. Status codes of FHIR R4 `encounter-status`; class as in HL7 v3 ActCode (AMB, EMER, IMP …). */
export const encounter = entity({
  kind: 'encounter',
  fields: {
    patientId: Ref,
    status: Code,
    class: Code.optional(),
    type: Concept.optional(),
    period: Period.optional(),
    practitionerId: Ref.optional(),
    organizationId: Ref.optional(),
    appointmentId: Ref.optional(),
    reason: Concept.optional(),
    /** What the whole visit was charged at, where the source says so. */
    cost: Money.optional(),
  },
  merge: { patientId: 'review', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.period),
  sensitivity: 'clinical',
})

/** A diagnosis or problem. `clinicalStatus` active, recurrence, relapse, inactive, remission or resolved. */
export const condition = entity({
  kind: 'condition',
  fields: {
    ...charted,
    code: Concept.optional(),
    clinicalStatus: Code.optional(),
    verificationStatus: Code.optional(),
    category: Code.optional(),
    severity: Concept.optional(),
    bodySite: Concept.optional(),
    onset: WhenText.optional(),
    abatement: WhenText.optional(),
    recordedAt: WhenText.optional(),
    practitionerId: Ref.optional(),
    note: Note.optional(),
  },
  merge: { patientId: 'review', code: 'review', clinicalStatus: 'review', verificationStatus: 'review', severity: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.onset, fields.recordedAt),
  sensitivity: 'clinical',
})

/** An allergy or intolerance. Concurrent versions are read as the gravest: nobody may lose a warning. */
export const allergy = entity({
  kind: 'allergy',
  fields: {
    ...charted,
    code: Concept.optional(),
    clinicalStatus: Code.optional(),
    verificationStatus: Code.optional(),
    /** `allergy` or `intolerance`. */
    type: Code.optional(),
    /** food, medication, environment, biologic */
    categories: z.array(Code).optional(),
    /** low, high or unable-to-assess */
    criticality: Code.optional(),
    reactions: z
      .array(
        z.strictObject({
          substance: Concept.optional(),
          manifestations: z.array(Concept),
          severity: Code.optional(),
          onset: WhenText.optional(),
          note: Note.optional(),
        }),
      )
      .optional(),
    onset: WhenText.optional(),
    /** When it stopped being one. */
    end: WhenText.optional(),
    recordedAt: WhenText.optional(),
    lastOccurrence: WhenText.optional(),
    practitionerId: Ref.optional(),
    note: Note.optional(),
  },
  merge: { patientId: 'review', code: 'safety', clinicalStatus: 'safety', verificationStatus: 'safety', criticality: 'safety', reactions: 'safety' },
  // What was not assessed stands above what was found harmless, and what is not said to have ended holds.
  ranks: {
    clinicalStatus: ['resolved', 'inactive', null, 'active'],
    verificationStatus: ['entered-in-error', 'refuted', null, 'unconfirmed', 'presumed', 'confirmed'],
    criticality: ['low', null, 'unable-to-assess', 'high'],
    reactions: 'union',
  },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.onset, fields.recordedAt),
  sensitivity: 'clinical',
})

/** A prescription or order of a medicine. Status codes of FHIR R4 `medicationrequest-status`. */
export const medicationRequest = entity({
  kind: 'medicationRequest',
  fields: {
    ...charted,
    medication: Concept.optional(),
    status: Code,
    intent: Code,
    dosage: Dosage.optional(),
    authoredAt: WhenText.optional(),
    /** When it was or is to be taken, where the source says so. */
    period: Period.optional(),
    practitionerId: Ref.optional(),
    reason: Concept.optional(),
    conditionId: Ref.optional(),
    note: Note.optional(),
    cost: Money.optional(),
  },
  merge: { patientId: 'review', medication: 'safety', status: 'safety', dosage: 'review' },
  // What may still be taken stands above what was ended: an interaction is found with it.
  ranks: { status: ['entered-in-error', 'cancelled', 'draft', 'unknown', 'completed', 'stopped', 'on-hold', 'active'] },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.authoredAt, fields.period),
  sensitivity: 'clinical',
})

/** Something done to or for the patient. Status codes of FHIR R4 `event-status`. */
export const procedure = entity({
  kind: 'procedure',
  fields: {
    ...charted,
    code: Concept.optional(),
    status: Code,
    performed: z.union([WhenText, Period]).optional(),
    practitionerId: Ref.optional(),
    bodySite: Concept.optional(),
    outcome: Concept.optional(),
    reason: Concept.optional(),
    conditionId: Ref.optional(),
    note: Note.optional(),
    cost: Money.optional(),
  },
  merge: { patientId: 'review', code: 'review', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.performed),
  sensitivity: 'clinical',
})

/** A vaccination given (`completed`) or not given (`not-done`). */
export const immunization = entity({
  kind: 'immunization',
  fields: {
    ...charted,
    vaccine: Concept,
    status: Code,
    occurrence: WhenText.optional(),
    isPrimarySource: z.boolean().optional(),
    lotNumber: z.string().max(200).optional(),
    dose: Quantity.optional(),
    site: Concept.optional(),
    route: Concept.optional(),
    practitionerId: Ref.optional(),
    note: Note.optional(),
    cost: Money.optional(),
  },
  merge: { patientId: 'review', vaccine: 'review', status: 'review', dose: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.occurrence),
  sensitivity: 'clinical',
})

const found = { code: Concept, value: ObservedValue.optional(), interpretation: Concept.optional() }

/** A measurement, laboratory value or answer. Corrections are new records. */
export const observation = entity({
  kind: 'observation',
  fields: {
    ...charted,
    ...found,
    status: Code,
    /** vital-signs, laboratory, survey … */
    category: Code.optional(),
    effective: z.union([WhenText, Period]).optional(),
    issuedAt: WhenText.optional(),
    referenceRange: z.strictObject({ low: Quantity.optional(), high: Quantity.optional(), text: z.string().max(2000).optional() }).optional(),
    /** Parts that belong together, e.g. systolic and diastolic pressure. */
    components: z.array(z.strictObject(found)).optional(),
    bodySite: Concept.optional(),
    practitionerId: Ref.optional(),
    organizationId: Ref.optional(),
    note: Note.optional(),
  },
  merge: { patientId: 'review', code: 'append', value: 'append', components: 'append', effective: 'append', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.effective, fields.issuedAt),
  sensitivity: 'clinical',
})

/** A report over several results, in the order in which the report lists them. */
export const diagnosticReport = entity({
  kind: 'diagnosticReport',
  fields: {
    ...charted,
    code: Concept,
    status: Code,
    /** Section of diagnostics, HL7 v2 table 0074 (LAB, RAD …). */
    category: Code.optional(),
    effective: z.union([WhenText, Period]).optional(),
    issuedAt: WhenText.optional(),
    results: z.array(z.strictObject({ observationId: Ref, text: z.string().max(2000).optional() })).optional(),
    conclusion: Note.optional(),
    practitionerId: Ref.optional(),
    organizationId: Ref.optional(),
  },
  merge: { patientId: 'review', status: 'review', conclusion: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.effective, fields.issuedAt),
  sensitivity: 'clinical',
})

/** Pictures taken elsewhere; `modality` and `bodySite` are those of the first series. */
export const imagingStudy = entity({
  kind: 'imagingStudy',
  fields: {
    ...charted,
    status: Code,
    startedAt: WhenText.optional(),
    description: Note.optional(),
    modality: Concept.optional(),
    bodySite: Concept.optional(),
    seriesCount: z.int().optional(),
    instanceCount: z.int().optional(),
  },
  merge: { patientId: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.startedAt),
  sensitivity: 'clinical',
})

/** A plan of care and its activities. */
export const carePlan = entity({
  kind: 'carePlan',
  fields: {
    ...charted,
    title: z.string().max(2000).optional(),
    description: Note.optional(),
    status: Code,
    intent: Code,
    category: Concept.optional(),
    period: Period.optional(),
    activities: z.array(z.strictObject({ code: Concept.optional(), status: Code.optional(), text: Note.optional() })).optional(),
    conditionIds: z.array(Ref).optional(),
    goalIds: z.array(Ref).optional(),
    /** Why, where the source names no recorded condition. */
    reason: Concept.optional(),
  },
  merge: { patientId: 'review', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.period),
  sensitivity: 'clinical',
})

/** What a patient is to reach. `status` is FHIR's lifecycle status. */
export const goal = entity({
  kind: 'goal',
  fields: {
    patientId: Ref,
    status: Code,
    achievement: Code.optional(),
    description: Concept,
    startDate: WhenText.optional(),
    dueDate: WhenText.optional(),
    conditionIds: z.array(Ref).optional(),
    note: Note.optional(),
  },
  merge: { patientId: 'review', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.startDate),
  sensitivity: 'clinical',
})

/** A concern as the patient tells it. `autoSaved` marks an entry that was kept while typing and not yet finished. */
export const symptom = entity({
  kind: 'symptom',
  fields: {
    patientId: Ref,
    concern: z.string().trim().min(1).max(2000),
    /** As the patient tells them, in one text; may be empty. */
    symptoms: z.string().trim().max(4000),
    severity: z.enum(['mild', 'moderate', 'severe']),
    occurredAt: WhenText,
    autoSaved: z.boolean(),
  },
  merge: { patientId: 'review', concern: 'draft', severity: 'safety' },
  ranks: { severity: ['mild', 'moderate', 'severe'] },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.occurredAt),
  listed: { at: (fields) => firstTime(fields.occurredAt) },
  sensitivity: 'clinical',
})
