import { setTimeout as wait } from 'node:timers/promises'
import { checkPush, encodeValue, fieldOf, indexValue, readEntry, readIndex, storedValue, valueMark } from './feed.js'
import type { FeedEntry, FeedPlace, HeldRecord, Hello, HelloRequest, Hub, IndexedRecord, PushAnswer, PushRequest, RecordName, Snapshot } from './hub.js'
import { inTime } from './in-time.js'
import { bucketOf } from './keys.js'
import { hubProblem, problemOf } from './problems.js'
import { notOffered, RedisBoard } from './redis-board.js'
import { asBuffer, type RedisClient, type Reply } from './scripts.js'

/** A blocking read that the server does not end in time is given up after so long. */
const READ_GRACE_MS = 3000
/** A read waits so long at one go, so that a line that died in silence is noticed. */
const MOST_WAIT_MS = 10_000
/** Pause between reads on a server that offers no blocking ones. */
const POLL_MS = 1500
/** Names asked for in one command. */
const NAMES_PER_READ = 64

/** The clinic's hub in Redis. Every step that must be whole is one script; a call may be repeated without harm. */
export class RedisHub extends RedisBoard implements Hub {
  /** Connections whose server refuses reads that wait: there they are repeated instead. */
  readonly #unwaiting = new WeakSet<RedisClient>()

  async hello(request: HelloRequest): Promise<Hello> {
    const { dataset, epoch = '', cursor, newEpoch, generation, schema, leastSchema: least } = request
    const { meta, feed, sites, digest } = this.keys
    const values = [dataset, epoch, cursor?.id ?? '', cursor?.chain ?? '', newEpoch, generation, schema, least]
    const reply = (await this.script('hello', [meta, feed, sites, digest], values)) as Reply[]
    const [status, ofEpoch, end, chain, ofGeneration, leastSchema, seconds, microseconds, idleMs] = reply.map(String) as string[]
    if (status === 'replacing') {
      // Whoever replaces the history may have been switched off; then this workstation does the rest.
      if (Number(idleMs) < this.takeOverMs) throw hubProblem('busy', 'Another workstation is renewing the clinic’s data on the server.')
      await this.replaceHistory(Number(ofGeneration), newEpoch)
      return this.hello(request)
    }
    return {
      status: status as Hello['status'],
      epoch: ofEpoch ?? '',
      end: { id: end ?? '', chain: chain ?? '' },
      generation: Number(ofGeneration),
      leastSchema: Number(leastSchema),
      at: Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
    }
  }

  async push(request: PushRequest): Promise<PushAnswer> {
    const { keys, values } = this.#pushArguments(request)
    const reply = (await this.script('push', keys, values)) as Reply[]
    const status = String(reply[0])
    if (status === 'ok') return { status, end: { id: String(reply[1]), chain: String(reply[2]) }, entry: String(reply[3]) as 'new' | 'none' | 'before' }
    if (status === 'gap') return { status, last: Number(reply[1]) }
    if (status === 'held') return { status, records: await this.#held(reply.slice(1)) }
    return { status } as Extract<PushAnswer, { status: 'epoch' | 'key' | 'schema' }>
  }

  async snapshot(): Promise<Snapshot> {
    const reply = (await this.script('snapshot', [this.keys.meta, this.keys.digest], [])) as [Buffer, Buffer, Buffer, Buffer[]]
    const buckets = new Map<number, Uint8Array>()
    for (let i = 0; i < reply[3].length; i += 2) buckets.set(Number(reply[3][i]), reply[3][i + 1] as Buffer)
    return { epoch: String(reply[0]) || undefined, end: { id: String(reply[1]), chain: String(reply[2]) }, buckets }
  }

  async buckets(numbers: readonly number[]): Promise<Map<number, IndexedRecord[]>> {
    const replies = await Promise.all(numbers.map((n) => this.script('bucket', [this.keys.digest, this.keys.bucket(n)], [n])))
    return new Map(numbers.map((n, i) => [n, indexOf(replies[i] as Buffer[])]))
  }

  async records(names: readonly RecordName[]): Promise<(HeldRecord | undefined)[]> {
    const found: (HeldRecord | undefined)[] = []
    for (let i = 0; i < names.length; i += NAMES_PER_READ) {
      const slice = names.slice(i, i + NAMES_PER_READ)
      const values = await this.command((client) => client.mgetBuffer(slice.map((name) => this.keys.record(name))))
      found.push(...slice.map((name, n) => (values[n] ? storedValue(name, values[n]) : undefined)))
    }
    return found
  }

  read(after: string, { count, waitMs }: { count: number; waitMs: number }): Promise<FeedEntry[]> {
    return this.link.use('feed', async (client) => {
      const until = this.elapsedMs() + waitMs
      for (let leftMs = waitMs; ; ) {
        const began = this.elapsedMs()
        const blockMs = this.#unwaiting.has(client) ? 0 : Math.ceil(Math.min(leftMs, MOST_WAIT_MS))
        const entries = await this.#readOnce(client, after, count, blockMs)
        leftMs = until - this.elapsedMs()
        if (entries !== 'refused' && (entries.length > 0 || leftMs <= 0)) return entries
        // Some servers take the word and do not wait.
        if (entries === 'refused' || this.elapsedMs() - began < blockMs / 2) this.#unwaiting.add(client)
        else if (blockMs === 0) await wait(Math.min(POLL_MS, leftMs))
      }
    })
  }

  /** One XREAD; `refused` where the server offers no reads that wait. */
  async #readOnce(client: RedisClient, after: string, count: number, blockMs: number): Promise<FeedEntry[] | 'refused'> {
    const { feed } = this.keys
    const read =
      blockMs > 0 ? client.xreadBuffer('COUNT', count, 'BLOCK', blockMs, 'STREAMS', feed, after) : client.xreadBuffer('COUNT', count, 'STREAMS', feed, after)
    try {
      const streams = (await inTime(read, blockMs + READ_GRACE_MS)) as [Buffer, [Buffer, Buffer[]][]][] | null
      return (streams?.[0]?.[1] ?? []).map(([id, fields]) => readEntry(String(id), fields))
    } catch (error) {
      if (blockMs > 0 && notOffered.has(problemOf(error).code)) return 'refused'
      throw error
    }
  }

  async adopt(epoch: string, site: string, number: number, end: FeedPlace): Promise<boolean> {
    const { meta, sites, feed } = this.keys
    return (await this.script('adopt', [meta, sites, feed], [epoch, site, number, end.id, end.chain])) === 1
  }

  async drop(epoch: string, record: HeldRecord): Promise<boolean> {
    const n = bucketOf(record.id)
    const { meta, digest, bucket } = this.keys
    const owner = indexValue(record).subarray(8)
    return (await this.script('drop', [meta, digest, bucket(n), this.keys.record(record)], [epoch, n, fieldOf(record), owner, valueMark(record)])) === 1
  }

  /** The states that stand in the way of a push. Read after it, so they may be newer still; each is whole and says its own digest. */
  async #held(reply: readonly Reply[]): Promise<HeldRecord[]> {
    const held = indexOf(reply as Buffer[])
    const values = await this.records(held)
    return held.map((record, i) => values[i] ?? { ...record, sealed: undefined })
  }

  #pushArguments(request: PushRequest): { keys: string[]; values: (string | number | Buffer)[] } {
    const { epoch, generation, schema, site, from, to, summary, records } = request
    checkPush(records)
    const { meta, feed, sites, digest } = this.keys
    const keys = [meta, feed, sites, digest]
    const positions = new Map<string, number>()
    const positionOf = (key: string): number => {
      const position = positions.get(key) ?? keys.push(key)
      positions.set(key, position)
      return position
    }
    const values: (string | number | Buffer)[] = [epoch, generation, schema, site, from, to, asBuffer(summary), this.feedLimits.entries, this.feedLimits.bytes]
    for (const record of records) {
      const { kind, id, owner, held, lists } = record
      const n = bucketOf(id)
      const moved = held && held.owner !== owner ? positionOf(this.keys.record({ kind, id, owner: held.owner })) : 0
      values.push(positionOf(this.keys.bucket(n)), n, fieldOf(record), encodeValue(record), held ? indexValue(held) : '')
      values.push(positionOf(this.keys.record(record)), moved, lists.length)
      for (const { list, owner: of, sub, score } of lists) values.push(positionOf(this.keys.list(list, of, sub)), score ?? '')
    }
    return { keys, values }
  }
}

/** Records of a bucket from its fields and values; what has another form is left out. */
function indexOf(pairs: readonly Buffer[]): IndexedRecord[] {
  const records: IndexedRecord[] = []
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const record = readIndex(String(pairs[i]), pairs[i + 1] as Buffer)
    if (record) records.push(record)
  }
  return records
}
