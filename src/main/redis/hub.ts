/**
 * What a workstation asks of the clinic's server, in the words of synchronisation. `RedisHub` answers it from Redis; the simulation from memory.
 * The hub never judges: it writes when the state that it holds is the one the sender says it has merged, and hands out what it holds.
 * Every call rejects with `HubProblem`.
 */
export interface Hub {
  /** Begins a session: whose history this is, and whether the caller's place in it is still right. Makes the history when there is none. */
  hello(request: HelloRequest): Promise<Hello>
  /** Writes records, digests, lists, the feed entry and the sender's sequence in one step, or nothing. */
  push(request: PushRequest): Promise<PushAnswer>
  /** Epoch, end of the feed and the digests of all buckets, as they are at one moment. */
  snapshot(): Promise<Snapshot>
  /** Names and digests of the records in some buckets, by bucket. */
  buckets(numbers: readonly number[]): Promise<Map<number, IndexedRecord[]>>
  /** Sealed records in the order asked for; undefined where there is none. */
  records(names: readonly RecordName[]): Promise<(HeldRecord | undefined)[]>
  /** Feed entries after an id, oldest first; waits up to `waitMs` for the first one. */
  read(after: string, options: { count: number; waitMs: number }): Promise<FeedEntry[]>
  /**
   * Raises the sequence accepted of a site after reconciling, so that its next operation is no gap. False in another epoch, and in a history that has not
   * the end of the feed that was seen then: what was sent before it is not there.
   */
  adopt(epoch: string, site: string, number: number, end: FeedPlace): Promise<boolean>
  /**
   * Takes a record that is missing or does not open out of the index, while its value is still the one given; holders then see a difference and send it
   * again. What was sent since, however late this arrives, stays.
   */
  drop(epoch: string, record: HeldRecord): Promise<boolean>
}

/** What else a clinic's workstations leave for each other on the server, beside the records. Every call rejects with `HubProblem`. */
export interface HubBoard {
  /** Leaves this workstation's sealed report, at most `maxReportBytes`; the server notes when. */
  report(workstationId: string, sealed: Uint8Array): Promise<void>
  /** The last report of each workstation; `seenAt` is the server's time, milliseconds since 1970. */
  reports(): Promise<Map<string, { sealed: Uint8Array; seenAt: number }>>
  forgetReport(workstationId: string): Promise<void>
  /** Says for so long that a member is there; 0 takes it out. A member that stops saying so vanishes by itself. */
  announce(member: string, ttlMs: number): Promise<void>
  /** Members that are there, by the server's clock. */
  present(): Promise<string[]>
  /** Leaves this workstation's sealed line about who is at it, at most `maxReportBytes`: it vanishes by itself after so long; 0 takes it away now. */
  putLine(workstationId: string, sealed: Uint8Array, ttlMs: number): Promise<void>
  /** The lines of these workstations that are there; one that stopped renewing its own is not among them. */
  lines(workstationIds: readonly string[]): Promise<Map<string, Uint8Array>>
  /** Keeps a sealed invitation where a workstation finds it that does not know the clinic yet. */
  putInvitation(id: string, sealed: Uint8Array, ttlMs: number): Promise<void>
  /** The invitation, once; undefined when there is none any more. */
  takeInvitation(id: string): Promise<Uint8Array | undefined>
  /** Leaves the clinic's key of a generation, sealed to each workstation. */
  putGrants(generation: number, grants: ReadonlyMap<string, Uint8Array>): Promise<void>
  grant(generation: number, workstationId: string): Promise<Uint8Array | undefined>
  /**
   * Replaces the history by a new, empty one of a later generation of the key, after a workstation was removed: unlinks everything but presence, grants,
   * leases and reports, in slices. False when the server already has the history of a later generation; that of the same one counts as done.
   * Another workstation that is at it is a problem `busy`; one that stopped is continued by whoever asks next.
   */
  replaceHistory(generation: number, newEpoch: string, onProgress?: (unlinked: number) => void): Promise<boolean>
  /** Gives out `count` numbers of a series to this caller alone, none below `atLeast`. */
  lease(series: string, count: number, atLeast: number): Promise<{ first: number; last: number }>
  /** Memory of the server in bytes, `maxBytes` where it has a limit; undefined where the server does not tell. */
  memory(): Promise<{ usedBytes: number; maxBytes?: number } | undefined>
  /** Asks for an answer: the round trip, and the server's clock in milliseconds since 1970. */
  ping(): Promise<{ roundTripMs: number; at: number }>
}

/** Most bytes of a workstation's report, an invitation or a grant. */
export const maxReportBytes = 65_536

/** Most records of a push; while people work a push is about 50 records or 64 kB, so that the server is never held up for long. */
export const maxRecordsPerPush = 1000

/** Most sealed bytes of one record, and of all records of a push. */
export const maxRecordBytes = 1_048_576
export const maxPushBytes = 4_194_304

/** A record as keys and buckets name it. `owner` is the id of the patient it belongs to; none for a patient itself. Unknown kinds keep what came with them. */
export interface RecordName {
  kind: string
  id: string
  owner?: string | undefined
}

/** A record's name and the digest of its state, eight bytes. */
export interface IndexedRecord extends RecordName {
  digest: Uint8Array
}

/** A record's state as the hub holds it: sealed, with its digest in the clear. */
export interface HeldRecord extends IndexedRecord {
  /** Undefined where the index names a record whose value is gone or of another form. */
  sealed: Uint8Array | undefined
}

/** An entry of the feed as a place in its history: stream id and chain value, 40 hex digits. */
export interface FeedPlace {
  id: string
  chain: string
}

/** Place of a feed that has no entry yet: stream id before every other; its chain value is made from the epoch. */
export const feedStart = '0-0'

export interface HelloRequest {
  dataset: string
  /** The history that the caller knows, and its place in it. */
  epoch: string | undefined
  cursor: FeedPlace | undefined
  /** Random name of the history that is made when there is none, 32 hex digits. */
  newEpoch: string
  /** Generation of the clinic's key that the caller seals with. */
  generation: number
  /** Schema of the record kinds that the caller writes. */
  schema: number
  /** Least schema that the clinic's own records ask for: the server's is raised to it, because one that was emptied does not know it. */
  leastSchema: number
}

export interface Hello {
  /**
   * `ok`: go on from the cursor. `new`: made by this call. `epoch`: another history. `lost`: the entry at the cursor is gone. `forked`: it is
   * there with another chain value. `dataset`: the keys belong to another clinic, stop. `key`: the history is sealed with a later key.
   * `schema`: the clinic asks for a newer program; read only.
   */
  status: 'ok' | 'new' | 'epoch' | 'lost' | 'forked' | 'dataset' | 'key' | 'schema'
  epoch: string
  end: FeedPlace
  generation: number
  leastSchema: number
  /** The server's clock, milliseconds since 1970. */
  at: number
}

/** A member of one of the sorted sets that other programs may read, e.g. `symptom_list:{patientId}`. */
export interface ListPlace {
  list: string
  owner: string
  sub?: string
  /** Milliseconds since 1970 by which the list is sorted; undefined takes the record out. */
  score: number | undefined
}

export interface PushedRecord extends IndexedRecord {
  sealed: Uint8Array
  /** State held by the hub that is merged into this one; undefined when there was none. */
  held: { digest: Uint8Array; owner?: string | undefined } | undefined
  lists: readonly ListPlace[]
}

export interface PushRequest {
  epoch: string
  generation: number
  schema: number
  site: string
  /** Numbers of the site's operations that this push covers, both inclusive; 0 and 0 for records without an operation (reconciling). */
  from: number
  to: number
  /** Sealed facts about the operations, for the access logs of the others. */
  summary: Uint8Array
  records: readonly PushedRecord[]
}

/**
 * `ok`: written, or already there; `end` is the end of the feed behind it, `entry` whether the feed has a new entry for it: `none` where nothing changed,
 * `before` where the operations were accepted before. `held`: nothing was written, because the hub holds states that are not merged yet; they are given.
 * `gap`: operations before `from` are missing, `last` is the last one accepted. `epoch`, `key`, `schema`: as with hello.
 */
export type PushAnswer =
  | { status: 'ok'; end: FeedPlace; entry: 'new' | 'none' | 'before' }
  | { status: 'held'; records: HeldRecord[] }
  | { status: 'gap'; last: number }
  | { status: 'epoch' }
  | { status: 'key' }
  | { status: 'schema' }

export interface Snapshot {
  /** Undefined when the hub has no history. */
  epoch: string | undefined
  end: FeedPlace
  /** Digest of each bucket that holds a record. */
  buckets: Map<number, Uint8Array>
}

/** One push as the feed keeps it. */
export interface FeedEntry {
  id: string
  /** Chain value as stored; right when it is `linkOf` the entry before and this one. */
  chain: string
  site: string
  from: number
  to: number
  summary: Uint8Array
  records: HeldRecord[]
}

/** Why the server or the line to it failed. `isRefusal`: the server answered, so the line is good. */
export class HubProblem extends Error {
  override readonly name = 'HubProblem'
  readonly isPublic = true
  constructor(
    readonly code: HubProblemCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  get isRefusal(): boolean {
    return refusals.has(this.code)
  }
}

/** `record` is the fault of what was sent alone: too large, or refused by the server for its own sake. */
export type HubProblemCode =
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'host'
  | 'tls'
  | 'certificate'
  | 'auth'
  | 'permission'
  | 'full'
  | 'readOnly'
  | 'loading'
  | 'masterDown'
  | 'clusterDown'
  | 'misconfigured'
  | 'replicas'
  | 'busy'
  | 'version'
  | 'database'
  | 'cluster'
  | 'notRedis'
  | 'record'
  | 'unexpected'

const refusals: ReadonlySet<HubProblemCode> = new Set([
  'auth',
  'permission',
  'full',
  'readOnly',
  'loading',
  'masterDown',
  'clusterDown',
  'misconfigured',
  'replicas',
  'busy',
  'version',
  'database',
  'cluster',
  'record',
  'unexpected',
])
