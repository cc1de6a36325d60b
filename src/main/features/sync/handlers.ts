import type { contract } from '../../../shared/contract/index.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { operationPage } from './queries.js'

/** The queue and its state. With no server set up nothing waits: every operation is where it belongs. */
export const syncHandlers = ({ read, syncStatus }: Services): Handlers<typeof contract.sync> => ({
  status: () => syncStatus.current(),
  run: () => ({ sent: 0, received: 0, failed: 0 }),
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
})
