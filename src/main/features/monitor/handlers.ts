import type { contract } from '../../../shared/contract/index.js'
import { normalInstant } from '../../../shared/time.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { cacheEffectOf } from './cache-effect.js'
import { accessPage } from './queries.js'

type MonitorHandlers = Handlers<typeof contract.monitor>

/** What the Monitor shows and does. */
export const monitorHandlers = (services: Services): MonitorHandlers => {
  const { cache, now, read } = services
  const startedAt = now()
  const later = ({ errors }: { errors: { UNAVAILABLE(): Error } }): never => {
    throw errors.UNAVAILABLE()
  }
  return {
    state: later,
    cache: () => cacheEffectOf(cache, startedAt, now()),
    server: later,
    slowLog: later,
    capacity: later,
    calls: later,
    history: later,
    alerts: later,
    thresholds: { get: later, set: later },
    entries: { list: later, open: later, keys: later },
    clear: { preview: later, pattern: later, entry: later, reports: later },
    test: { now: later, self: later, limit: () => ({ ok: true, at: new Date(now()).toISOString() }) },
    rehearsal: { start: later, get: later },
    accessLog: async ({ input: { cursor, limit, from, to, ...filter } }) => {
      const [before] = decodeCursor(cursor, 1) ?? []
      const items = await read(accessPage, {
        ...filter,
        from: from && normalInstant(from),
        to: to && normalInstant(to),
        before: before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
        limit,
      })
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.seq]) }) }
    },
    cacheTimes: { get: later, set: later },
  }
}
