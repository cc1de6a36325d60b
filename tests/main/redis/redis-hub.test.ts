import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { feedStart } from '../../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../../src/main/redis/keys.js'
import { RedisHub } from '../../../src/main/redis/redis-hub.js'
import { redisOfFile, redisOfTest } from '../../support/redis-server.js'
import { digestOf, linkTo, newEpoch, newSite, pushOf, record, redisHub } from './hubs.js'

const server = redisOfFile()

let given: ReturnType<typeof redisHub>
let keys: ReturnType<typeof clinicKeyNames>
let epoch: string
const hello = (extra: object = {}) =>
  given.hub.hello({ dataset: given.dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0, ...extra })

beforeEach(async () => {
  given = redisHub(server())
  keys = clinicKeyNames(given.dataset)
  epoch = newEpoch()
  await hello({ newEpoch: epoch })
})

describe('the scripts', () => {
  it('are loaded again after the server has forgotten them', async () => {
    await given.hub.push(pushOf({ epoch }))
    await given.raw.script('FLUSH')
    await expect(given.hub.push(pushOf({ epoch, from: 2, to: 2, records: [record(randomUUID(), 'one')] }))).resolves.toMatchObject({ status: 'ok' })
  })

  it('touch no key outside the clinic, and every key of the clinic shares its slot', async () => {
    const owner = randomUUID()
    await given.hub.push(pushOf({ epoch, records: [record(randomUUID(), 'one', { owner, lists: [{ list: 'symptom', owner, score: 1 }] })] }))
    const names = await given.raw.keys('*')
    expect(names.filter((name) => name.includes(owner)).every((name) => name.startsWith(`medinsight:{${given.dataset}}:`))).toBe(true)
  })

  it('give entries later ids than the last one when the server’s clock went back', async () => {
    const ahead = `${Date.now() + 3_600_000}-41`
    await given.raw.hset(keys.meta, 'end', ahead)
    const answer = await given.hub.push(pushOf({ epoch }))
    expect(answer).toMatchObject({ status: 'ok', end: { id: ahead.replace('-41', '-42') } })
    expect((await given.hub.read(ahead, { count: 9, waitMs: 0 })).length).toBe(1)
  })

  it('go on where the stream is of another history than the meta', async () => {
    await given.raw.xadd(keys.feed, `${Date.now() + 3_600_000}-0`, 'c', 'alien')
    await given.hub.push(pushOf({ epoch }))
    expect(await given.hub.read(feedStart, { count: 9, waitMs: 0 })).toMatchObject([{ from: 1, to: 1 }])
  })

  it('write the record where something else stands in the place of a list', async () => {
    const owner = randomUUID()
    const id = randomUUID()
    await given.raw.set(keys.list('symptom', owner), 'not a sorted set')
    await given.hub.push(pushOf({ epoch, records: [record(id, 'one', { lists: [{ list: 'symptom', owner, score: 5 }] })] }))
    expect(await given.list('symptom', owner)).toEqual([[id, 5]])
  })

  it('set a bucket’s digest right after keys were deleted by hand', async () => {
    const records = ['001', '401', '002'].map((end) => record(`01990000-0000-7000-8000-000000000${end}`, end))
    await given.hub.push(pushOf({ epoch, records }))
    await given.raw.del(keys.bucket(1))
    expect((await given.hub.snapshot()).buckets.has(1)).toBe(true)
    expect(await given.hub.buckets([1])).toEqual(new Map([[1, []]]))
    expect((await given.hub.snapshot()).buckets.has(1)).toBe(false)
    await given.raw.hset(keys.digest, '2', 'garbage')
    await given.hub.buckets([2])
    expect((await given.hub.snapshot()).buckets.get(2)).toEqual(digestOf('002'))
  })

  it('refuse for want of memory as a whole', async () => {
    const small = await redisOfTest({ args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'] })
    const { hub, dataset, raw } = redisHub(small)
    await hub.hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: epoch, generation: 1, schema: 1, leastSchema: 0 })
    const site = newSite()
    const push = (n: number) =>
      hub.push(pushOf({ epoch, site, from: n, to: n, records: Array.from({ length: 10 }, () => record(randomUUID(), `${n}`, { sealed: Buffer.alloc(5000) })) }))
    let n = 0
    const refusal = await (async () => {
      for (;;) await push(++n)
    })().catch((error) => error as Error)
    expect(refusal).toMatchObject({ name: 'HubProblem', code: 'full', isRefusal: true })
    const before = await hub.snapshot()
    await expect(push(n)).rejects.toMatchObject({ code: 'full' })
    expect(await hub.snapshot()).toEqual(before)
    const values = await raw.keys(`medinsight:{${dataset}}:symptom:*`)
    expect(values).toHaveLength((n - 1) * 10)
    await raw.config('SET', 'maxmemory', '0')
    await expect(push(n)).resolves.toMatchObject({ status: 'ok' })
  })
})

describe('a read that waits', () => {
  it('ends as soon as something is written', async () => {
    const { end } = await hello()
    const reading = given.hub.read(end.id, { count: 10, waitMs: 20_000 })
    await given.hub.push(pushOf({ epoch, summary: Buffer.from('here') }))
    expect((await reading).map(({ summary }) => String(summary))).toEqual(['here'])
  })

  it('ends empty when its time is over', async () => {
    expect(await given.hub.read(feedStart, { count: 10, waitMs: 50 })).toEqual([])
  })
})

describe('the board', () => {
  it('keeps the last report of each workstation with the server’s time', async () => {
    await given.hub.report('one', Buffer.from([1, 10, 2]))
    await given.hub.report('two', Buffer.from('older'))
    await given.hub.report('two', Buffer.from('newer'))
    const reports = await given.hub.reports()
    expect([...reports].map(([id, { sealed }]) => [id, Buffer.from(sealed).toString('latin1')]).sort()).toEqual([
      ['one', '\x01\n\x02'],
      ['two', 'newer'],
    ])
    const { at } = await given.hub.ping()
    expect(reports.get('two')?.seenAt).toBeLessThanOrEqual(at)
    await given.hub.forgetReport('two')
    expect([...(await given.hub.reports()).keys()]).toEqual(['one'])
  })

  it('says who is there until they stop saying so', async () => {
    await given.hub.announce('ana:one', 60_000)
    await given.hub.announce('ben:two', 60_000)
    expect((await given.hub.present()).sort()).toEqual(['ana:one', 'ben:two'])
    await given.hub.announce('ben:two', 0)
    expect(await given.hub.present()).toEqual(['ana:one'])
    await given.raw.zadd(keys.presence, 1, 'ana:one')
    expect(await given.hub.present()).toEqual([])
  })

  it('hands an invitation out once', async () => {
    const id = randomUUID()
    await given.hub.putInvitation(id, Buffer.from('sealed'), 60_000)
    expect(await given.raw.pttl(keys.invite(id))).toBeGreaterThan(0)
    const taken = await Promise.all([given.hub.takeInvitation(id), given.hub.takeInvitation(id)])
    expect(taken.map((value) => value && Buffer.from(value).toString()).sort()).toEqual(['sealed', undefined])
  })

  it('keeps the key of each generation for each workstation', async () => {
    await given.hub.putGrants(2, new Map([['one', Buffer.from('two for one')]]))
    await given.hub.putGrants(3, new Map([['one', Buffer.from('three for one')]]))
    await given.hub.putGrants(4, new Map())
    expect(String(await given.hub.grant(3, 'one'))).toBe('three for one')
    expect(String(await given.hub.grant(2, 'one'))).toBe('two for one')
    expect(await given.hub.grant(3, 'two')).toBeUndefined()
  })

  it('gives every number of a series to one caller, also after the server was emptied', async () => {
    const leases = await Promise.all([5, 5, 1].map((count) => given.hub.lease('invoice', count, 1)))
    expect(leases.map(({ first, last }) => [first, last]).sort((a, b) => a[0]! - b[0]!)).toEqual([
      [1, 5],
      [6, 10],
      [11, 11],
    ])
    await given.flush()
    expect(await given.hub.lease('invoice', 10, 12)).toEqual({ first: 12, last: 21 })
    expect(await given.hub.lease('invoice', 1, 12)).toEqual({ first: 22, last: 22 })
    expect(await given.hub.lease('receipt', 1, 1)).toEqual({ first: 1, last: 1 })
  })

  it('tells the server’s memory, and its limit where it has one', async () => {
    expect(await given.hub.memory()).toEqual({ usedBytes: expect.any(Number) })
    await given.raw.config('SET', 'maxmemory', '100mb')
    expect(await given.hub.memory()).toMatchObject({ maxBytes: 104_857_600 })
    await given.raw.config('SET', 'maxmemory', '0')
  })

  it('refuses what is too large to be a report', async () => {
    await expect(given.hub.report('one', Buffer.alloc(70_000))).rejects.toMatchObject({ code: 'record' })
  })
})

describe('replacing the history', () => {
  const fill = async () => {
    for (let n = 1; n <= 20; n++) {
      const records = Array.from({ length: 100 }, () => record(randomUUID(), `${n}`, { lists: [{ list: 'symptom', owner: randomUUID(), score: 1 }] }))
      await given.hub.push(pushOf({ epoch, from: n, to: n, records }))
    }
  }

  it('leaves nothing of the old one but presence, grants, leases and reports', async () => {
    await fill()
    await given.hub.putGrants(2, new Map([['one', Buffer.from('key')]]))
    await given.hub.announce('ana', 60_000)
    await given.hub.lease('invoice', 7, 1)
    await given.hub.report('one', Buffer.from('report'))
    const next = newEpoch()
    const progress: number[] = []
    expect(await given.hub.replaceHistory(2, next, (unlinked) => progress.push(unlinked))).toBe(true)
    expect(progress.at(-1)).toBeGreaterThan(4000)
    const left = (await given.raw.keys(keys.all)).sort()
    expect(left).toEqual([keys.grants, keys.lease('invoice'), keys.meta, keys.presence, keys.workstations].sort())
    expect(await hello({ generation: 2, epoch: next })).toMatchObject({ status: 'lost', epoch: next, generation: 2 })
    expect(await hello({ generation: 1, epoch })).toMatchObject({ status: 'key', generation: 2 })
    expect(await given.hub.push(pushOf({ epoch, from: 21, to: 21 }))).toEqual({ status: 'key' })
    expect(await given.hub.push(pushOf({ epoch: next, generation: 2, records: [record(randomUUID(), 'new')] }))).toMatchObject({ status: 'ok' })
  })

  it('is done once, and not for an earlier generation', async () => {
    await given.hub.replaceHistory(3, newEpoch())
    const next = (await given.hub.snapshot()).epoch
    expect(await given.hub.replaceHistory(3, newEpoch())).toBe(true)
    expect(await given.hub.replaceHistory(2, newEpoch())).toBe(false)
    expect((await given.hub.snapshot()).epoch).toBe(next)
  })

  it('keeps the others waiting, and is finished by another one when it was broken off', async () => {
    await fill()
    const next = newEpoch()
    const breakOff = () => {
      throw new Error('switched off')
    }
    await expect(given.hub.replaceHistory(2, next, breakOff)).rejects.toThrow('switched off')
    await expect(hello({ generation: 2, epoch })).rejects.toMatchObject({ code: 'busy', isRefusal: true })
    await expect(given.hub.replaceHistory(2, newEpoch())).rejects.toMatchObject({ code: 'busy' })
    expect(await given.hub.push(pushOf({ epoch, generation: 2, from: 21, to: 21 }))).toEqual({ status: 'epoch' })
    expect(await hello({ generation: 1, epoch })).toMatchObject({ status: 'key', generation: 2 })

    const impatient = new RedisHub({ dataset: given.dataset, link: linkTo(server()), takeOverMs: 0 })
    const mine = newEpoch()
    const answer = await impatient.hello({ dataset: given.dataset, epoch, cursor: undefined, newEpoch: mine, generation: 2, schema: 1, leastSchema: 0 })
    expect(answer).toMatchObject({ status: 'epoch', epoch: mine, generation: 2 })
    expect(await given.raw.keys(keys.all)).toEqual([keys.meta])
  })

  it('lets the one that was overtaken unlink nothing more', async () => {
    await fill()
    const impatient = new RedisHub({ dataset: given.dataset, link: linkTo(server()), takeOverMs: 0 })
    const mine = newEpoch()
    let overtaken: Promise<unknown> | undefined
    const late = given.hub.replaceHistory(2, newEpoch(), () => {
      overtaken ??= impatient.replaceHistory(2, mine)
    })
    await expect(late).rejects.toMatchObject({ code: 'busy' })
    await overtaken
    expect((await given.hub.snapshot()).epoch).toBe(mine)
  })
})

it('rejects with the same kind of problem when the server has gone', async () => {
  const gone = await redisOfTest()
  const hub = new RedisHub({ dataset: randomUUID(), link: linkTo(gone) })
  await hub.ping()
  await gone.kill()
  const calls = [hub.ping(), hub.snapshot(), hub.reports(), hub.read(feedStart, { count: 1, waitMs: 100 }), hub.push(pushOf({ epoch }))]
  for (const result of await Promise.allSettled(calls)) expect(result).toMatchObject({ status: 'rejected', reason: { name: 'HubProblem' } })
})
