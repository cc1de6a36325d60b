import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { combine } from '../../../src/main/records/digest.js'
import { chainStart, linkOf } from '../../../src/main/redis/feed.js'
import { feedStart, type Hub, type IndexedRecord, maxRecordBytes, type PushAnswer, type PushedRecord } from '../../../src/main/redis/hub.js'
import { bucketOf } from '../../../src/main/redis/keys.js'
import { redisOfFile } from '../../support/redis-server.js'
import { digestOf, type HubUnderTest, modelHub, newEpoch, newSite, pushOf, record, redisHub } from './hubs.js'

const server = redisOfFile()

const hubs: [string, (feed?: { entries: number; bytes: number }) => HubUnderTest][] = [
  ['the model of the hub', (feed) => modelHub(feed)],
  ['the hub in Redis', (feed) => redisHub(server(), feed)],
]

/** Every name and digest that a hub holds, by the name. */
async function everything(hub: Hub): Promise<IndexedRecord[]> {
  const buckets = await hub.buckets(Array.from({ length: 1024 }, (_, n) => n))
  return [...buckets.values()].flat().sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Entries of the whole feed, after checking that each fits the one before. */
async function wholeFeed(hub: Hub, epoch: string): ReturnType<Hub['read']> {
  const entries = await hub.read(feedStart, { count: 1000, waitMs: 0 })
  let chain = chainStart(epoch)
  for (const entry of entries) {
    chain = linkOf(chain, entry)
    expect(entry.chain).toBe(chain)
  }
  return entries
}

async function expectDigestsToFit(hub: Hub): Promise<void> {
  const computed = new Map<number, string>()
  for (const { id, digest } of await everything(hub)) {
    const n = bucketOf(id)
    computed.set(n, combine(Buffer.from(computed.get(n) ?? '0000000000000000', 'hex'), digest).toString('hex'))
  }
  const { buckets } = await hub.snapshot()
  expect(new Map([...buckets].map(([n, digest]) => [n, Buffer.from(digest).toString('hex')]))).toEqual(computed)
}

const stateOf = (value: { digest: Uint8Array } | undefined): string | undefined => value && Buffer.from(value.digest).toString()
const merged = (state: string, owner?: string): PushedRecord['held'] => ({ digest: digestOf(state), ...(owner && { owner }) })
const endOf = (answer: PushAnswer) => {
  if (answer.status !== 'ok') throw new Error(`The push was answered ${answer.status}.`)
  return answer.end
}

describe.each(hubs)('%s', (_, makeHub) => {
  let given: HubUnderTest
  let hub: Hub
  let epoch: string
  const greeting = () => ({ dataset: given.dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 })

  beforeEach(async () => {
    given = makeHub()
    hub = given.hub
    epoch = newEpoch()
    await hub.hello({ ...greeting(), newEpoch: epoch })
  })

  describe('hello', () => {
    it('makes the history when there is none, and says so once', async () => {
      await given.flush()
      const first = await hub.hello({ ...greeting(), newEpoch: epoch })
      expect(first).toMatchObject({ status: 'new', epoch, end: { id: feedStart, chain: chainStart(epoch) }, generation: 1, leastSchema: 0 })
      expect(first.at).toBeGreaterThan(Date.parse('2024-01-01'))
      expect(await hub.hello(greeting())).toMatchObject({ status: 'epoch', epoch })
    })

    it('lets one of several workstations make the history, and tells the others which it is', async () => {
      await given.flush()
      const answers = await Promise.all(Array.from({ length: 5 }, () => hub.hello(greeting())))
      expect(answers.filter(({ status }) => status === 'new')).toHaveLength(1)
      expect(new Set(answers.map((answer) => answer.epoch)).size).toBe(1)
      expect(answers.filter(({ status }) => status === 'epoch')).toHaveLength(4)
    })

    it('goes on from the beginning of a history that has no entry yet', async () => {
      const cursor = { id: feedStart, chain: chainStart(epoch) }
      expect(await hub.hello({ ...greeting(), epoch, cursor })).toMatchObject({ status: 'ok', end: cursor })
    })

    it('goes on from the beginning when entries were added since', async () => {
      await hub.push(pushOf({ epoch, records: [record(randomUUID(), 'one')] }))
      expect(await hub.hello({ ...greeting(), epoch, cursor: { id: feedStart, chain: chainStart(epoch) } })).toMatchObject({ status: 'ok' })
    })

    it('goes on from an entry that carries the chain value of the cursor', async () => {
      const cursor = endOf(await hub.push(pushOf({ epoch })))
      const end = endOf(await hub.push(pushOf({ epoch, from: 2, to: 2 })))
      expect(await hub.hello({ ...greeting(), epoch, cursor })).toMatchObject({ status: 'ok', end })
      expect(await hub.hello({ ...greeting(), epoch, cursor: end })).toMatchObject({ status: 'ok', end })
    })

    it('finds that the entry at the cursor has another past', async () => {
      const cursor = endOf(await hub.push(pushOf({ epoch })))
      const other = { id: cursor.id, chain: '0'.repeat(40) }
      expect(await hub.hello({ ...greeting(), epoch, cursor: other })).toMatchObject({ status: 'forked' })
      await hub.push(pushOf({ epoch, from: 2, to: 2 }))
      expect(await hub.hello({ ...greeting(), epoch, cursor: other })).toMatchObject({ status: 'forked' })
      expect(await hub.hello({ ...greeting(), epoch, cursor: { id: feedStart, chain: chainStart(newEpoch()) } })).toMatchObject({ status: 'forked' })
    })

    it('finds that there is no entry at the cursor, and that a known history has no cursor', async () => {
      await hub.push(pushOf({ epoch }))
      expect(await hub.hello({ ...greeting(), epoch, cursor: { id: '1-1', chain: '0'.repeat(40) } })).toMatchObject({ status: 'lost' })
      expect(await hub.hello({ ...greeting(), epoch })).toMatchObject({ status: 'lost' })
    })

    it('refuses another clinic, an earlier key and an older program, in this order', async () => {
      const request = { ...greeting(), epoch, dataset: randomUUID(), generation: 0, schema: 0 }
      await hub.hello({ ...greeting(), leastSchema: 1 })
      expect(await hub.hello(request)).toMatchObject({ status: 'dataset' })
      expect(await hub.hello({ ...request, dataset: given.dataset })).toMatchObject({ status: 'key', generation: 1 })
      expect(await hub.hello({ ...request, dataset: given.dataset, generation: 1 })).toMatchObject({ status: 'schema', leastSchema: 1 })
    })

    it('asks for what the clinic’s records ask for: of a history that is there, of a new one, and of whoever tells it', async () => {
      expect(await hub.hello({ ...greeting(), epoch, schema: 2, leastSchema: 2 })).toMatchObject({ status: 'lost', leastSchema: 2 })
      expect(await hub.hello({ ...greeting(), epoch })).toMatchObject({ status: 'schema', leastSchema: 2 })
      await given.flush()
      expect(await hub.hello({ ...greeting(), leastSchema: 2 })).toMatchObject({ status: 'schema', leastSchema: 2 })
      expect(await hub.hello({ ...greeting(), schema: 2 })).toMatchObject({ status: 'epoch', leastSchema: 2 })
    })

    it('raises nothing when the caller has a later key', async () => {
      expect(await hub.hello({ ...greeting(), generation: 7 })).toMatchObject({ status: 'epoch', generation: 1 })
      expect((await hub.hello(greeting())).generation).toBe(1)
    })
  })

  describe('push', () => {
    it('keeps records, index, digests and the entry together', async () => {
      const owner = randomUUID()
      const records = [record(randomUUID(), 'one', { owner }), record(randomUUID(), 'two', { kind: 'patient' })]
      const end = endOf(await hub.push(pushOf({ epoch, site: newSite(), from: 1, to: 3, summary: Buffer.from([0, 1, 2, 255]), records })))
      const [entry] = await wholeFeed(hub, epoch)
      expect(entry).toMatchObject({ ...end, from: 1, to: 3 })
      expect(Buffer.from(entry!.summary)).toEqual(Buffer.from([0, 1, 2, 255]))
      expect(entry!.records.map(({ kind, id, owner: of }) => ({ kind, id, of }))).toEqual(records.map(({ kind, id, owner: of }) => ({ kind, id, of })))
      expect((await hub.records(records)).map((value) => value && Buffer.from(value.sealed!).toString())).toEqual(['sealed one', 'sealed two'])
      expect((await hub.snapshot()).end).toEqual(end)
      await expectDigestsToFit(hub)
    })

    it('answers a repeated push as before and writes nothing', async () => {
      const push = pushOf({ epoch, records: [record(randomUUID(), 'one')] })
      const end = endOf(await hub.push(push))
      expect(endOf(await hub.push(push))).toEqual(end)
      expect(await wholeFeed(hub, epoch)).toHaveLength(1)
      await expectDigestsToFit(hub)
    })

    it('answers a gap with the last operation it has, and takes operations that overlap', async () => {
      const site = newSite()
      await hub.push(pushOf({ epoch, site, from: 1, to: 2 }))
      expect(await hub.push(pushOf({ epoch, site, from: 4, to: 4 }))).toEqual({ status: 'gap', last: 2 })
      expect(await hub.push(pushOf({ epoch, site: newSite(), from: 2, to: 2 }))).toEqual({ status: 'gap', last: 0 })
      endOf(await hub.push(pushOf({ epoch, site, from: 2, to: 4 })))
      expect((await wholeFeed(hub, epoch)).map(({ from, to }) => [from, to])).toEqual([
        [1, 2],
        [2, 4],
      ])
    })

    it('keeps an operation without records, so that the sender sees it confirmed', async () => {
      endOf(await hub.push(pushOf({ epoch })))
      expect(await wholeFeed(hub, epoch)).toMatchObject([{ from: 1, to: 1, records: [] }])
    })

    it('refuses another history, an earlier key and an older program', async () => {
      await hub.hello({ ...greeting(), leastSchema: 1 })
      expect(await hub.push(pushOf({ epoch: newEpoch(), generation: 0, schema: 0 }))).toEqual({ status: 'key' })
      expect(await hub.push(pushOf({ epoch: newEpoch(), schema: 0 }))).toEqual({ status: 'schema' })
      expect(await hub.push(pushOf({ epoch: newEpoch() }))).toEqual({ status: 'epoch' })
      endOf(await hub.push(pushOf({ epoch, generation: 9, schema: 9 })))
      await given.flush()
      expect(await hub.push(pushOf({ epoch }))).toEqual({ status: 'epoch' })
    })

    it('writes over the state that the sender has merged', async () => {
      const id = randomUUID()
      await hub.push(pushOf({ epoch, records: [record(id, 'one')] }))
      endOf(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two', { held: merged('one') })] })))
      expect((await everything(hub)).map(stateOf)).toEqual(['two.....'])
      await expectDigestsToFit(hub)
    })

    it('hands out the states that are not merged yet and writes nothing at all', async () => {
      const [known, fresh, wrong] = [randomUUID(), randomUUID(), randomUUID()]
      await hub.push(pushOf({ epoch, records: [record(known, 'one'), record(wrong, 'one')] }))
      const before = await hub.snapshot()
      const records = [record(fresh, 'new'), record(known, 'two'), record(wrong, 'two', { held: merged('zero') })]
      const answer = await hub.push(pushOf({ epoch, site: newSite(), records }))
      expect(answer.status === 'held' && answer.records.map(({ id, digest, sealed }) => [id, stateOf({ digest }), String(sealed)])).toEqual([
        [known, 'one.....', 'sealed one'],
        [wrong, 'one.....', 'sealed one'],
      ])
      expect(await hub.snapshot()).toEqual(before)
    })

    it('names a state that is in the way also when its value is gone', async () => {
      const id = randomUUID()
      await hub.push(pushOf({ epoch, records: [record(id, 'one')] }))
      await given.loseValue({ kind: 'symptom', id })
      const answer = await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two')] }))
      expect(answer).toMatchObject({ status: 'held', records: [{ kind: 'symptom', id, sealed: undefined }] })
    })

    it('takes a record that it does not hold, whatever the sender thinks it holds', async () => {
      endOf(await hub.push(pushOf({ epoch, records: [record(randomUUID(), 'two', { held: merged('one') })] })))
      expect((await everything(hub)).map(stateOf)).toEqual(['two.....'])
    })

    it('leaves a record that it holds in this state alone, but brings back its lost value', async () => {
      const id = randomUUID()
      await hub.push(pushOf({ epoch, records: [record(id, 'one')] }))
      const end = (await hub.snapshot()).end
      await given.loseValue({ kind: 'symptom', id })
      expect(await hub.records([{ kind: 'symptom', id }])).toEqual([undefined])
      expect(endOf(await hub.push(pushOf({ epoch, from: 0, to: 0, records: [record(id, 'one')] })))).toEqual(end)
      expect((await hub.records([{ kind: 'symptom', id }])).map(stateOf)).toEqual(['one.....'])
      endOf(await hub.push(pushOf({ epoch, site: newSite(), records: [record(id, 'one')] })))
      expect((await wholeFeed(hub, epoch)).map((entry) => entry.records.length)).toEqual([1, 0])
      await expectDigestsToFit(hub)
    })

    it('writes records without an operation when they differ, and no entry when none does', async () => {
      const id = randomUUID()
      const end = endOf(await hub.push(pushOf({ epoch, from: 0, to: 0, records: [record(id, 'one')] })))
      expect(endOf(await hub.push(pushOf({ epoch, from: 0, to: 0, records: [record(id, 'one')] })))).toEqual(end)
      expect(endOf(await hub.push(pushOf({ epoch, from: 0, to: 0 })))).toEqual(end)
      expect(await wholeFeed(hub, epoch)).toMatchObject([{ from: 0, to: 0 }])
    })

    it('moves a record whose owner changed', async () => {
      const [id, before, after] = [randomUUID(), randomUUID(), randomUUID()]
      await hub.push(pushOf({ epoch, records: [record(id, 'one', { owner: before })] }))
      const unaware = await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two', { owner: after, held: merged('one', after) })] }))
      expect(unaware).toMatchObject({ status: 'held', records: [{ owner: before }] })
      endOf(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two', { owner: after, held: merged('one', before) })] })))
      expect(await given.hasValue({ kind: 'symptom', id, owner: before })).toBe(false)
      expect(await given.hasValue({ kind: 'symptom', id, owner: after })).toBe(true)
      expect(await everything(hub)).toMatchObject([{ id, owner: after }])
      await expectDigestsToFit(hub)
    })

    it('keeps the lists that other programs read', async () => {
      const [owner, id, other] = [randomUUID(), randomUUID(), randomUUID()]
      const inLists = (score: number | undefined) => [
        { list: 'media', owner, score },
        { list: 'media', owner, sub: 'video', score },
      ]
      await hub.push(pushOf({ epoch, records: [record(id, 'one', { lists: inLists(2000) }), record(other, 'one', { lists: inLists(1000) })] }))
      expect(await given.list('media', owner)).toEqual([
        [other, 1000],
        [id, 2000],
      ])
      await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'two', { held: merged('one'), lists: inLists(undefined) })] }))
      expect(await given.list('media', owner, 'video')).toEqual([[other, 1000]])
    })

    it('takes fifty records of together 64 kB, and a single one of a megabyte', async () => {
      const many = Array.from({ length: 50 }, (_, n) => record(randomUUID(), `${n}`, { sealed: Buffer.alloc(1300, n) }))
      endOf(await hub.push(pushOf({ epoch, records: many })))
      endOf(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(randomUUID(), 'large', { sealed: Buffer.alloc(maxRecordBytes, 7) })] })))
      const [entry] = await wholeFeed(hub, epoch)
      expect(entry?.records.map(({ id }) => id)).toEqual(many.map(({ id }) => id))
      expect(await hub.records([...many].reverse())).toMatchObject([...many].reverse().map(({ id }) => ({ id })))
      await expectDigestsToFit(hub)
    })

    it('refuses a record that stands twice or is too large for its own sake', async () => {
      const id = randomUUID()
      await expect(hub.push(pushOf({ epoch, records: [record(id, 'one'), record(id, 'two')] }))).rejects.toMatchObject({ name: 'HubProblem', code: 'record' })
      const large = record(id, 'large', { sealed: Buffer.alloc(maxRecordBytes + 1) })
      await expect(hub.push(pushOf({ epoch, records: [large] }))).rejects.toMatchObject({ code: 'record', isRefusal: true })
    })
  })

  describe('the feed', () => {
    const fill = async (count: number) => {
      const ends = []
      for (let n = 1; n <= count; n++)
        ends.push(endOf(await hub.push(pushOf({ epoch, from: n, to: n, records: [record(randomUUID(), `${n}`, { sealed: Buffer.alloc(900) })] }))))
      return ends
    }

    it('is read in parts, from any place', async () => {
      const ends = await fill(5)
      expect((await hub.read(feedStart, { count: 2, waitMs: 0 })).map(({ id }) => id)).toEqual(ends.slice(0, 2).map(({ id }) => id))
      expect((await hub.read(ends[1]!.id, { count: 10, waitMs: 0 })).map(({ id }) => id)).toEqual(ends.slice(2).map(({ id }) => id))
      expect(await hub.read(ends[4]!.id, { count: 10, waitMs: 0 })).toEqual([])
    })

    it('is trimmed to its length, and whoever was further back is told', async () => {
      given = makeHub({ entries: 3, bytes: 1_000_000 })
      hub = given.hub
      await hub.hello({ ...greeting(), newEpoch: epoch })
      const ends = await fill(5)
      expect((await hub.read(feedStart, { count: 10, waitMs: 0 })).map(({ id }) => id)).toEqual(ends.slice(2).map(({ id }) => id))
      expect(await hub.hello({ ...greeting(), epoch, cursor: ends[1] })).toMatchObject({ status: 'lost' })
      expect(await hub.hello({ ...greeting(), epoch, cursor: ends[2] })).toMatchObject({ status: 'ok' })
      expect(await hub.hello({ ...greeting(), epoch, cursor: { id: feedStart, chain: chainStart(epoch) } })).toMatchObject({ status: 'lost' })
    })

    it('is trimmed to its size, but for the newest entry, a few entries at a time', async () => {
      given = makeHub({ entries: 100, bytes: 25_000 })
      hub = given.hub
      await hub.hello({ ...greeting(), newEpoch: epoch })
      const ends = await fill(40)
      // An entry holds 960 bytes, so 26 of them may follow the oldest one.
      expect(await hub.read(feedStart, { count: 100, waitMs: 0 })).toHaveLength(27)
      endOf(await hub.push(pushOf({ epoch, from: 41, to: 41, records: [record(randomUUID(), 'large', { sealed: Buffer.alloc(50_000) })] })))
      const left = await hub.read(feedStart, { count: 100, waitMs: 0 })
      expect(left).toHaveLength(28 - 16)
      expect(left[0]?.id).toBe(ends[29]?.id)
      endOf(await hub.push(pushOf({ epoch, from: 42, to: 42 })))
      expect(await hub.read(feedStart, { count: 100, waitMs: 0 })).toHaveLength(2)
    })
  })

  describe('reconciling', () => {
    it('has no history and no digests before anybody came', async () => {
      await given.flush()
      expect(await hub.snapshot()).toMatchObject({ epoch: undefined, buckets: new Map() })
      expect(await hub.buckets([5])).toEqual(new Map([[5, []]]))
    })

    it('answers buckets and records in the order asked for', async () => {
      const ids = ['001', '002', '402'].map((end) => `01990000-0000-7000-8000-000000000${end}`)
      await hub.push(pushOf({ epoch, records: ids.map((id) => record(id, 'one')) }))
      const buckets = await hub.buckets([3, 2, 1])
      expect([...buckets].map(([n, records]) => [n, records.map(({ id }) => id).sort()])).toEqual([
        [3, []],
        [2, [ids[1], ids[2]]],
        [1, [ids[0]]],
      ])
      const asked = [ids[2]!, randomUUID(), ids[0]!].map((id) => ({ kind: 'symptom', id }))
      expect((await hub.records(asked)).map((value) => value?.id)).toEqual([ids[2], undefined, ids[0]])
      expect(await hub.records([])).toEqual([])
    })

    it('raises the sequence of a site, never lowers it, and not in another history', async () => {
      const site = newSite()
      const end = endOf(await hub.push(pushOf({ epoch })))
      expect(await hub.adopt(epoch, site, 7, end)).toBe(true)
      await hub.push(pushOf({ epoch, from: 2, to: 2 }))
      expect(await hub.adopt(epoch, site, 5, end)).toBe(true)
      expect(await hub.adopt(newEpoch(), site, 100, end)).toBe(false)
      expect(await hub.adopt(epoch, site, 100, { ...end, chain: '0'.repeat(40) })).toBe(false)
      expect(await hub.adopt(epoch, site, 100, { ...end, id: '9999999999999-0' })).toBe(false)
      expect(await hub.push(pushOf({ epoch, site, from: 9, to: 9 }))).toEqual({ status: 'gap', last: 7 })
      endOf(await hub.push(pushOf({ epoch, site, from: 8, to: 8 })))
    })

    it('takes a record out of the index while its value is the one named, and takes it again afterwards', async () => {
      const [id, sameBucket] = ['01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000401']
      const named = record(id, 'one')
      await hub.push(pushOf({ epoch, records: [named, record(sameBucket, 'other')] }))
      expect(await hub.drop(epoch, record(id, 'two'))).toBe(false)
      expect(await hub.drop(epoch, { ...named, owner: randomUUID() })).toBe(false)
      expect(await hub.drop(epoch, { ...named, sealed: undefined })).toBe(false)
      expect(await hub.drop(newEpoch(), named)).toBe(false)
      expect(await hub.drop(epoch, named)).toBe(true)
      expect(await hub.drop(epoch, named)).toBe(false)
      expect((await everything(hub)).map((value) => value.id)).toEqual([sameBucket])
      await expectDigestsToFit(hub)
      expect(await hub.drop(epoch, record(sameBucket, 'other'))).toBe(true)
      expect((await hub.snapshot()).buckets).toEqual(new Map())
      endOf(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(id, 'one')] })))
      await expectDigestsToFit(hub)
    })

    it('leaves a record that was sent again since it was found damaged, whenever the request to drop it arrives', async () => {
      const [id, owner] = [randomUUID(), randomUUID()]
      const whole = record(id, 'one', { owner })
      await hub.push(pushOf({ epoch, records: [whole] }))
      await given.loseValue(whole)
      expect(await hub.drop(epoch, { ...whole, sealed: undefined })).toBe(true)
      endOf(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [whole] })))
      expect(await hub.drop(epoch, { ...whole, sealed: undefined })).toBe(false)
      expect(await everything(hub)).toHaveLength(1)
    })

    it.each([0, 1, 8, 9, 24, 25])('drops a record whose value has a wrong byte %i', async (at) => {
      const [id, owner] = [randomUUID(), randomUUID()]
      const whole = record(id, 'one', { owner })
      await hub.push(pushOf({ epoch, records: [whole] }))
      await given.spoilValue(whole, at)
      const [read] = await hub.records([whole])
      expect(await hub.drop(epoch, read ?? { ...whole, sealed: undefined })).toBe(true)
      expect(await everything(hub)).toEqual([])
      expect((await hub.snapshot()).buckets).toEqual(new Map())
    })
  })
})
