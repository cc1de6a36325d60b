import type { Migration } from './migration.js'

const schema = `
-- For each record kind the XOR of the digests of its records: what was computed from them holds while it is the same.
CREATE TABLE kind_sum (kind TEXT NOT NULL PRIMARY KEY, digest BLOB NOT NULL) STRICT, WITHOUT ROWID;
`

const tables: Readonly<Record<string, string>> = {
  clinic: 'clinic',
  workstation: 'workstation',
  user: 'user',
  organization: 'organization',
  practitioner: 'practitioner',
  chair: 'chair',
  closedTime: 'closed_time',
  patient: 'patient',
  appointment: 'appointment',
  encounter: 'encounter',
  condition: 'condition',
  allergy: 'allergy',
  observation: 'observation',
  procedure: 'procedure',
  medicationRequest: 'medication_request',
  immunization: 'immunization',
  diagnosticReport: 'diagnostic_report',
  imagingStudy: 'imaging_study',
  goal: 'goal',
  carePlan: 'care_plan',
  claim: 'claim',
  explanationOfBenefit: 'explanation_of_benefit',
  symptom: 'symptom',
  media: 'media',
  otherResource: 'other_resource',
  keptVersion: 'kept_version',
  reviewDecision: 'review_decision',
}

/** Sums of digests by record kind, which tell whether what was computed from records still holds. Reads every record once. */
export const migration0060: Migration = {
  version: 60,
  up: (db) => {
    db.exec(schema)
    const put = db.prepare('INSERT INTO kind_sum (kind, digest) VALUES (?, ?)')
    for (const [kind, table] of Object.entries(tables)) {
      const sum = Buffer.alloc(8)
      for (const digest of db.prepare(`SELECT digest FROM ${table}`).pluck().iterate() as IterableIterator<Buffer>)
        for (let i = 0; i < 8; i++) sum[i] = (sum[i] ?? 0) ^ (digest[i] ?? 0)
      put.run(kind, sum)
    }
  },
}
