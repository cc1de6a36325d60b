import { bucketOf, combine } from '../../src/main/records/digest.js'
import {
  chainStart,
  checkPush,
  encodeValue,
  entryBytes,
  fieldOf,
  indexValue,
  linkOf,
  maxTrimmedPerPush,
  readIndex,
  storedValue,
  valueMark,
} from '../../src/main/redis/feed.js'
import {
  type FeedEntry,
  type FeedPlace,
  feedStart,
  type HeldRecord,
  type Hello,
  type HelloRequest,
  type Hub,
  HubProblem,
  type IndexedRecord,
  type PushAnswer,
  type PushedRecord,
  type PushRequest,
  type RecordName,
  type Snapshot,
} from '../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'

interface Meta {
  readonly dataset: string
  readonly epoch: string
  readonly generation: number
  readonly schema: number
  readonly end: FeedPlace
  readonly bytes: number
  readonly isTrimmed: boolean
}

interface State {
  meta: Meta | undefined
  feed: (FeedEntry & { total: number })[]
  sites: Map<string, number>
  index: Map<string, Buffer>
  digests: Map<number, Buffer>
  values: Map<string, Buffer>
  lists: Map<string, ReadonlyMap<string, number>>
}

/** What a hub held at one moment; `restore` puts it back, as an old dump would. */
export type ModelHubState = Readonly<State>

export interface ModelHubOptions {
  dataset: string
  /** The server's clock, milliseconds since 1970. */
  now: () => number
  feed?: { entries: number; bytes: number }
}

/**
 * The hub in memory, for the simulation: the same answers as RedisHub, held against it by one suite. Each call is one step without an await inside; it has
 * no timers and no clock or chance of its own. `read` never waits.
 */
export class ModelHub implements Hub {
  /** Whether the memory is full: pushes that would write are refused. */
  full = false
  /** Records that the server refuses for their own sake. */
  refuses: (kind: string, id: string) => boolean = () => false
  readonly #keys: ReturnType<typeof clinicKeyNames>
  #state = emptyState()

  constructor(private readonly options: ModelHubOptions) {
    this.#keys = clinicKeyNames(options.dataset)
  }

  copy(): ModelHubState {
    return copyOf(this.#state)
  }

  restore(state: ModelHubState): void {
    this.#state = copyOf(state)
  }

  flush(): void {
    this.#state = emptyState()
  }

  /** Leaves the newest `count` entries of the feed. */
  trim(count: number): void {
    const { feed, meta } = this.#state
    if (!meta || feed.length <= count) return
    feed.splice(0, feed.length - count)
    this.#state.meta = { ...meta, isTrimmed: true }
  }

  /** Takes a record's value away and leaves it in the index. */
  loseValue(name: RecordName): void {
    this.#state.values.delete(this.#keys.record(name))
  }

  /** Overwrites one byte of a record's value, if there is one. */
  spoilValue(name: RecordName, at: number): void {
    this.#spoil(this.#keys.record(name), at)
  }

  #spoil(key: string, at: number): void {
    const value = Buffer.from(this.#state.values.get(key) ?? [])
    // What is sealed is random: a byte that is 7 already would stay as it is in one run of hundreds.
    if (at < value.length) this.#state.values.set(key, value.fill(value[at] === 7 ? 8 : 7, at, at + 1))
  }

  /** Spoils the n-th record: its value, or takes the value away and leaves its line in the index. */
  damage(n: number): void {
    const { values } = this.#state
    const key = [...values.keys()][n % Math.max(1, values.size)]
    if (key === undefined) return
    if (n % 2 === 0) values.delete(key)
    // Where its length, digest or owner stands, or in what is sealed.
    else this.#spoil(key, n % 6 === 1 ? n % 25 : 60)
  }

  /** Where an operation stands in the feed of a history, if it does. */
  placeOf(epoch: string | undefined, site: string, number: number): FeedPlace | undefined {
    if (this.#state.meta?.epoch !== epoch) return undefined
    return this.#state.feed.find((entry) => entry.site === site && entry.from <= number && number <= entry.to)
  }

  /** Members of a list with their scores. */
  list(kind: string, owner: string, sub?: string): ReadonlyMap<string, number> {
    return this.#state.lists.get(this.#keys.list(kind, owner, sub)) ?? new Map()
  }

  hello = async (request: HelloRequest): Promise<Hello> => this.#hello(request)
  push = async (request: PushRequest): Promise<PushAnswer> => this.#push(request)
  snapshot = async (): Promise<Snapshot> => this.#snapshot()
  buckets = async (numbers: readonly number[]): Promise<Map<number, IndexedRecord[]>> => this.#buckets(numbers)
  records = async (names: readonly RecordName[]): Promise<(HeldRecord | undefined)[]> => names.map((name) => this.#value(name))
  read = async (after: string, options: { count: number; waitMs: number }): Promise<FeedEntry[]> => this.#read(after, options.count)
  adopt = async (epoch: string, site: string, number: number, end: FeedPlace): Promise<boolean> => this.#adopt(epoch, site, number, end)
  drop = async (epoch: string, record: HeldRecord): Promise<boolean> => this.#drop(epoch, record)

  #hello(request: HelloRequest): Hello {
    const isNew = this.#state.meta === undefined
    const { dataset, newEpoch, generation, schema, leastSchema } = request
    this.#state.meta ??= {
      dataset,
      epoch: newEpoch,
      generation,
      schema: leastSchema,
      end: { id: feedStart, chain: chainStart(newEpoch) },
      bytes: 0,
      isTrimmed: false,
    }
    const { meta } = this.#state
    if (isNew) {
      this.#state.feed = []
      this.#state.sites.clear()
      this.#state.digests.clear()
    }
    const status = isNew ? (leastSchema > schema ? 'schema' : 'new') : this.#statusFor(meta, request)
    return { status, epoch: meta.epoch, end: meta.end, generation: meta.generation, leastSchema: this.#state.meta.schema, at: this.options.now() }
  }

  #statusFor(meta: Meta, { dataset, epoch, cursor, generation, schema, leastSchema }: HelloRequest): Hello['status'] {
    if (meta.dataset !== dataset) return 'dataset'
    if (meta.generation > generation) return 'key'
    const least = Math.max(meta.schema, leastSchema)
    this.#state.meta = { ...meta, schema: least }
    if (least > schema) return 'schema'
    if (meta.epoch !== epoch) return 'epoch'
    if (!cursor) return 'lost'
    const chain = this.#chainAt(meta, cursor.id)
    if (chain === undefined) return 'lost'
    return chain === cursor.chain ? 'ok' : 'forked'
  }

  #chainAt(meta: Meta, id: string): string | undefined {
    if (id === meta.end.id) return meta.end.chain
    if (id === feedStart) return meta.isTrimmed ? undefined : chainStart(meta.epoch)
    return this.#state.feed.find((entry) => entry.id === id)?.chain
  }

  #push(request: PushRequest): PushAnswer {
    const { meta, sites } = this.#state
    const { generation, schema, epoch, site, from, to, records } = request
    checkPush(records)
    if (meta && meta.generation > generation) return { status: 'key' }
    if (meta && meta.schema > schema) return { status: 'schema' }
    if (meta?.epoch !== epoch) return { status: 'epoch' }
    const accepted = sites.get(site) ?? 0
    if (to > 0 && to <= accepted) return { status: 'ok', end: meta.end, entry: 'before' }
    if (to > 0 && from > accepted + 1) return { status: 'gap', last: accepted }
    if (records.some(({ kind, id }) => this.refuses(kind, id))) throw new HubProblem('record', 'The server refuses this record.')

    const changed = records.filter((record) => !this.#existing(record)?.equals(indexValue(record)))
    const inTheWay = changed.filter((record) => !this.#isMerged(record)).map((record) => this.#heldState(record))
    if (inTheWay.length > 0) return { status: 'held', records: inTheWay }
    if (this.full) throw new HubProblem('full', 'The server’s memory is full.')
    for (const record of records) if (!changed.includes(record) && !this.#value(record)) this.#state.values.set(this.#keys.record(record), encodeValue(record))
    if (to === 0 && changed.length === 0) return { status: 'ok', end: meta.end, entry: 'none' }
    return { status: 'ok', end: this.#write(meta, request, changed), entry: 'new' }
  }

  #existing(record: IndexedRecord): Buffer | undefined {
    return this.#state.index.get(fieldOf(record))
  }

  #isMerged(record: PushedRecord): boolean {
    const existing = this.#existing(record)
    return existing === undefined || (record.held !== undefined && existing.equals(indexValue(record.held)))
  }

  #heldState(record: PushedRecord): HeldRecord {
    const held = readIndex(fieldOf(record), this.#existing(record) ?? Buffer.alloc(0)) as IndexedRecord
    return this.#value(held) ?? { ...held, sealed: undefined }
  }

  #write(meta: Meta, { site, from, to, summary }: PushRequest, changed: readonly PushedRecord[]): FeedPlace {
    const records = changed.map(({ lists: _, held: __, ...record }) => ({ ...record, digest: Buffer.from(record.digest), sealed: Buffer.from(record.sealed) }))
    const entry = { site, from, to, summary: Buffer.from(summary), records }
    const end = { id: nextId(meta.end.id, this.options.now()), chain: linkOf(meta.end.chain, entry) }
    const bytes = meta.bytes + entryBytes(summary, records)
    this.#state.feed.push({ ...entry, ...end, total: bytes })
    this.#state.meta = { ...meta, end, bytes }
    for (const record of changed) this.#put(record)
    if (to > 0) this.#state.sites.set(site, to)
    this.#trimToLimits(bytes)
    return end
  }

  #put(record: PushedRecord): void {
    const { held, lists, kind, id, owner } = record
    if (held && held.owner !== owner) this.#state.values.delete(this.#keys.record({ kind, id, owner: held.owner }))
    this.#state.values.set(this.#keys.record(record), encodeValue(record))
    this.#xor(id, this.#existing(record))
    this.#xor(id, indexValue(record))
    this.#state.index.set(fieldOf(record), indexValue(record))
    for (const { list, owner: of, sub, score } of lists) {
      const key = this.#keys.list(list, of, sub)
      const members = new Map(this.#state.lists.get(key))
      if (score === undefined) members.delete(id)
      else members.set(id, score)
      this.#state.lists.set(key, members)
    }
  }

  #xor(id: string, index: Buffer | undefined): void {
    const n = bucketOf(id)
    if (index) this.#state.digests.set(n, combine(this.#state.digests.get(n) ?? Buffer.alloc(8), index.subarray(0, 8)))
  }

  #trimToLimits(total: number): void {
    const { entries, bytes } = this.options.feed ?? { entries: 100_000, bytes: 64_000_000 }
    const { feed } = this.#state
    let count = Math.max(0, feed.length - entries)
    const most = Math.min(feed.length - 1, count + maxTrimmedPerPush)
    while (count < most && total - (feed[count]?.total ?? 0) > bytes) count++
    this.trim(feed.length - count)
  }

  #snapshot(): Snapshot {
    const { meta, digests } = this.#state
    return { epoch: meta?.epoch, end: meta?.end ?? { id: feedStart, chain: '' }, buckets: new Map(digests) }
  }

  #buckets(numbers: readonly number[]): Map<number, IndexedRecord[]> {
    const found = new Map<number, IndexedRecord[]>(numbers.map((n) => [n, []]))
    for (const [field, value] of this.#state.index) {
      const record = readIndex(field, value)
      if (record) found.get(bucketOf(record.id))?.push(record)
    }
    for (const [n, records] of found) {
      if (records.length === 0) this.#state.digests.delete(n)
      else
        this.#state.digests.set(
          n,
          records.reduce<Buffer>((sum, { digest }) => combine(sum, digest), Buffer.alloc(8)),
        )
    }
    return found
  }

  #value(name: RecordName): HeldRecord | undefined {
    const value = this.#state.values.get(this.#keys.record(name))
    return value && storedValue(name, value)
  }

  #read(after: string, count: number): FeedEntry[] {
    const place = placeOf(after)
    const later = this.#state.feed.filter(({ id }) => isAfter(placeOf(id), place)).slice(0, count)
    return later.map(({ total: _, ...entry }) => entry)
  }

  #adopt(epoch: string, site: string, number: number, end: FeedPlace): boolean {
    const { meta, sites } = this.#state
    const place = meta?.end.id === end.id ? meta.end : this.#state.feed.find(({ id }) => id === end.id)
    if (meta?.epoch !== epoch || place?.chain !== end.chain) return false
    sites.set(site, Math.max(sites.get(site) ?? 0, number))
    return true
  }

  #drop(epoch: string, record: HeldRecord): boolean {
    const existing = this.#existing(record)
    if (this.#state.meta?.epoch !== epoch || !existing?.subarray(8).equals(indexValue(record).subarray(8))) return false
    if (valueMark(this.#value(record) ?? { ...record, sealed: undefined }) !== valueMark(record)) return false
    const { index, digests } = this.#state
    const n = bucketOf(record.id)
    index.delete(fieldOf(record))
    this.#xor(record.id, existing)
    if (![...index.keys()].some((field) => bucketOf(field) === n)) digests.delete(n)
    return true
  }
}

const emptyState = (): State => ({ meta: undefined, feed: [], sites: new Map(), index: new Map(), digests: new Map(), values: new Map(), lists: new Map() })

/** Everything that a state holds is never changed in place, so copying the collections copies the state. */
const copyOf = ({ meta, feed, sites, index, digests, values, lists }: ModelHubState): State => ({
  meta,
  feed: [...feed],
  sites: new Map(sites),
  index: new Map(index),
  digests: new Map(digests),
  values: new Map(values),
  lists: new Map(lists),
})

type Place = readonly [ms: number, count: number]
const placeOf = (id: string): Place => [Number(id.split('-')[0]), Number(id.split('-')[1] ?? 0)]
const isAfter = (a: Place, b: Place): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])

function nextId(last: string, now: number): string {
  const [ms, count] = placeOf(last)
  return now > ms ? `${now}-0` : `${ms}-${count + 1}`
}
