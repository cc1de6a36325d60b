import { z } from 'zod'
import { cacheCategories } from '../cache-categories.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import {
  AccessLine,
  Alert,
  CacheTime,
  ClearPreview,
  ClearReport,
  EntryLine,
  entryAreas,
  OpenedEntry,
  Rehearsal,
  Sample,
  SelfTest,
  ServerTrial,
  Thresholds,
} from './monitor-acts.js'
import { CacheEffect, CallFacts, Capacity, MonitorState, ServerFacts, SlowLog } from './monitor-blocks.js'
import { clearable, commandId, page, paging, procedure } from './procedure.js'

const none = z.strictObject({})

/** `<category>:<identifier or *>[:<part>]`; `*` is everything that the clinic's cache holds. */
const pattern = z.string().min(1).max(120)

/** A whole key as the list names it. */
const key = z.string().min(1).max(400)

/** Longest time that a cached value can be given, in seconds: 30 days. */
const seconds = z
  .int()
  .min(1)
  .max(30 * 24 * 3600)

/**
 * What the Monitor shows. Each answer says as of when it is; all of them answer with the server away, from what this workstation knows. The paths below `/redis` are those that
 * the requirements name, for tools.
 */
export const monitor = {
  state: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/redis/health' }).input(none).output(MonitorState),
  cache: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/redis/stats' }).input(none).output(CacheEffect),
  /** Asks the server now when the last look is older than five seconds. */
  server: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/redis/performance' }).input(none).output(ServerFacts),
  slowLog: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/monitor/slow-log' }).input(none).output(SlowLog),
  capacity: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/monitor/capacity' }).input(none).output(Capacity),
  calls: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/monitor/calls' }).input(none).output(CallFacts),
  /** `day`: a sample a minute, of 24 hours, also from before the start. `minutes`: one every five seconds, of the last ten minutes. `after`: only later ones. */
  history: procedure({ permission: 'monitor.read', type: 'query' })
    .route({ method: 'GET', path: '/monitor/history' })
    .input(z.strictObject({ range: z.enum(['minutes', 'day']).default('minutes'), after: InstantText.optional() }))
    .output(z.strictObject({ asOf: InstantText, stepSeconds: z.int(), samples: z.array(Sample) })),
  alerts: procedure({ permission: 'monitor.read', type: 'query' })
    .route({ method: 'GET', path: '/monitor/alerts' })
    .input(none)
    .output(z.strictObject({ asOf: InstantText, items: z.array(Alert) })),
  thresholds: {
    get: procedure({ permission: 'monitor.read', type: 'query' })
      .route({ method: 'GET', path: '/monitor/thresholds' })
      .input(none)
      .output(z.strictObject({ thresholds: Thresholds, defaults: Thresholds })),
    /** Only those given are changed; null brings the usual one back. Of this workstation. */
    set: procedure({ permission: 'monitor.write', type: 'command' })
      .route({ method: 'PATCH', path: '/monitor/thresholds' })
      .input(z.strictObject({ thresholds: z.strictObject(clearable(Thresholds.partial().shape)), commandId }))
      .output(z.strictObject({ thresholds: Thresholds, defaults: Thresholds })),
  },
  entries: {
    /**
     * A piece of what the server holds, in no order: ask on with `nextCursor` until there is none. A piece may be empty or larger than `limit`, because the server is walked in
     * small steps that hold nobody up; stopping to ask is stopping. `place` `here`: it is away, and these are the cached values of this workstation.
     */
    list: procedure({ permission: 'monitor.read', type: 'query' })
      .route({ method: 'GET', path: '/monitor/entries' })
      .input(
        z.strictObject({
          area: z.enum(entryAreas).default('cache'),
          category: z.enum(cacheCategories).optional(),
          kind: z.string().max(60).optional(),
          ...paging,
        }),
      )
      .output(z.strictObject({ asOf: InstantText, place: z.enum(['server', 'here']), items: z.array(EntryLine), nextCursor: z.string().optional() })),
    /** Opens one value. Stands in the access log, under the patient whose record it is. */
    open: procedure({ permission: 'monitor.write', type: 'query' })
      .route({ method: 'GET', path: '/monitor/entries/value' })
      .input(z.strictObject({ key }))
      .output(OpenedEntry),
    /** Keys of cached entries that match, for tools; paged as `list`. INVALID where it is no pattern. */
    keys: procedure({ permission: 'monitor.read', type: 'query' })
      .route({ method: 'GET', path: '/redis/keys/{pattern}' })
      .input(z.strictObject({ pattern, ...paging }))
      .output(z.strictObject({ asOf: InstantText, place: z.enum(['server', 'here']), keys: z.array(z.string()), nextCursor: z.string().optional() })),
  },
  clear: {
    /** Counts what a clearing would forget, and forgets nothing. INVALID where it is no pattern. */
    preview: procedure({ permission: 'monitor.write', type: 'query' })
      .route({ method: 'GET', path: '/redis/cache/preview' })
      .input(z.strictObject({ pattern }))
      .output(ClearPreview),
    /**
     * Forgets what matches: here at once, everywhere as soon as the server hears of it; records are never touched. With `*` the clinic's name has to be in `confirm`, else
     * INVALID `confirm`. The task tells how far the server's memory was given back.
     */
    pattern: procedure({ permission: 'monitor.write', type: 'command' })
      .route({ method: 'POST', path: '/redis/cache/clear-pattern' })
      .input(z.strictObject({ pattern, confirm: z.string().max(200).optional(), commandId }))
      .output(ClearReport),
    /** Forgets one entry. `category` as keys name it; `identifier` as it stands in the key; `sub_key` the part, named as the requirements do. */
    entry: procedure({ permission: 'monitor.write', type: 'command' })
      .route({ method: 'DELETE', path: '/redis/cache/{category}/{identifier}' })
      .input(z.strictObject({ category: z.string().max(40), identifier: z.string().max(64), sub_key: z.string().max(20).optional(), commandId }))
      .output(ClearReport),
    /** The last clearings of this workstation since its start, newest first. */
    reports: procedure({ permission: 'monitor.read', type: 'query' })
      .route({ method: 'GET', path: '/redis/cache/clearings' })
      .input(none)
      .output(z.strictObject({ asOf: InstantText, items: z.array(ClearReport) })),
  },
  test: {
    /** PING, SET, GET, DEL of a probe, and a message to itself, over a connection of its own. */
    now: procedure({ permission: 'monitor.write', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/redis/test' })
      .input(z.strictObject({ commandId }))
      .output(ServerTrial),
    /** So many operations, so many of them at once. */
    self: procedure({ permission: 'monitor.write', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/redis/self-test' })
      .input(z.strictObject({ operations: z.int().min(10).max(10_000).default(1000), concurrency: z.int().min(1).max(100).default(50), commandId }))
      .output(SelfTest),
    /** Is answered until the limit of costly calls is reached: for trying that limit out. */
    limit: procedure({ permission: 'monitor.write', type: 'query', limit: 'costly' })
      .route({ method: 'GET', path: '/redis/limit-test' })
      .input(none)
      .output(z.strictObject({ ok: z.literal(true), at: InstantText })),
  },
  rehearsal: {
    /** Begins hearing nothing from the server. CONFLICT while one runs. */
    start: procedure({ permission: 'monitor.write', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/monitor/rehearsal', successStatus: 202 })
      .input(z.strictObject({ seconds: z.int().min(1).max(30).default(10), commandId }))
      .output(Rehearsal),
    /** How it goes, or how the last one since the start went. */
    get: procedure({ permission: 'monitor.read', type: 'query' }).route({ method: 'GET', path: '/monitor/rehearsal' }).input(none).output(Rehearsal),
  },
  /** Who read and changed what when, newest first. `act` finds what begins so, e.g. `chart.`. Looking one patient up here stands here too. */
  accessLog: procedure({ permission: 'audit.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/monitor/access-log' })
    .input(
      z.strictObject({
        userId: Id.optional(),
        patientId: Id.optional(),
        act: z.string().max(60).optional(),
        kind: z.enum(['reads', 'changes']).optional(),
        from: InstantText.optional(),
        to: InstantText.optional(),
        ...paging,
      }),
    )
    .output(page(AccessLine)),
  cacheTimes: {
    get: procedure({ permission: 'monitor.read', type: 'query' })
      .route({ method: 'GET', path: '/settings/cache-times' })
      .input(none)
      .output(z.strictObject({ items: z.array(CacheTime) })),
    /** Of this workstation, for values that are computed from now on; null brings the usual time back. INVALID `decided` where the environment decides. */
    set: procedure({ permission: 'monitor.write', type: 'command' })
      .route({ method: 'PATCH', path: '/settings/cache-times' })
      .input(z.strictObject({ times: z.array(z.strictObject({ category: z.enum(cacheCategories), seconds: seconds.nullable() })).max(100), commandId }))
      .output(z.strictObject({ items: z.array(CacheTime) })),
  },
}
