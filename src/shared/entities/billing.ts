import { z } from 'zod'
import { Money } from '../money.js'
import { Code, firstTime, Period, WhenText } from './clinical-values.js'
import { entity } from './entity.js'

const Ref = z.uuid()

/** What was asked of a payer. Its lines stay with the source. Type: institutional, pharmacy, professional, oral, vision. */
export const claim = entity({
  kind: 'claim',
  fields: {
    patientId: Ref,
    encounterId: Ref.optional(),
    status: Code,
    type: Code.optional(),
    use: Code,
    period: Period.optional(),
    createdAt: WhenText.optional(),
    practitionerId: Ref.optional(),
    organizationId: Ref.optional(),
    medicationRequestId: Ref.optional(),
    /** Who is to pay, in the source's words. */
    payer: z.string().max(2000).optional(),
    total: Money.optional(),
    lineCount: z.int().optional(),
  },
  merge: { patientId: 'review', total: 'review', status: 'review' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.createdAt, fields.period),
  sensitivity: 'billing',
})

/** What a payer answered to a claim: what was submitted, allowed and paid. */
export const explanationOfBenefit = entity({
  kind: 'explanationOfBenefit',
  fields: {
    patientId: Ref,
    encounterId: Ref.optional(),
    claimId: Ref.optional(),
    status: Code,
    type: Code.optional(),
    use: Code,
    outcome: Code,
    period: Period.optional(),
    createdAt: WhenText.optional(),
    practitionerId: Ref.optional(),
    organizationId: Ref.optional(),
    payer: z.string().max(2000).optional(),
    /** Submitted; rounded to the minor unit where the source is finer, which then stays with the source. */
    total: Money.optional(),
    paid: Money.optional(),
    lineCount: z.int().optional(),
  },
  merge: { patientId: 'review', total: 'append', paid: 'append' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.createdAt, fields.period),
  sensitivity: 'billing',
})
