import type { RecordName } from './hub.js'

/** The bucket of a record among 1,024, as `records/digest.ts` has it: the last bits of its id. */
export const bucketOf = (id: string): number => Number.parseInt(id.slice(-3), 16) & 1023

/**
 * Every key that the product uses in Redis. All of a clinic's keys carry its dataset id in braces and so share one cluster slot. Ids are random:
 * nothing personal stands in a key name. Listing and clearing of the cache act below `cache:` only, so that no clearing can express a record's key.
 */
export interface ClinicKeyNames {
  readonly all: string
  readonly meta: string
  readonly feed: string
  readonly sites: string
  readonly digest: string
  readonly workstations: string
  readonly presence: string
  /** What a workstation tells of who is at it now; runs out by itself. */
  line(workstationId: string): string
  /** Sealed keys of the clinic for its workstations, after one was removed. */
  readonly grants: string
  bucket(n: number): string
  record(name: RecordName): string
  list(kind: string, owner: string, sub?: string): string
  lease(series: string): string
  invite(id: string): string
}

/** The key names of one clinic. */
export function clinicKeyNames(dataset: string): ClinicKeyNames {
  const prefix = `medinsight:{${dataset}}:`
  return {
    all: `${prefix}*`,
    meta: `${prefix}meta`,
    feed: `${prefix}feed`,
    sites: `${prefix}sites`,
    digest: `${prefix}digest`,
    workstations: `${prefix}workstations`,
    presence: `${prefix}presence`,
    line: (workstationId) => `${prefix}line:${workstationId}`,
    grants: `${prefix}grants`,
    bucket: (n) => `${prefix}bucket:${n}`,
    record: ({ kind, id, owner }) => (owner && owner !== id ? `${prefix}${kind}:${owner}:${id}` : `${prefix}${kind}:${id}`),
    list: (kind, owner, sub) => `${prefix}${kind}_list:${owner}${sub === undefined ? '' : `:${sub}`}`,
    lease: (series) => `${prefix}lease:${series}`,
    invite: (id) => `medinsight:invite:{${id}}`,
  }
}

/** A key that a test writes and deletes; it belongs to no clinic's data. Where one is named it lies in that clinic's slot, so that its node of a cluster is tried. */
export const probeKey = (id: string, dataset?: string): string => (dataset === undefined ? `medinsight:probe:{${id}}` : `medinsight:probe:{${dataset}}:${id}`)

/** The keys of a clinic's cache. What is stored lies below `cache:`; the orders to forget lie beside it, so that clearing cannot express them. */
export interface CacheKeyNames {
  /** Key of a path `<category>:<identifier>[:<sub>]`, or pattern of keys of a pattern of paths. */
  entry(path: string): string
  readonly clearHead: string
  readonly clears: string
}

/** The names of the cache's keys of one clinic. */
export function cacheKeyNames(dataset: string): CacheKeyNames {
  const prefix = `medinsight:{${dataset}}:`
  return { entry: (path) => `${prefix}cache:${path}`, clearHead: `${prefix}cache_clear_head`, clears: `${prefix}cache_clears` }
}

/** The keys of a clinic's limits. They lie beside `cache:`, so that clearing the cache lets nobody in again. */
export interface LimitKeyNames {
  /** Uses in one window. */
  window(id: string): string
  /** Windows in use, by their end. */
  readonly windows: string
}

/** The names of the limits' keys of one clinic. */
export function limitKeyNames(dataset: string): LimitKeyNames {
  const prefix = `medinsight:{${dataset}}:`
  return { window: (id) => `${prefix}limit:${id}`, windows: `${prefix}limits` }
}
