import type { contract } from '../../../shared/contract/index.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { operationPage } from './queries.js'

/** The queue, the workstations and the exchange between them. With no server set up nothing waits: every operation is where it belongs. */
export const syncHandlers = ({ read, sync, syncStatus, store, now }: Services): Handlers<typeof contract.sync> => ({
  status: () => syncStatus.current(),
  facts: () => sync.facts(),
  run: () => sync.run(),
  queue: async ({ input: { state, cursor, limit } }) => {
    const isLocalOnly = syncStatus.current().state === 'localOnly'
    if (isLocalOnly && state !== undefined) return { items: [] }
    const [before] = decodeCursor(cursor, 1) ?? []
    const items = await read(operationPage, { state, before: before === undefined ? Number.MAX_SAFE_INTEGER : Number(before), limit })
    const last = items.at(-1)
    return {
      items: isLocalOnly ? items.map((item) => ({ ...item, state: 'local' as const })) : items,
      ...(last && items.length === limit && { nextCursor: encodeCursor([String(last.seq)]) }),
    }
  },
  retry: ({ input: { seqs }, context: { actor } }) => {
    const retried = sync.retry(seqs ?? 'all')
    store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'sync.retry', detail: { retried } })
    return { retried }
  },
  workstations: async () => ({ asOf: new Date(now()).toISOString(), items: await sync.workstations() }),
  audit: async ({ errors }) => {
    try {
      return await sync.audit()
    } catch (error) {
      if (error instanceof Error && 'isPublic' in error) throw errors.UNAVAILABLE({ message: error.message })
      throw error
    }
  },
  clearSent: ({ input: { olderThanDays }, context: { actor } }) => {
    const removed = sync.clearSent(olderThanDays)
    store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'sync.clearSent', detail: { removed, olderThanDays } })
    return { removed }
  },
})
