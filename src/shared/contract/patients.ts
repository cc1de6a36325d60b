import { z } from 'zod'
import { patient } from '../entities/patient.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
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
}
