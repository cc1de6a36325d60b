import { z } from 'zod'
import { DateText, InstantText } from '../time.js'
import { entity } from './entity.js'

/** Administrative sex with the codes of HL7 FHIR R4 `administrative-gender`. */
export const Sex = z.enum(['male', 'female', 'other', 'unknown'])

export const Address = z.strictObject({
  line: z.string().max(300).optional(),
  city: z.string().max(120).optional(),
  state: z.string().max(120).optional(),
  postalCode: z.string().max(32).optional(),
  country: z.string().max(120).optional(),
})

/** A person who is treated here. `recordNumber` is given by the workstation and never reused. */
export const patient = entity({
  kind: 'patient',
  fields: {
    recordNumber: z.string().max(40),
    familyName: z.string().trim().min(1).max(200),
    givenName: z.string().trim().max(200),
    birthDate: DateText.optional(),
    sex: Sex,
    /** E.164 when it could be read as a number of the clinic's country, otherwise as typed. */
    phone: z.string().max(60).optional(),
    email: z.string().max(254).optional(),
    address: Address.optional(),
    language: z.string().max(35).optional(),
    insuranceNumber: z.string().max(80).optional(),
    /** Short free text shown on every screen of this patient, e.g. "needs a step-free room". */
    alert: z.string().max(500).optional(),
    deceasedAt: z.union([InstantText, DateText]).optional(),
  },
  merge: {
    recordNumber: 'review',
    familyName: 'review',
    givenName: 'review',
    birthDate: 'review',
    sex: 'review',
    insuranceNumber: 'review',
    alert: 'safety',
    deceasedAt: 'review',
  },
  patient: 'id',
  sensitivity: 'identity',
})
