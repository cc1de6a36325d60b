import { bucketOf, combine } from '../../src/main/records/digest.js'
import { chainStart, fieldOf, indexValue, linkOf } from '../../src/main/redis/feed.js'
import {
  type FeedEntry,
  feedStart,
  type HeldRecord,
  type Hello,
  type HelloRequest,
  type Hub,
  HubProblem,
  type IndexedRecord,
  type PushAnswer,
  type PushRequest,
  type RecordName,
  type Snapshot,
} from '../../src/main/redis/hub.js'

interface State {
  epoch: string | undefined
  dataset: string | undefined
  generation: number
  leastSchema: number
  end: { id: string; chain: string }
  feed: FeedEntry[]
  sites: Map<string, number>
  /** Index lines, apart from the values: one may be there without the other. */
  index: Map<string, IndexedRecord>
  values: Map<string, HeldRecord>
}

const nothing = (): State => ({
  epoch: undefined,
  dataset: undefined,
  generation: 1,
  leastSchema: 0,
  end: { id: feedStart, chain: '' },
  feed: [],
  sites: new Map(),
  index: new Map(),
  values: new Map(),
})

const copyOf = (state: State): State => ({
  ...state,
  feed: [...state.feed],
  sites: new Map(state.sites),
  index: new Map(state.index),
  values: new Map(state.values),
})

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const numberOf = (id: string): number => Number(id.split('-')[1])

/** The server in memory, one step after another: what the scripts do in Redis. Passes the same suite as the real one. */
export class ModelHub implements Hub {
  /** Refuses every write, as a server whose memory is full does. */
  full = false
  /** Refuses a record for its own sake. */
  refuses: ((kind: string, id: string) => boolean) | undefined
  feedLength = 10_000
  #state = nothing()
  readonly #now: () => number

  constructor({ now }: { now: () => number }) {
    this.#now = now
  }

  copy = (): State => copyOf(this.#state)

  restore(copy: State): void {
    this.#state = copyOf(copy)
  }

  flush(): void {
    this.#state = nothing()
  }

  /** Leaves the last `length` entries of the feed. */
  trim(length: number): void {
    this.#state.feed = length === 0 ? [] : this.#state.feed.slice(-length)
  }

  /** Spoils a record: its value, or takes the value away and leaves its line in the index. */
  damage(n: number): void {
    const keys = [...this.#state.values.keys()]
    const key = keys[n % Math.max(1, keys.length)]
    const record = key === undefined ? undefined : this.#state.values.get(key)
    if (key === undefined || !record?.sealed) return
    if (n % 2 === 0) this.#state.values.delete(key)
    else this.#state.values.set(key, { ...record, sealed: Buffer.from(record.sealed).fill(7, 40) })
  }

  async hello({ dataset, epoch, cursor, newEpoch, generation, schema }: HelloRequest): Promise<Hello> {
    const state = this.#state
    const isNew = state.epoch === undefined
    if (isNew) Object.assign(state, { epoch: newEpoch, dataset, generation, end: { id: feedStart, chain: chainStart(newEpoch) } })
    const answer = (status: Hello['status']): Hello => ({
      status,
      epoch: state.epoch as string,
      end: state.end,
      generation: state.generation,
      leastSchema: state.leastSchema,
      at: this.#now(),
    })
    if (state.dataset !== dataset) return answer('dataset')
    if (state.generation > generation) return answer('key')
    if (state.leastSchema > schema) return answer('schema')
    if (isNew) return answer('new')
    if (state.epoch !== epoch) return answer('epoch')
    if (!cursor) return answer('lost')
    if (cursor.id === state.end.id) return answer(cursor.chain === state.end.chain ? 'ok' : 'forked')
    const entry = state.feed.find(({ id }) => id === cursor.id)
    return answer(!entry ? 'lost' : entry.chain === cursor.chain ? 'ok' : 'forked')
  }

  async push(request: PushRequest): Promise<PushAnswer> {
    const state = this.#state
    const { site, from, to, summary, records } = request
    if (state.epoch === undefined || state.epoch !== request.epoch) return { status: 'epoch' }
    if (state.generation > request.generation) return { status: 'key' }
    if (state.leastSchema > request.schema) return { status: 'schema' }
    if (this.full) throw new HubProblem('full', 'The server is full.')
    const accepted = state.sites.get(site) ?? 0
    if (to > 0 && to <= accepted) return { status: 'ok', end: state.end, isKnown: true }
    if (to > 0 && from > accepted + 1) return { status: 'gap', last: accepted }
    if (records.some(({ kind, id }) => this.refuses?.(kind, id))) throw new HubProblem('record', 'The server refuses a record.')
    const unmerged: HeldRecord[] = []
    const changed = records.filter((record) => {
      const held = state.index.get(fieldOf(record))
      if (!held) return true
      if (equal(indexValue(held), indexValue(record))) return false
      if (!record.held || !equal(indexValue(held), indexValue(record.held))) unmerged.push(this.#held(held))
      return true
    })
    if (unmerged.length > 0) return { status: 'held', records: unmerged }
    for (const { kind, id, owner, digest, sealed } of changed) {
      state.index.set(fieldOf({ kind, id }), { kind, id, owner, digest })
      state.values.set(fieldOf({ kind, id }), { kind, id, owner, digest, sealed })
    }
    if (to > 0) state.sites.set(site, to)
    if (to > 0 || changed.length > 0) {
      const written = (to > 0 ? records : changed).map(({ kind, id, owner, digest, sealed }) => ({ kind, id, owner, digest, sealed }))
      const entry = { site, from, to, summary, records: written }
      state.end = { id: `0-${numberOf(state.end.id) + 1}`, chain: linkOf(state.end.chain, entry) }
      state.feed.push({ ...entry, ...state.end })
      if (state.feed.length > this.feedLength) this.trim(this.feedLength)
    }
    return { status: 'ok', end: state.end, isKnown: false }
  }

  async snapshot(): Promise<Snapshot> {
    const { epoch, end, index } = this.#state
    const buckets = new Map<number, Uint8Array>()
    for (const { id, digest } of index.values()) buckets.set(bucketOf(id), combine(buckets.get(bucketOf(id)) ?? Buffer.alloc(8), digest))
    return { epoch, end, buckets }
  }

  async buckets(numbers: readonly number[]): Promise<Map<number, IndexedRecord[]>> {
    const wanted = new Map<number, IndexedRecord[]>(numbers.map((n) => [n, []]))
    for (const record of this.#state.index.values()) wanted.get(bucketOf(record.id))?.push(record)
    return wanted
  }

  async records(names: readonly RecordName[]): Promise<(HeldRecord | undefined)[]> {
    return names.map((name) => this.#state.values.get(fieldOf(name)))
  }

  async read(after: string, { count }: { count: number; waitMs: number }): Promise<FeedEntry[]> {
    return this.#state.feed.filter(({ id }) => numberOf(id) > numberOf(after)).slice(0, count)
  }

  async adopt(epoch: string, site: string, number: number): Promise<boolean> {
    if (this.#state.epoch !== epoch) return false
    this.#state.sites.set(site, Math.max(number, this.#state.sites.get(site) ?? 0))
    return true
  }

  async drop(epoch: string, record: IndexedRecord): Promise<boolean> {
    const held = this.#state.index.get(fieldOf(record))
    if (this.#state.epoch !== epoch || !held || !equal(indexValue(held), indexValue(record))) return false
    this.#state.index.delete(fieldOf(record))
    this.#state.values.delete(fieldOf(record))
    return true
  }

  #held(name: IndexedRecord): HeldRecord {
    return { ...name, sealed: this.#state.values.get(fieldOf(name))?.sealed }
  }
}
