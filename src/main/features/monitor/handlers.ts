import type { contract } from '../../../shared/contract/index.js'
import { normalInstant } from '../../../shared/time.js'
import { segmentOf } from '../../cache/categories.js'
import { checkedPattern, InvalidPattern } from '../../cache/paths.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Actor, Call, Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { cacheEffectOf } from './cache-effect.js'
import { callFactsOf } from './call-facts.js'
import type { Monitor } from './monitor.js'
import { accessPage } from './queries.js'
import { minuteMs, stepMs } from './sampler.js'
import { testHandlers } from './test-handlers.js'
import { usualThresholds } from './thresholds.js'

type MonitorContract = typeof contract.monitor
type Refusing = Pick<Call<unknown, MonitorContract['state']['~orpc']['errorMap']>, 'errors'>

/** What the Monitor shows and does. */
export const monitorHandlers = (services: Services, monitor: Monitor): Handlers<MonitorContract> => {
  const { cache, now } = services
  const { look, sampler, options } = monitor
  return {
    state: async () => {
      await look.facts()
      return monitor.state()
    },
    cache: () => cacheEffectOf(cache, monitor.startedAt, now()),
    server: () => {
      sampler.noteWatched()
      return look.facts()
    },
    slowLog: () => look.slowLog(),
    capacity: async () => monitor.capacity.plan((await look.facts()).memory),
    calls: () => callFactsOf(options.calls, sampler.loop, monitor.startedAt, now()),
    history: async ({ input: { range, after } }) => {
      sampler.noteWatched()
      const samples = await monitor.history(range, after === undefined ? 0 : Date.parse(after))
      return { asOf: instant(services), stepSeconds: (range === 'day' ? minuteMs : stepMs) / 1000, samples: [...samples] }
    },
    alerts: async () => {
      // Before the server was looked at, nothing would need a look.
      await look.facts()
      return { asOf: instant(services), items: monitor.alerts() }
    },
    thresholds: {
      get: () => ({ thresholds: options.thresholds.get(), defaults: usualThresholds }),
      set: ({ input: { thresholds }, context: { actor } }) => {
        options.thresholds.change(thresholds)
        note(services, actor, 'monitor.thresholds.set', { fields: Object.keys(thresholds).sort() })
        return { thresholds: options.thresholds.get(), defaults: usualThresholds }
      },
    },
    entries: entryHandlers(services, monitor),
    clear: clearHandlers(services, monitor),
    ...testHandlers(services, monitor),
    accessLog: accessLog(services),
    cacheTimes: {
      get: () => ({ items: options.cacheTimes.list() }),
      set: ({ input: { times }, context: { actor }, errors }) => {
        const decided = options.cacheTimes.change(times)
        if (decided.length > 0) throw errors.INVALID({ data: { fields: decided.map((path) => ({ path, code: 'decided' })) } })
        note(services, actor, 'monitor.cacheTimes.set', { categories: times.map(({ category }) => category) })
        return { items: options.cacheTimes.list() }
      },
    },
  }
}

const instant = ({ now }: Services): string => new Date(now()).toISOString()

/** A row of the access log for something that changed no record. */
function note({ store }: Services, { userId, sessionId }: Actor, act: string, detail: Record<string, unknown>): void {
  store.noteRead({ userId, sessionId, act, detail })
}

/** A pattern or entry that is none is the caller's fault, and a server that goes away while it is asked nobody's. */
function refused(error: unknown, { errors }: Refusing, path = 'pattern'): unknown {
  if (error instanceof InvalidPattern) return errors.INVALID({ message: error.message, data: { fields: [{ path, code: 'invalid' }] } })
  return error instanceof Error && 'isPublic' in error ? errors.UNAVAILABLE({ message: error.message }) : error
}

function entryHandlers(services: Services, monitor: Monitor): Handlers<MonitorContract['entries']> {
  const { store } = services
  const { entries, keys } = monitor
  return {
    list: async (call) => {
      const { area, category, kind, cursor, limit } = call.input
      const [from] = decodeCursor(cursor, 1) ?? []
      const name = area === 'cache' ? category && segmentOf(category) : kind
      // A kind becomes part of a pattern: only names of kinds may.
      if (area === 'records' && kind !== undefined && !/^[a-zA-Z]+$/.test(kind))
        throw call.errors.INVALID({ data: { fields: [{ path: 'kind', code: 'invalid' }] } })
      const patterns = { keys: keys.pattern(area, name), paths: name === undefined ? '*' : `${name}:*` }
      try {
        const { place, items, next } = await entries.page(area, patterns, from?.toString(), limit, call.signal)
        return { asOf: instant(services), place, items, ...(next !== undefined && { nextCursor: encodeCursor([next]) }) }
      } catch (error) {
        throw refused(error, call)
      }
    },
    open: async (call) => {
      const { key } = call.input
      const known = keys.read(key)
      if (!known) throw call.errors.NOT_FOUND()
      const { userId, sessionId } = call.context.actor
      const patientId = known.area === 'records' ? (known.name === 'patient' ? known.id : known.owner) : undefined
      // Before it is shown: what was opened stands in the log, also when showing it fails.
      store.noteRead({ userId, sessionId, act: 'monitor.entries.open', ...(patientId && { patientId }), detail: { area: known.area, name: known.name } })
      try {
        const opened = await entries.open(key)
        if (!opened) throw call.errors.NOT_FOUND()
        return opened
      } catch (error) {
        throw refused(error, call)
      }
    },
    keys: async (call) => {
      const { cursor, limit } = call.input
      try {
        const pattern = checkedPattern(call.input.pattern)
        const [from] = decodeCursor(cursor, 1) ?? []
        const { place, items, next } = await entries.page('cache', { keys: keys.cachePattern(pattern), paths: pattern }, from?.toString(), limit, call.signal)
        return { asOf: instant(services), place, keys: items.map(({ key }) => key), ...(next !== undefined && { nextCursor: encodeCursor([next]) }) }
      } catch (error) {
        throw refused(error, call)
      }
    },
  }
}

function clearHandlers(services: Services, monitor: Monitor): Handlers<MonitorContract['clear']> {
  const { clinic } = services
  const { clearing } = monitor
  const run = (actor: Actor, pattern: string) => {
    const report = clearing.run(pattern, actor.displayName)
    note(services, actor, 'monitor.clear', { pattern: report.pattern, here: report.here })
    return report
  }
  return {
    preview: async (call) => {
      try {
        return await clearing.preview(call.input.pattern, call.signal)
      } catch (error) {
        throw refused(error, call)
      }
    },
    pattern: (call) => {
      const { pattern, confirm } = call.input
      try {
        if (clearing.isEverything(pattern) && confirm?.trim() !== clinic().name.trim())
          throw call.errors.INVALID({ data: { fields: [{ path: 'confirm', code: confirm === undefined ? 'missing' : 'differs' }] } })
        return run(call.context.actor, pattern)
      } catch (error) {
        throw refused(error, call)
      }
    },
    entry: (call) => {
      const { category, identifier, sub_key: part } = call.input
      // One entry is meant: a pattern in its place would clear more than somebody asked for.
      if (/[*?]/.test(category + identifier + (part ?? ''))) throw call.errors.INVALID({ data: { fields: [{ path: 'identifier', code: 'invalid' }] } })
      try {
        return run(call.context.actor, `${category}:${identifier}${part === undefined ? '' : `:${part}`}`)
      } catch (error) {
        throw refused(error, call, 'identifier')
      }
    },
    reports: () => ({ asOf: instant(services), items: clearing.reports() }),
  }
}

/** Reads a page of the access log, with the rows of reads that waited to be written. */
const accessLog =
  ({ store, read }: Services): Handlers<MonitorContract['accessLog']> =>
  async ({ input: { cursor, limit, from, to, ...filter } }) => {
    store.flushReads()
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
  }
