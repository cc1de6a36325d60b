import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainStart } from '../../../src/main/redis/feed.js'
import { type FeedPlace, feedStart, type PushRequest } from '../../../src/main/redis/hub.js'
import { redisOfFile } from '../../support/redis-server.js'
import { digestOf, type HubUnderTest, modelHub, pushOf, record, redisHub } from './hubs.js'

const server = redisOfFile()

const ids = ['001', '002', '401', '003'].map((end) => `01990000-0000-7000-8000-000000000${end}`)
const owners = [undefined, '01990000-0000-7000-8000-0000000000a1', '01990000-0000-7000-8000-0000000000a2']
const epochs = ['a'.repeat(32), 'b'.repeat(32)]
const sites = ['1'.repeat(16), '2'.repeat(16)]

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values)
const states = oneOf(['one', 'two', 'three'])
const names = fc.record({ id: oneOf(ids), owner: oneOf(owners) })
const pushedRecord = fc
  .record({ name: names, state: states, held: fc.option(fc.record({ state: states, owner: oneOf(owners) }), { nil: undefined }), score: fc.option(fc.nat(9)) })
  .map(({ name, state, held, score }) =>
    record(name.id, state, {
      owner: name.owner,
      held: held && { digest: digestOf(held.state), owner: held.owner },
      lists: score === null ? [] : [{ list: 'symptom', owner: owners[1]!, score: score === 0 ? undefined : score }],
    }),
  )

/** One call, and what of its answer both hubs must agree on. Places are named by their position, since the servers' clocks differ. */
type Step = (given: HubUnderTest, places: FeedPlace[]) => Promise<unknown>

/** A step that a failing history names by its values. */
const step = (name: string, values: unknown, run: Step): Step => Object.assign(run, { [fc.toStringMethod]: () => `${name} ${fc.stringify(values)}` })

const placeIn = (places: FeedPlace[], place: FeedPlace): number => {
  const at = places.findIndex(({ id }) => id === place.id)
  return at >= 0 ? at : places.push(place) - 1
}
const attempt = async (call: Promise<unknown>): Promise<unknown> => call.catch((error) => (error as { code: string }).code)

const pushes: fc.Arbitrary<Step> = fc
  .record({
    epoch: oneOf(epochs),
    site: oneOf(sites),
    from: fc.nat(4),
    count: fc.nat(2),
    generation: fc.integer({ min: 1, max: 2 }),
    schema: fc.nat(1),
    records: fc.uniqueArray(pushedRecord, { selector: ({ id }) => id, maxLength: 4 }),
  })
  .map(({ from, count, ...request }) => {
    const push: PushRequest = pushOf({ ...request, from, to: from === 0 ? 0 : from + count })
    return step('push', push, async ({ hub }, places) => {
      const answer = await hub.push(push)
      if (answer.status === 'ok') return { status: answer.status, end: placeIn(places, answer.end), chain: answer.end.chain }
      return answer.status === 'held' ? { ...answer, records: plain(answer.records) } : answer
    })
  })

const hellos: fc.Arbitrary<Step> = fc
  .record({
    epoch: fc.option(oneOf(epochs), { nil: undefined }),
    newEpoch: oneOf(epochs),
    at: fc.option(fc.nat(6)),
    isForked: fc.boolean(),
    generation: fc.integer({ min: 1, max: 2 }),
    schema: fc.nat(1),
    leastSchema: fc.nat(1),
  })
  .map(({ at, isForked, ...request }) =>
    step('hello', { ...request, at, isForked }, async ({ hub, dataset }, places) => {
      const place = at === null ? undefined : (places[at] ?? { id: feedStart, chain: chainStart(request.newEpoch) })
      const hello = await hub.hello({ ...request, dataset, cursor: place && (isForked ? { ...place, chain: '0'.repeat(40) } : place) })
      return { ...hello, at: undefined, end: hello.end.chain }
    }),
  )

const drops = fc.record({ epoch: oneOf(epochs), id: oneOf(ids), owner: oneOf(owners), state: states, isGone: fc.boolean() })
const adoptions = fc.record({ epoch: oneOf(epochs), site: oneOf(sites), number: fc.nat(5), at: fc.nat(6) })
const others: fc.Arbitrary<Step> = fc.oneof(
  drops.map((drop) =>
    step('drop', drop, ({ hub }) => hub.drop(drop.epoch, { ...record(drop.id, drop.state, drop), ...(drop.isGone && { sealed: undefined }) })),
  ),
  adoptions.map((adoption) =>
    step('adopt', adoption, ({ hub }, places) =>
      hub.adopt(adoption.epoch, adoption.site, adoption.number, places[adoption.at] ?? { id: feedStart, chain: chainStart(adoption.epoch) }),
    ),
  ),
  names.map((name) => step('lose value', name, ({ loseValue }) => loseValue({ kind: 'symptom', ...name }))),
  fc.tuple(names, fc.nat(40)).map(([name, at]) => step('spoil value', [name, at], ({ spoilValue }) => spoilValue({ kind: 'symptom', ...name }, at))),
  fc.constant(
    step('flush', undefined, async ({ flush }, places) => {
      places.length = 0
      await flush()
    }),
  ),
)

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, part: unknown) => (part instanceof Map ? [...part] : part)))

/** All that can be asked of a hub, in an order of its own. */
async function wholeState(given: HubUnderTest): Promise<unknown> {
  const { hub } = given
  const snapshot = await hub.snapshot()
  const buckets = await hub.buckets([1, 2, 3])
  const entries = await hub.read(feedStart, { count: 100, waitMs: 0 })
  return plain({
    epoch: snapshot.epoch,
    chain: snapshot.end.chain,
    digests: [...snapshot.buckets].sort(([a], [b]) => a - b),
    index: [...buckets].map(([n, records]) => [n, records.sort((a, b) => (a.id < b.id ? -1 : 1))]),
    values: await hub.records(ids.flatMap((id) => owners.map((owner) => ({ kind: 'symptom', id, owner })))),
    entries: entries.map((entry) => ({ ...entry, id: undefined })),
    list: await given.list('symptom', owners[1]!),
  })
}

describe('the model and the hub in Redis', () => {
  it('answer alike, whatever is asked of them in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 6, arbitrary: pushes }, { weight: 2, arbitrary: hellos }, { weight: 1, arbitrary: others }), { maxLength: 25 }),
        async (steps) => {
          const limits = { entries: 5, bytes: 400 }
          const given: HubUnderTest[] = [modelHub(limits), redisHub(server(), limits)]
          const places: FeedPlace[][] = [[], []]
          await Promise.all(
            given.map(({ hub, dataset }) =>
              hub.hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: epochs[0]!, generation: 1, schema: 1, leastSchema: 0 }),
            ),
          )
          for (const step of steps) {
            const [model, redis] = await Promise.all(given.map((one, i) => attempt(step(one, places[i] as FeedPlace[]))))
            expect(redis).toEqual(model)
          }
          const [model, redis] = await Promise.all(given.map(wholeState))
          expect(redis).toEqual(model)
        },
      ),
      { numRuns: Number(process.env.MEDINSIGHT_TEST_RUNS ?? 200) },
    )
  })
})
