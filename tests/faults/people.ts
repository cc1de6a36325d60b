import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import type { DrillWorkstation } from './drill-workstation.js'

/** Registers a person on a workstation and gives the id. */
export async function register(workstation: DrillWorkstation, familyName = 'Doe'): Promise<string> {
  const id = newId()
  await workstation.write((tx) => void tx.create(patient, { recordNumber: 'A1', familyName, givenName: 'Ada', sex: 'female' }, id))
  return id
}

/** Writes a patient's telephone number. */
export const phone = (workstation: DrillWorkstation, id: string, value: string): Promise<void> =>
  workstation.write((tx) => void tx.update(patient, id, { phone: value }))

/** Family names that a workstation shows, in order. */
export const namesOn = ({ store }: DrillWorkstation): unknown[] =>
  store.db.prepare("SELECT json_extract(data, '$.familyName') FROM patient WHERE deleted = 0 ORDER BY 1").pluck().all()
