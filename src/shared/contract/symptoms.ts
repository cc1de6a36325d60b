import { z } from 'zod'
import { symptom } from '../entities/clinical.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, page, paging, procedure } from './procedure.js'

const { patientId: _, ...told } = symptom.fields

/** A concern as the patient tells it, as every screen and the REST interface see one. */
export const Symptom = z.strictObject({ id: Id, ...symptom.fields, changedAt: InstantText })
export type Symptom = z.infer<typeof Symptom>

/** What adding an entry asks for; `autoSaved` marks one that was kept while typing and is not finished. */
export const NewSymptom = z.strictObject({
  ...told,
  patientId: Id,
  symptoms: told.symptoms.default(''),
  severity: told.severity.default('mild'),
  autoSaved: told.autoSaved.default(false),
})

/** One entry on the line of a concern: `occurredAt` as told, `at` the same as a text that sorts by time. */
export const SeverityPoint = z.strictObject({ id: Id, occurredAt: z.string(), at: z.string(), severity: told.severity })
export type SeverityPoint = z.infer<typeof SeverityPoint>

export const symptoms = {
  /** Newest first by when it occurred. */
  list: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/symptoms' })
    .input(z.strictObject({ patientId: Id, ...paging }))
    .output(page(Symptom)),
  add: procedure({ permission: 'chart.write', type: 'command' })
    .route({ method: 'POST', path: '/patients/{patientId}/symptoms', successStatus: 201 })
    .input(NewSymptom.extend({ commandId }))
    .output(Symptom),
  edit: procedure({ permission: 'chart.write', type: 'command' })
    .route({ method: 'PATCH', path: '/symptoms/{id}' })
    /** Only the fields given are changed. */
    .input(z.strictObject({ ...z.strictObject(told).partial().shape, id: Id, commandId }))
    .output(Symptom),
  remove: procedure({ permission: 'chart.write', type: 'command' })
    .route({ method: 'DELETE', path: '/symptoms/{id}' })
    .input(z.strictObject({ id: Id, commandId }))
    .output(z.strictObject({ id: Id })),
  /** Severity over time, a line per concern (compared without case and accents), oldest entry first; the concern told last comes first. Unfinished entries are left out. */
  course: procedure({ permission: 'chart.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/symptom-course' })
    .input(z.strictObject({ patientId: Id }))
    .output(z.strictObject({ patientId: Id, concerns: z.array(z.strictObject({ concern: z.string(), points: z.array(SeverityPoint) })) })),
}
