import type { HoldsNeverCached } from '../../shared/never-cached.js'

/** Record kinds of which nothing is ever cached: what a decision hangs on is read from the records at the moment of deciding. */
export const neverCachedKinds = ['allergy', 'medicationRequest', 'keptVersion', 'reviewDecision', 'session', 'workstation'] as const

/** Record kinds from which cached values may be computed. */
export const cacheableKinds = [
  'clinic',
  'user',
  'organization',
  'practitioner',
  'chair',
  'closedTime',
  'patient',
  'appointment',
  'encounter',
  'condition',
  'observation',
  'procedure',
  'immunization',
  'diagnosticReport',
  'imagingStudy',
  'goal',
  'carePlan',
  'claim',
  'explanationOfBenefit',
  'symptom',
  'media',
  'otherResource',
] as const

/** A kind whose records cached values may be computed from. A kind that is never cached does not compile here. */
export type CacheableKind = (typeof cacheableKinds)[number]

/** Makes an argument impossible whose values hold something that is never cached. */
export type IfCacheable<Value> = true extends HoldsNeverCached<Value> ? { readonly mayNotBeCached: never } : unknown
