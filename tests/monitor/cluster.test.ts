import { describe, expect, it } from 'vitest'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { cluster, holderOf } from '../main/redis/clusters.js'
import { adminOf } from '../main/redis/connections.js'
import { openTestClinic } from '../support/clinic.js'
import type { RedisServer } from '../support/redis-server.js'
import { keepAnswers, untilReady, untilTrue } from './support.js'

/** Three nodes have to find each other, and to find that one is gone. */
const limit = 120_000

/** A workstation on a cluster of three nodes, by the setting that names them; `holder` is the one on which the clinic's keys lie. */
async function clinicOnCluster() {
  const nodes = await cluster()
  const opened = await openTestClinic({ server: { env: { REDIS_CLUSTER_NODES: nodes.map(({ port }) => `127.0.0.1:${port}`).join(',') } } })
  await untilTrue(() => opened.clinic.services.syncStatus.current().state === 'redis')
  const holder = await holderOf(nodes, clinicKeyNames(opened.clinic.keys.dataset).meta)
  const others = nodes.filter((node) => node !== holder)
  return { opened, holder, others, monitor: opened.admin.monitor }
}

const summaries = async ({ port }: RedisServer): Promise<number> => (await adminOf(port).keys('*:cache:ai_summary:*')).length

/** How often a node ran a command. */
const callsAt = async ({ port }: RedisServer, command: string): Promise<number> =>
  Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await adminOf(port).info('commandstats'))?.[1] ?? 0)

describe('the monitor of a clinic on a cluster', () => {
  it(
    'tells of the node that holds the clinic’s keys: what it may do to records, and what was slow to it',
    async () => {
      const { opened, holder, others, monitor } = await clinicOnCluster()
      const { server, alerts, slowLog } = monitor
      await untilReady(opened)
      await adminOf(holder.port).config('SET', 'slowlog-log-slower-than', '0')
      for (const { port } of others) await adminOf(port).config('SET', 'maxmemory-policy', 'allkeys-lru')
      // A look is good for some seconds; what is different from it shows that there was another one.
      const looked = async () => {
        const { asOf } = await server({})
        await untilTrue(async () => (await server({})).asOf !== asOf)
        return server({})
      }
      expect(await looked()).toMatchObject({ isNow: true, mode: 'cluster', offers: { config: 'offered' }, policy: { value: 'noeviction', verdict: 'fine' } })
      expect((await alerts({})).items.map(({ code }) => code)).toEqual(['password'])
      await adminOf(holder.port).config('SET', 'maxmemory-policy', 'allkeys-lru')
      expect(await looked()).toMatchObject({ policy: { value: 'allkeys-lru', verdict: 'alarm' } })
      expect((await alerts({})).items.map(({ code }) => code)).toEqual(['policy', 'password'])
      await opened.admin.patients.register({ familyName: 'Zzyxquillón', givenName: 'Ada', sex: 'female' })
      await untilTrue(async () => (await opened.admin.sync.facts({})).waiting === 0)
      for (let i = 0; i < 10; i++) {
        const { offer, thresholdMicros, items } = await slowLog({})
        expect({ offer, thresholdMicros }).toEqual({ offer: 'offered', thresholdMicros: 0 })
        expect(items.some(({ command }) => command === 'EVALSHA push')).toBe(true)
      }
    },
    limit,
  )

  it(
    'shows entries and clears them, also for several questions that come at once on a line that nobody has used yet',
    async () => {
      const { opened, holder, monitor } = await clinicOnCluster()
      const { entries, clear, slowLog, server } = monitor
      await untilTrue(() => opened.clinic.monitor.options.watch.cacheLine.facts().state === 'ready')
      await keepAnswers(opened, 5)
      await untilTrue(async () => (await summaries(holder)) === 5)
      const [cached, records, preview, { offer }, { isNow }] = await Promise.all([
        entries.list({ area: 'cache', category: 'aiSummary' }),
        entries.list({ area: 'records', kind: 'clinic' }),
        clear.preview({ pattern: 'ai_summary' }),
        slowLog({}),
        server({}),
      ])
      expect([cached.place, cached.items.length, records.items.length, offer, isNow]).toEqual(['server', 5, 1, 'offered', true])
      expect(preview).toMatchObject({ here: 5, server: 5, categories: [{ category: 'aiSummary', here: 5 }] })
      const answer = await entries.open({ key: cached.items[0]?.key ?? '' })
      expect(JSON.parse(answer.json ?? '')).toEqual({ text: expect.stringMatching(/^answer \d$/) })
      expect(await clear.pattern({ pattern: 'ai_summary' })).toMatchObject({ here: 5 })
      await untilTrue(async () => (await clear.reports({})).items[0]?.server === 'done')
      expect((await clear.reports({})).items).toMatchObject([{ here: 5, unlinked: 5 }])
      expect(await summaries(holder)).toBe(0)
    },
    limit,
  )

  it(
    'tries the node that holds the clinic’s keys, and no other',
    async () => {
      const { opened, holder, others, monitor } = await clinicOnCluster()
      const { test } = monitor
      for (const { port } of [holder, ...others]) await adminOf(port).config('RESETSTAT')
      const { isOk, steps } = await test.now({})
      expect(isOk).toBe(true)
      expect(steps.map(({ step, code }) => [step, code])).toEqual(['connect', 'ping', 'set', 'get', 'delete', 'publish'].map((step) => [step, undefined]))
      expect(await test.self({})).toMatchObject({ isOk: true, done: 1000, failures: [] })
      expect(await callsAt(holder, 'set')).toBeGreaterThan(300)
      for (const node of others) expect(await callsAt(node, 'set')).toBe(0)
      expect(await adminOf(holder.port).keys('medinsight:probe:*')).toEqual([])
      // That other nodes answer is no help to the clinic.
      await holder.kill()
      await untilTrue(async () => (await opened.admin.monitor.state({})).connection.state === 'waiting')
      expect((await test.now({})).steps.at(-1)).toMatchObject({ step: 'ping', isOk: false })
      await expect(test.self({})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    },
    limit,
  )

  it(
    'says that the server is away when that node is, shows what is here, and clears and counts there when it is back',
    async () => {
      const { opened, holder, monitor } = await clinicOnCluster()
      const { entries, clear, state, test } = monitor
      await untilReady(opened)
      await keepAnswers(opened, 2)
      await untilTrue(async () => (await summaries(holder)) === 2)
      await holder.kill()
      await keepAnswers(opened, 3)
      await untilTrue(async () => {
        const { connection, cacheLine } = await state({})
        return connection.state === 'waiting' && cacheLine.state === 'connecting'
      })
      expect(await entries.list({ area: 'cache' })).toMatchObject({ place: 'here' })
      expect(await clear.preview({ pattern: 'ai_summary:*' })).toMatchObject({ here: 3, server: null })
      expect(await clear.pattern({ pattern: 'ai_summary:*' })).toMatchObject({ here: 3, server: 'waits' })
      await test.limit({})
      await holder.restart()
      await untilReady(opened)
      await untilTrue(async () => (await clear.reports({})).items[0]?.server === 'done')
      expect(await summaries(holder)).toBe(0)
      await untilTrue(async () => (await adminOf(holder.port).keys('*:limit:*')).length === 1)
    },
    limit,
  )

  it(
    'leaves a node that stands still alone: that others answer does not bring it back',
    async () => {
      const { opened, holder, monitor } = await clinicOnCluster()
      const { state } = monitor
      await untilReady(opened)
      holder.freeze()
      await keepAnswers(opened, 1)
      expect((await state({})).cacheLine).toMatchObject({ state: 'resting', rests: 1 })
      await untilTrue(async () => (await state({})).cacheLine.state === 'connecting')
      expect((await state({})).cacheLine).toMatchObject({ rests: 1, reconnects: 0 })
      holder.resume()
      await untilReady(opened)
    },
    limit,
  )
})
