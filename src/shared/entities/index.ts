import { appointment } from './appointment.js'
import { claim, explanationOfBenefit } from './billing.js'
import {
  allergy,
  carePlan,
  condition,
  diagnosticReport,
  encounter,
  goal,
  imagingStudy,
  immunization,
  medicationRequest,
  observation,
  procedure,
  symptom,
} from './clinical.js'
import type { Entity } from './entity.js'
import { keptVersion } from './kept-version.js'
import { media } from './media.js'
import { otherResource } from './other-resource.js'
import { patient } from './patient.js'
import { reviewDecision } from './review-decision.js'
import { session } from './session.js'
import { chair, clinic, closedTime, organization, practitioner, user } from './staff.js'
import { workstation } from './workstation.js'

/** Schema of the record kinds that this program knows; grows with every addition that older programs would not understand. */
export const recordSchema = 1

/** Every synced record kind, in the order in which an import or a first fill writes them. */
export const entities: readonly Entity[] = [
  clinic,
  workstation,
  user,
  organization,
  practitioner,
  chair,
  closedTime,
  patient,
  appointment,
  encounter,
  condition,
  allergy,
  observation,
  procedure,
  medicationRequest,
  immunization,
  diagnosticReport,
  imagingStudy,
  goal,
  carePlan,
  claim,
  explanationOfBenefit,
  symptom,
  media,
  otherResource,
  keptVersion,
  reviewDecision,
  session,
]

const byKind = new Map(entities.map((entity) => [entity.kind, entity]))

/** The declaration of a kind; undefined for a kind that only a newer version knows. */
export const findEntity = (kind: string): Entity | undefined => byKind.get(kind)

/** What the clinic keeps: every kind but those of the program's own running. */
export const keptEntities: readonly Entity[] = entities.filter(({ isOperational }) => !isOperational)
