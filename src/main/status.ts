import { keptEntities } from '../shared/entities/index.js'
import type { OpenClinic } from './clinic.js'
import { statement } from './store/database.js'

/** Kinds that an import brings have FHIR's names in reports; the clinic's own kinds have theirs. */
const reportNames: Readonly<Record<string, string>> = {
  patient: 'Patient',
  practitioner: 'Practitioner',
  organization: 'Organization',
  encounter: 'Encounter',
  condition: 'Condition',
  allergy: 'AllergyIntolerance',
  medicationRequest: 'MedicationRequest',
  procedure: 'Procedure',
  immunization: 'Immunization',
  observation: 'Observation',
  diagnosticReport: 'DiagnosticReport',
  imagingStudy: 'ImagingStudy',
  carePlan: 'CarePlan',
  goal: 'Goal',
  claim: 'Claim',
  explanationOfBenefit: 'ExplanationOfBenefit',
  appointment: 'Appointment',
}

/** Name of a record kind in reports: FHIR's where there is one. */
export const reportName = (kind: string): string => reportNames[kind] ?? kind

/** What `medinsight status` prints. `digest` is equal on workstations that hold the same records. */
export interface StatusReport {
  counts: Record<string, number>
  waiting: number
  oldestWaitingAt: string | null
  lastContactAt: string | null
  digest: string
}

/** Counts, queue and digest of an open clinic. With no server set up nothing counts as waiting. */
export function statusReport({ store, services }: OpenClinic): StatusReport {
  const counts = Object.fromEntries(
    keptEntities.map(({ kind, table }) => [
      reportName(kind),
      Number(statement<{ n: number }>(store.db, `SELECT count(*) AS n FROM ${table} WHERE deleted = 0`).get()?.n),
    ]),
  )
  const { waiting, oldestWaitingAt, lastContactAt } = services.sync.facts()
  return { counts, waiting, oldestWaitingAt, lastContactAt, digest: store.digest() }
}
