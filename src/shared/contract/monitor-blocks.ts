import { z } from 'zod'
import { cacheCategories } from '../cache-categories.js'
import { InstantText } from '../time.js'
import { SyncStatus } from './streams.js'

const count = z.int().min(0)
const ms = z.number().min(0)
const bytes = z.number().min(0)
const category = z.enum(cacheCategories)

/** Whether the server tells something: `notOffered` where it refuses the command, `unknown` while it was not asked yet. */
export const Offer = z.enum(['offered', 'notOffered', 'unknown'])
export type Offer = z.infer<typeof Offer>

/** Block 1: how this workstation and the server stand to each other. Codes; the screen has the words. */
export const MonitorState = z.strictObject({
  asOf: InstantText,
  /** As the badge shows it. */
  status: SyncStatus,
  /** The exchange's connection. `refused`: the server refuses this workstation or these settings, and is asked rarely until somebody changes something. */
  connection: z.strictObject({
    state: z.enum(['off', 'connecting', 'ready', 'waiting', 'refused']),
    since: InstantText,
    /** Code of what is wrong, e.g. `unreachable`, `auth`, `tls`. */
    reason: z.string().optional(),
    retryAt: InstantText.optional(),
    /** How often it was there again after it had been away, since the start. */
    reconnects: count,
    /** When it was lost last, and why; absent when it never was. */
    lostAt: InstantText.optional(),
    lostReason: z.string().optional(),
    /** Within so many milliseconds 95 of 100 answers came lately. */
    pingP95Ms: ms.optional(),
    /** What the server's clock is ahead of this computer's. */
    clockOffsetMs: z.number().optional(),
  }),
  /** The cache's own line. `resting`: the server was too slow a moment ago and is left alone for two seconds, so that nobody waits for it. */
  cacheLine: z.strictObject({
    state: z.enum(['off', 'connecting', 'ready', 'resting']),
    since: InstantText,
    /** How often it rested, and how often it was there again after it had been away, since the start. */
    rests: count,
    reconnects: count,
  }),
  lastContactAt: InstantText.nullable(),
  /** What the server told of itself last; null while it never did. */
  server: z
    .strictObject({ asOf: InstantText, version: z.string().nullable(), usedBytes: bytes.nullable(), maxBytes: bytes.nullable(), keys: count.nullable() })
    .nullable(),
  /** Since when this program runs, and how many alerts stand. */
  startedAt: InstantText,
  alerts: count,
})
export type MonitorState = z.infer<typeof MonitorState>

/** What became of requests. A request is a hit in one layer, joined one that was on its way, or a miss with one reason. */
const requests = {
  requests: count,
  hits: z.strictObject({ memory: count, database: count, redis: count }),
  /** Hits that were shown as stale, among the hits. */
  stale: count,
  joined: count,
  /** `refused`: an entry was there that is not this clinic's, of another version of the program, damaged or copied from elsewhere. */
  misses: z.strictObject({ first: count, expired: count, invalidated: count, evicted: count, redisAway: count, refused: count }),
  /** Of the invalidated ones: the record kind whose change it was, `everything`, or `clear`; most frequent first. */
  invalidatedBy: z.array(z.strictObject({ by: z.string(), count })),
  /** Hits and joined ones among all requests, 0 to 1; null below 100 requests, because so few say nothing. */
  ratio: z.number().min(0).max(1).nullable(),
  /** `good` from 0.8, as the requirements ask for; `fair` from 0.5. */
  verdict: z.enum(['tooFew', 'good', 'fair', 'poor']),
}

/** Block 2: what the cache is worth, by category and by view, since the start. Warming counts as no request. */
export const CacheEffect = z.strictObject({
  asOf: InstantText,
  since: InstantText,
  /** Values in this process, and bytes of the workstation's cache file. */
  memory: z.strictObject({ entries: count, bytes }),
  fileBytes: bytes,
  categories: z.array(
    z.strictObject({
      category,
      ...requests,
      loads: count,
      failures: count,
      /** Mean time of a load that succeeded; null while there was none. */
      loadMs: ms.nullable(),
      /** Values that were not kept: what they hang on changed meanwhile; they were too large. */
      discarded: count,
      tooLarge: count,
      warmed: count,
      /** Entries of the server that did not open under their key. */
      refusedEntries: count,
    }),
  ),
  /** By the procedure that a screen asks, e.g. `dashboard.get`. */
  views: z.array(z.strictObject({ procedure: z.string(), category, ...requests })),
})
export type CacheEffect = z.infer<typeof CacheEffect>

/** Block 3: the server as it told of itself at `asOf`; null where it never told. `isNow` false: it is away, and this is what it said last. */
export const ServerFacts = z.strictObject({
  asOf: InstantText.nullable(),
  isNow: z.boolean(),
  offers: z.strictObject({ info: Offer, config: Offer, slowLog: Offer, publish: Offer }),
  version: z.string().nullable(),
  mode: z.string().nullable(),
  uptimeSeconds: count.nullable(),
  memory: z
    .strictObject({
      usedBytes: bytes,
      peakBytes: bytes,
      residentBytes: bytes,
      /** The limit, and the room of its computer; null where there is none or it does not tell. */
      maxBytes: bytes.nullable(),
      systemBytes: bytes.nullable(),
      /** Resident to used memory; null below 64 MB, where it says nothing. */
      fragmentation: z.number().nullable(),
    })
    .nullable(),
  /** `noeviction` and `volatile-*` are `fine`: records have no expiry and must not be evicted. `allkeys-*` is an alarm. */
  policy: z.strictObject({ value: z.string().nullable(), verdict: z.enum(['fine', 'alarm', 'unknown']) }),
  clients: z.strictObject({ connected: count, blocked: count, max: count.nullable(), rejected: count }).nullable(),
  stats: z
    .strictObject({
      operationsPerSecond: z.number(),
      inputBytesPerSecond: bytes,
      outputBytesPerSecond: bytes,
      keyspaceHits: count,
      keyspaceMisses: count,
      expiredKeys: count,
      evictedKeys: count,
      /** Replies that were errors, since the server started; null where it does not count them. */
      errorReplies: count.nullable(),
      /** Writes that it refused because its memory was full; null where it does not count them. */
      rejectedWrites: count.nullable(),
    })
    .nullable(),
  persistence: z
    .strictObject({
      appendOnly: z.boolean(),
      isAppendOk: z.boolean(),
      lastSaveAt: InstantText.nullable(),
      isSaveOk: z.boolean(),
      changesSinceSave: count,
      isLoading: z.boolean(),
    })
    .nullable(),
  replication: z.strictObject({ role: z.string(), replicas: count, isMasterLinkUp: z.boolean().nullable() }).nullable(),
  keys: z.strictObject({ count, withExpiry: count }).nullable(),
  security: z.strictObject({
    /** `none`: whoever reaches its port may read and delete everything. Found out by asking it without credentials. */
    password: z.enum(['set', 'none', 'unknown']),
    /** Whether this workstation's connection is encrypted. */
    isEncrypted: z.boolean(),
    /** Addresses it listens on, as it tells them; `*` for all. Null where it does not tell. */
    bind: z.array(z.string()).nullable(),
    isProtected: z.boolean().nullable(),
  }),
  /** What is worth a look, as codes: `policy`, `noPassword`, `plainText`, `noPersistence`, `saveFails`, `replicaAway`, `evictions`, `oldVersion`. */
  warnings: z.array(z.string()),
})
export type ServerFacts = z.infer<typeof ServerFacts>

/** The server's slow log: names of commands, never what they carried. */
export const SlowLog = z.strictObject({
  asOf: InstantText.nullable(),
  offer: Offer,
  /** From so many microseconds on a command is slow to the server; null where it does not tell. */
  thresholdMicros: z.int().nullable(),
  items: z.array(z.strictObject({ at: InstantText, micros: count, command: z.string() })),
})
export type SlowLog = z.infer<typeof SlowLog>

/** Block 4: how much the server holds, and how long its memory lasts. */
export const Capacity = z.strictObject({
  asOf: InstantText,
  /** Records of this workstation by kind, their mean size as the server holds them, sealed, and what they take there with all that belongs to a record. */
  kinds: z.array(z.strictObject({ kind: z.string(), records: count, meanBytes: bytes, bytes })),
  /** `sampled`: some records of each kind were sealed at `sampledAt`, as they are sent, and measured. `estimated`: not yet. */
  sizes: z.enum(['sampled', 'estimated']),
  sampledAt: InstantText.nullable(),
  records: count,
  recordBytes: bytes,
  usedBytes: bytes.nullable(),
  /** The server's limit, or the room of its computer where it has none. */
  limitBytes: bytes.nullable(),
  limit: z.enum(['maxmemory', 'computer', 'unknown']),
  /** Records that are added a day, between the oldest kept backup and now, and what they take. */
  recordsPerDay: z.number().nullable(),
  bytesPerDay: z.number().nullable(),
  /** Days until the server is full; null with the reason. */
  fullInDays: count.nullable(),
  why: z.enum(['noLimit', 'notGrowing', 'tooShort', 'serverUnknown']).nullable(),
  /** The requirement's own formula with the clinic's figures: `bytes = itemCount × meanItemBytes × (1 + overheadFactor)`. */
  formula: z.strictObject({ itemCount: count, meanItemBytes: bytes, overheadFactor: z.number(), bytes }),
})
export type Capacity = z.infer<typeof Capacity>

/** Where a call spent its time. `session`: who is it; `limit`: may it; `input`: is it well formed; `cache`: looking for a kept answer; `output`: checking the answer. */
export const callStages = ['session', 'limit', 'input', 'cache', 'handler', 'output'] as const
export type CallStage = (typeof callStages)[number]

const stages = z.array(z.strictObject({ stage: z.enum(callStages), ms }))

/** Block 7: what calls took since the start, and how the process does. */
export const CallFacts = z.strictObject({
  asOf: InstantText,
  since: InstantText,
  count,
  /** Of all calls those that failed unforeseen (`INTERNAL`, `UNAVAILABLE`), 0 to 1. */
  errorRate: z.number(),
  procedures: z.array(
    z.strictObject({
      procedure: z.string(),
      count,
      errors: count,
      /** Refusals as they are meant: not allowed, not found, invalid. */
      refusals: count,
      p50Ms: ms,
      p95Ms: ms,
      p99Ms: ms,
      maxMs: ms,
      /** Mean time in each stage. */
      stages,
    }),
  ),
  /** The slowest calls over 100 ms of the last hour, the newest first. */
  slow: z.array(z.strictObject({ at: InstantText, procedure: z.string(), ms, outcome: z.string(), stages })),
  /** The last calls that failed unforeseen. The reference also stands in the log. */
  failing: z.array(z.strictObject({ at: InstantText, procedure: z.string(), code: z.string(), ms, ref: z.string() })),
  /** By how much the main loop was late in the last minute. */
  loop: z.strictObject({ p50Ms: ms, p99Ms: ms, maxMs: ms }),
  process: z.strictObject({ residentBytes: bytes, heapBytes: bytes, externalBytes: bytes, uptimeSeconds: count }),
})
export type CallFacts = z.infer<typeof CallFacts>
