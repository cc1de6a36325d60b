import type { contract } from '../../../shared/contract/index.js'
import type { Symptom } from '../../../shared/contract/symptoms.js'
import { symptom } from '../../../shared/entities/clinical.js'
import { patient } from '../../../shared/entities/patient.js'
import type { Stored } from '../../store/tables.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { symptomCourse, symptomPage } from './queries.js'

const shown = ({ source: _, ...rest }: Stored<typeof symptom>): Symptom => rest

/** What patients tell: list, add, correct and remove entries, and how severity went. */
export function symptomHandlers({ store, read }: Services): Handlers<typeof contract.symptoms> {
  return {
    list: async ({ input: { patientId, cursor, limit } }) => {
      store.get(patient, patientId)
      const found = await read(symptomPage, { patientId, after: decodeCursor(cursor, 2) as [string, string] | undefined, limit })
      const last = found.at(-1)
      return { items: found.map((each) => each.symptom), ...(last && found.length === limit && { nextCursor: encodeCursor([last.at, last.symptom.id]) }) }
    },
    add: ({ input: { commandId: _, ...fields }, context: { actor, command } }) =>
      store.write({ actor, act: 'symptoms.add', command, patientId: fields.patientId }, (tx) => {
        tx.get(patient, fields.patientId)
        return shown(tx.get(symptom, tx.create(symptom, fields)))
      }),
    edit: ({ input: { id, commandId: _, ...patch }, context: { actor, command } }) =>
      store.write({ actor, act: 'symptoms.edit', command }, (tx) => {
        tx.update(symptom, id, patch)
        return shown(tx.get(symptom, id))
      }),
    remove: ({ input: { id }, context: { actor, command } }) =>
      store.write({ actor, act: 'symptoms.remove', command }, (tx) => {
        tx.remove(symptom, id)
        return { id }
      }),
    course: async ({ input: { patientId } }) => {
      store.get(patient, patientId)
      return { patientId, concerns: await read(symptomCourse, { patientId }) }
    },
  }
}
