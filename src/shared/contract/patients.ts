import { z } from 'zod'
import { patient } from '../entities/patient.js'
import { Id } from '../ids.js'
import { DateText, InstantText } from '../time.js'
import { withFreshness } from './freshness.js'
import { clearable, commandId, page, paging, procedure } from './procedure.js'

const { fields } = patient
/** A patient as every screen and the REST interface see one. */
export const Patient = z.strictObject({ id: Id, ...fields, changedAt: InstantText })
export type Patient = z.infer<typeof Patient>

const { recordNumber: _, ...editable } = fields
/** What registering asks for; the rest can be added later. */
export const NewPatient = z.strictObject({
  ...z.strictObject(editable).partial().shape,
  familyName: fields.familyName,
  givenName: fields.givenName.default(''),
  sex: fields.sex.default('unknown'),
})

/** One hit of the patient search, enough to recognise the person. */
export const PatientHit = z.strictObject({
  id: Id,
  recordNumber: z.string(),
  familyName: z.string(),
  givenName: z.string(),
  birthDate: z.string().optional(),
  sex: fields.sex,
  phone: z.string().optional(),
})
export type PatientHit = z.infer<typeof PatientHit>

/** A possible duplicate and why it was suggested. */
export const DuplicateHit = PatientHit.extend({ reasons: z.array(z.enum(['name', 'birthDate', 'birthDateSwapped', 'phone', 'email', 'insuranceNumber'])) })
export type DuplicateHit = z.infer<typeof DuplicateHit>

/** What erasing a patient would do, without doing it. */
export const ErasurePreview = z.strictObject({
  /** Has to be typed to confirm. */
  recordNumber: z.string(),
  /** Records that belong to the patient, deleted ones included, by kind; the patient's own not among them. */
  records: z.record(z.string(), z.int()),
  /** How long the clinic has to keep them: `until` is the last day, absent when there was never a visit or an entry. */
  retention: z.strictObject({ years: z.int(), lastVisitDate: DateText.optional(), untilDate: DateText.optional(), isOver: z.boolean() }),
  /** Backups of this workstation, which hold the patient until they are removed. */
  backups: z.int(),
  /** Days after which the last of them is removed. */
  backupDays: z.int(),
})
export type ErasurePreview = z.infer<typeof ErasurePreview>

export const patients = {
  list: procedure({ permission: 'patients.read', type: 'query', cache: 'patientList', uncachedWith: ['query', 'cursor'] })
    .route({ method: 'GET', path: '/patients' })
    .input(z.strictObject({ query: z.string().max(200).optional(), ...paging }))
    .output(withFreshness(page(PatientHit))),
  get: procedure({ permission: 'patients.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(Patient),
  /** Registered people who may be the one being typed in; fields may be half written. */
  duplicates: procedure({ permission: 'patients.read', type: 'query' })
    .route({ method: 'POST', path: '/patients/duplicates' })
    .input(
      z.strictObject({
        familyName: z.string().max(200).optional(),
        givenName: z.string().max(200).optional(),
        birthDate: z.string().max(10).optional(),
        phone: z.string().max(60).optional(),
        email: z.string().max(254).optional(),
        insuranceNumber: z.string().max(80).optional(),
      }),
    )
    .output(z.strictObject({ items: z.array(DuplicateHit) })),
  register: procedure({ permission: 'patients.write', type: 'command' })
    .route({ method: 'POST', path: '/patients', successStatus: 201 })
    .input(NewPatient.extend({ commandId }))
    .output(Patient),
  edit: procedure({ permission: 'patients.write', type: 'command', audit: 'patient' })
    .route({ method: 'PATCH', path: '/patients/{id}' })
    /** Only the fields given are changed; null clears one that may be absent. */
    .input(z.strictObject({ ...z.strictObject(editable).partial().shape, ...clearable(editable), id: Id, commandId }))
    .output(Patient),
  erasure: {
    preview: procedure({ permission: 'patients.erase', type: 'query', audit: 'patient', limit: 'costly' })
      .route({ method: 'GET', path: '/patients/{patientId}/erasure' })
      .input(z.strictObject({ patientId: Id }))
      .output(ErasurePreview),
    /**
     * Erases a patient with everything that belongs to them, here and on every other workstation, for ever. INVALID `recordNumber` (`mismatch`) when it is
     * not theirs, `reason` (`names`) when it names the patient; CONFLICT `retention` while the records have to be kept and `beforeRetention` is not said.
     */
    erase: procedure({ permission: 'patients.erase', type: 'command', audit: 'patient', limit: 'costly' })
      .route({ method: 'POST', path: '/patients/{patientId}/erasure', successStatus: 202 })
      .input(
        z.strictObject({
          patientId: Id,
          /** The patient's record number, typed to be sure. */
          recordNumber: z.string().max(40),
          /** On what ground, for the access log: who asked, and which law. No names. */
          reason: z.string().trim().min(3).max(500),
          /** Erases although the clinic's retention has not ended, for the reason that is given. */
          beforeRetention: z.boolean().default(false),
          commandId,
        }),
      )
      .output(z.strictObject({ taskId: z.string() })),
  },
}
