import { z } from 'zod'
import { cacheCategories } from '../cache-categories.js'
import { InstantText } from '../time.js'

const count = z.int().min(0)
const ms = z.number().min(0)
const bytes = z.number().min(0)
const category = z.enum(cacheCategories)

/** What a key at the server belongs to. */
export const entryAreas = ['cache', 'records'] as const

/** One key without its value. `name` is the cache category's or record kind's; `size` is of the sealed value. */
export const EntryLine = z.strictObject({
  key: z.string(),
  area: z.enum(entryAreas),
  name: z.string(),
  id: z.string(),
  /** Id of the patient whose record it is, or name of the part of a cached value. */
  owner: z.string().optional(),
  part: z.string().optional(),
  bytes,
  /** How long it still lives; null for ever. */
  ttlMs: ms.nullable(),
})
export type EntryLine = z.infer<typeof EntryLine>

/**
 * A value as somebody opened it, as JSON text. `refused`: it does not open under this clinic's key and its own name. `secret`: hashes of passwords and the like, which are shown
 * to nobody.
 */
export const OpenedEntry = z.strictObject({
  asOf: InstantText,
  key: z.string(),
  state: z.enum(['value', 'refused', 'secret', 'gone']),
  /** At most 64 kB of it. */
  json: z.string().optional(),
  isCut: z.boolean(),
  bytes,
  /** When it was computed and until when it is given out, for a cached value. */
  computedAt: InstantText.optional(),
  expiresAt: InstantText.optional(),
})
export type OpenedEntry = z.infer<typeof OpenedEntry>

/** What a clearing would do. Counts are of now; whatever is kept meanwhile is forgotten too. */
export const ClearPreview = z.strictObject({
  asOf: InstantText,
  /** The pattern as it would be carried out. */
  pattern: z.string(),
  categories: z.array(
    z.strictObject({
      category,
      /** Values in this process or its file. */
      here: count,
      /** `fromRecords`: computed again from the records, in milliseconds. `fromServices`: services outside are asked again, which takes seconds and may cost. */
      effect: z.enum(['fromRecords', 'fromServices']),
    }),
  ),
  here: count,
  /** Keys at the server; null while it is away: they are forgotten as soon as it is back. */
  server: count.nullable(),
  /** Whether the clinic's name has to be typed, because everything goes. */
  needsConfirmation: z.boolean(),
})
export type ClearPreview = z.infer<typeof ClearPreview>

/** How a clearing went. `waits`: the server hears of it when it is back; until then it counts here. */
export const ClearReport = z.strictObject({
  at: InstantText,
  pattern: z.string(),
  by: z.string().optional(),
  here: count,
  server: z.enum(['none', 'waits', 'running', 'done']),
  /** Keys that were taken out of the server's memory so far. */
  unlinked: count,
  taskId: z.string().optional(),
})
export type ClearReport = z.infer<typeof ClearReport>

/** Block 8: *test now*. One line for each step, up to the first without which nothing works. */
export const ServerTrial = z.strictObject({
  asOf: InstantText,
  isOk: z.boolean(),
  steps: z.array(
    z.strictObject({
      step: z.enum(['connect', 'ping', 'set', 'get', 'delete', 'publish']),
      isOk: z.boolean(),
      ms,
      /** What is wrong: `unreachable`, `auth` …; `notOffered`: works without it. */
      code: z.string().optional(),
    }),
  ),
})
export type ServerTrial = z.infer<typeof ServerTrial>

/** The self-test: probes are written, read, compared and deleted over a connection of its own. */
export const SelfTest = z.strictObject({
  asOf: InstantText,
  isOk: z.boolean(),
  operations: count,
  concurrency: count,
  done: count,
  failures: z.array(z.strictObject({ code: z.string(), count })),
  seconds: z.number(),
  perSecond: z.number(),
  p50Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  maxMs: ms,
})
export type SelfTest = z.infer<typeof SelfTest>

/** What staff would notice while the server answers nothing: for some seconds this workstation hears nothing from it, then everything goes on. */
export const Rehearsal = z.strictObject({
  state: z.enum(['none', 'running', 'done']),
  startedAt: InstantText.nullable(),
  endsAt: InstantText.nullable(),
  seconds: z.number(),
  /** Whether there was a server to hear nothing from. */
  hadServer: z.boolean(),
  calls: count,
  /** The slowest call meanwhile. */
  slowest: z.strictObject({ procedure: z.string(), ms }).nullable(),
  /** Calls that failed meanwhile, which no server's absence should make fail. */
  errors: z.array(z.strictObject({ procedure: z.string(), code: z.string(), count })),
  /** Views whose value could not be asked of the server and was computed here. */
  views: z.array(z.strictObject({ procedure: z.string(), count })),
  /** Operations that waited most, and until the exchange was live again after the end; null when it was not within 30 s. */
  waitingMost: count,
  recoveredMs: ms.nullable(),
})
export type Rehearsal = z.infer<typeof Rehearsal>

/** One line of the access log. `act` is the procedure or act; `detail` holds names, codes and counts, never values. */
export const AccessLine = z.strictObject({
  seq: z.int(),
  at: InstantText,
  act: z.string(),
  userId: z.string().optional(),
  userName: z.string().optional(),
  patientId: z.string().optional(),
  patientName: z.string().optional(),
  /** A change, or a read. */
  isChange: z.boolean(),
  detail: z.record(z.string(), z.unknown()).optional(),
})
export type AccessLine = z.infer<typeof AccessLine>

/** How things stood at a minute, or at a moment of the last minutes. Rates are of the time since the sample before; null where nothing is known. */
export const Sample = z.strictObject({
  at: InstantText,
  state: z.enum(['off', 'connecting', 'ready', 'waiting', 'refused']),
  pingMs: ms.nullable(),
  usedBytes: bytes.nullable(),
  maxBytes: bytes.nullable(),
  clients: count.nullable(),
  operationsPerSecond: z.number().nullable(),
  networkBytesPerSecond: z.number().nullable(),
  evictedKeys: count.nullable(),
  /** Of this workstation since the sample before. */
  requests: count,
  hits: count,
  redisAway: count,
  calls: count,
  errors: count,
  callP95Ms: ms.nullable(),
  loopP99Ms: ms.nullable(),
  residentBytes: bytes,
  waiting: count,
  freeDiskBytes: bytes.nullable(),
})
export type Sample = z.infer<typeof Sample>

/** What may be watched, and from which value on it is an alert. Shares in percent. */
export const Thresholds = z.strictObject({
  /** Of the server's limit. */
  memoryPercent: z.number().min(1).max(100),
  fragmentation: z.number().min(1).max(100),
  /** Below it, over an hour with 100 requests or more. */
  hitRatioPercent: z.number().min(0).max(100),
  /** Calls that failed unforeseen, over the last ten minutes with 20 calls or more. */
  errorPercent: z.number().min(0).max(100),
  /** 95 of 100 calls. */
  latencyMs: z.number().min(1).max(60_000),
  /** 99 of 100 turns of the main loop. */
  loopDelayMs: z.number().min(1).max(60_000),
  /** Operations that wait, and for how many hours the oldest. */
  waitingCount: z.int().min(1).max(10_000_000),
  waitingHours: z.number().min(0.1).max(10_000),
  /** Left of this computer's disk. */
  freeDiskPercent: z.number().min(0).max(99),
  /** The server's clock against this computer's. */
  clockSeconds: z.number().min(1).max(86_400),
})
export type Thresholds = z.infer<typeof Thresholds>

/** `policy`, `persistence`, `password`, `replication` and `away` have no threshold: they are so or not. What to do stands on the screen. */
export const alertCodes = [
  'away',
  'memory',
  'policy',
  'evictions',
  'persistence',
  'replication',
  'password',
  'fragmentation',
  'hitRatio',
  'errors',
  'latency',
  'loopDelay',
  'waiting',
  'waitingLong',
  'disk',
  'clock',
] as const

/** An alert that stands. */
export const Alert = z.strictObject({
  code: z.enum(alertCodes),
  severity: z.enum(['warning', 'alarm']),
  since: InstantText,
  value: z.number().nullable(),
  threshold: z.number().nullable(),
})
export type Alert = z.infer<typeof Alert>

/** How long values of a category are given out. */
export const CacheTime = z.strictObject({
  category,
  seconds: count,
  defaultSeconds: count,
  /** Who decides: the environment before the screen. `source` is the variable. */
  origin: z.enum(['environment', 'screen', 'default']),
  source: z.string().optional(),
})
export type CacheTime = z.infer<typeof CacheTime>
