import type { contract } from '../../../shared/contract/index.js'
import type { Patient } from '../../../shared/contract/patients.js'
import { patient } from '../../../shared/entities/patient.js'
import { toE164 } from '../../lib/phones.js'
import { takeRecordNumber } from '../../store/series.js'
import type { Stored } from '../../store/tables.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { erasureHandlers } from './erasure.js'
import { patientDuplicates, patientPage, patientSearch } from './queries.js'
import { SearchAudit } from './search-audit.js'

const shown = ({ source: _, ...rest }: Stored<typeof patient>): Patient => rest

/** Register, find and edit patients. */
export function patientHandlers(services: Services): Handlers<typeof contract.patients> {
  const { store, read, clinic } = services
  const audit = new SearchAudit(store)
  /** In E.164 where it is a number of the clinic's country, otherwise as typed: never dropped. */
  const normalPhone = (phone: string): string => toE164(phone, clinic().country).phone

  return {
    list: async ({ input: { query, cursor, limit }, context: { actor } }) => {
      if (query?.trim()) {
        const hits = await read(patientSearch, { query, limit })
        audit.shown(
          actor,
          hits.map(({ id }) => id),
        )
        return { items: hits }
      }
      const items = await read(patientPage, { after: decodeCursor(cursor, 3) as [string, string, string] | undefined, limit })
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.familyName, last.givenName, last.id]) }) }
    },
    get: ({ input: { id }, context: { actor } }) => {
      audit.finish(actor)
      return shown(store.get(patient, id))
    },
    duplicates: async ({ input }) => ({ items: await read(patientDuplicates, { person: input, limit: 5 }) }),
    register: ({ input: { commandId: _, ...fields }, context }) =>
      store.write({ actor: context.actor, act: 'patients.register', command: context.command }, (tx) => {
        const id = tx.create(patient, {
          ...fields,
          ...(fields.phone && { phone: normalPhone(fields.phone) }),
          recordNumber: takeRecordNumber(store.db),
        })
        return shown(tx.get(patient, id))
      }),
    edit: ({ input: { id, commandId: _, ...patch }, context }) =>
      store.write({ actor: context.actor, act: 'patients.edit', command: context.command, patientId: id }, (tx) => {
        tx.update(patient, id, { ...patch, ...(patch.phone && { phone: normalPhone(patch.phone) }) })
        return shown(tx.get(patient, id))
      }),
    erasure: erasureHandlers(services),
  }
}
