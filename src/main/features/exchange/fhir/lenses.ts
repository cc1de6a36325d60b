import type { Lens } from './lens.js'
import { billingLenses } from './resources/billing.js'
import { clinicalLenses } from './resources/clinical.js'
import { appointmentLens, organizationLens, patientLens, practitionerLens } from './resources/people.js'

/** Every FHIR type that the product models, in the order in which an import writes them: what is referred to comes first. */
export const lenses: readonly Lens[] = [organizationLens, practitionerLens, patientLens, appointmentLens, ...clinicalLenses, ...billingLenses]

const byType = new Map(lenses.map((lens) => [lens.resourceType, lens]))
const byKind = new Map(lenses.map((lens) => [lens.kind, lens]))
const rank = new Map(lenses.map((lens, at) => [lens.resourceType, at]))

/** The lens of a FHIR type; undefined for one that the product does not model. */
export const lensOfType = (resourceType: string): Lens | undefined => byType.get(resourceType)

/** The lens of a record kind; undefined for kinds that have no FHIR type. */
export const lensOfKind = (kind: string): Lens | undefined => byKind.get(kind)

/** Place of a FHIR type in the order of writing; types that are not modelled come last. */
export const rankOfType = (resourceType: string): number => rank.get(resourceType) ?? lenses.length

/** FHIR's name of a record kind, by which `status` and reports count imported kinds; the kind itself where FHIR has none. */
export const nameOfKind = (kind: string): string => byKind.get(kind)?.resourceType ?? kind

/** The record kind of a FHIR type; undefined for one that the product does not model. */
export const kindOfType = (resourceType: string): string | undefined => byType.get(resourceType)?.kind
