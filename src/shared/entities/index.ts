import type { Entity } from './entity.js'
import { appointment } from './appointment.js'
import { patient } from './patient.js'
import { chair, clinic, closedTime, organization, practitioner, user } from './staff.js'

/** Every synced record kind, in the order in which an import or a first fill writes them. */
export const entities: readonly Entity[] = [clinic, user, organization, practitioner, chair, closedTime, patient, appointment]

const byKind = new Map(entities.map((entity) => [entity.kind, entity]))

/** The declaration of a kind; undefined for a kind that only a newer version knows. */
export const findEntity = (kind: string): Entity | undefined => byKind.get(kind)
