import type { contract } from '../../../shared/contract/index.js'
import { media } from '../../../shared/entities/media.js'
import { patient } from '../../../shared/entities/patient.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { mediaPage, type Place, recentMedia, shownMedia } from './queries.js'

/** Images, videos and PDFs of patients: list, describe, take out. Their bytes go through `mediaRoutes`. */
export const mediaHandlers = ({ store, read }: Services): Handlers<typeof contract.media> => ({
  list: async ({ input: { patientId, kind, cursor, limit } }) => {
    store.get(patient, patientId)
    const found = await read(mediaPage, { patientId, kind, after: decodeCursor(cursor, 2) as unknown as Place | undefined, limit })
    const last = found.at(-1)
    return { items: found.map((each) => each.media), ...(last && found.length === limit && { nextCursor: encodeCursor([last.at, last.media.id]) }) }
  },
  recent: async ({ input: { kind, cursor, limit } }) => {
    const items = await read(recentMedia, { kind, after: decodeCursor(cursor, 1)?.[0] as string | undefined, limit })
    const last = items.at(-1)
    return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.id]) }) }
  },
  edit: ({ input: { id, commandId: _, ...patch }, context: { actor, command } }) =>
    store.write({ actor, act: 'media.edit', command }, (tx) => {
      tx.update(media, id, patch)
      return shownMedia(tx.get(media, id))
    }),
  remove: ({ input: { id }, context: { actor, command } }) =>
    store.write({ actor, act: 'media.remove', command }, (tx) => {
      tx.remove(media, id)
      return { id }
    }),
})
