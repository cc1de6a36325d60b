import type { symptom } from '../../src/shared/entities/clinical.js'
import type { FieldsOf } from '../../src/shared/entities/entity.js'

const notes = [
  'Began three days ago after a long drive, worse in the evening. Rest and warm compresses help a little; no fever, no nausea.',
  'Second time this month. The patient took 400 mg of ibuprofen in the morning, which helped for four hours.',
  'Noticed while reading: letters swim after about twenty minutes. Glasses are from 2021. Mother had glaucoma at 60.',
  'Came on suddenly at work. The left side is affected more than the right one; light is unpleasant, sleep is not disturbed.',
]

/** A symptom entry as a patient tells it, some 450 bytes of JSON. */
export const symptomOf = (patientId: string, at: number): FieldsOf<typeof symptom> => ({
  patientId,
  concern: `Blurred vision and headache for ${1 + (at % 17)} days`,
  symptoms: notes[at % notes.length] ?? '',
  severity: 'moderate',
  occurredAt: new Date(1_790_000_000_000 + at * 61_000).toISOString(),
  autoSaved: false,
})
