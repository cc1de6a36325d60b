import { setImmediate } from 'node:timers/promises'
import type { contract } from '../../../shared/contract/index.js'
import { recordSchema } from '../../../shared/entities/index.js'
import { isGranted } from '../../../shared/permissions.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { operationPage, recordState } from './queries.js'
import { isLocalOnly } from './rules.js'

/** The queue, the workstations and the exchange between them. With no server set up nothing waits: every operation is where it belongs. */
export const syncHandlers = (services: Services): Handlers<typeof contract.sync> => {
  const { read, sync, syncStatus, store, now } = services
  return {
    status: () => syncStatus.current(),
    facts: async () => {
      await sync.counted()
      return { ...sync.facts(), hasServer: !isLocalOnly(services), asOf: new Date(now()).toISOString() }
    },
    run: () => sync.run(),
    queue: async ({ input: { state, cursor, limit }, context: { actor } }) => {
      const isLocal = isLocalOnly(services)
      if (isLocal && state !== undefined) return { items: [] }
      const [before] = decodeCursor(cursor, 1) ?? []
      const found = await read(operationPage, { state, before: before === undefined ? Number.MAX_SAFE_INTEGER : Number(before), limit })
      const last = found.at(-1)
      const maySeePatients = isGranted(actor.role, 'patients.read')
      return {
        items: found.map(({ patientName, ...item }) => ({
          ...item,
          ...(maySeePatients && patientName && { patientName }),
          ...(isLocal && { state: 'local' as const }),
        })),
        ...(last && found.length === limit && { nextCursor: encodeCursor([String(last.seq)]) }),
      }
    },
    retry: ({ input: { seqs }, context: { actor } }) => {
      const retried = sync.retry(seqs ?? 'all')
      store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'sync.retry', detail: { retried } })
      return { retried }
    },
    workstations: async () => ({
      asOf: new Date(now()).toISOString(),
      schema: recordSchema,
      leastSchema: sync.leastSchema(),
      items: await sync.workstations(),
    }),
    audit: async ({ errors }) => {
      try {
        return await sync.audit()
      } catch (error) {
        if (error instanceof Error && 'isPublic' in error) throw errors.UNAVAILABLE({ message: error.message })
        throw error
      }
    },
    clearSent: async ({ input: { olderThanDays }, context: { actor } }) => {
      let removed = 0
      // In rounds, so that other work comes between.
      for (let round = sync.clearSent(olderThanDays); round > 0; round = sync.clearSent(olderThanDays)) {
        removed += round
        await setImmediate()
      }
      store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'sync.clearSent', detail: { removed, olderThanDays } })
      return { removed }
    },
    recordState: async ({ input, errors }) => {
      const state = await read(recordState, input)
      if (state === undefined) throw errors.NOT_FOUND()
      return { state: isLocalOnly(services) ? 'local' : state }
    },
  }
}
