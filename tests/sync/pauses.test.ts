import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { silentLog } from '../../src/main/lib/log.js'
import { HubProblem, type HubProblemCode } from '../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { Exchange } from '../../src/main/sync/exchange.js'
import type { ServerLink } from '../../src/main/sync/link.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { StoreReplica } from '../../src/main/sync/store-replica.js'
import { systemTimers } from '../../src/main/sync/timers.js'
import { ModelHub } from '../support/model-hub.js'
import { openTestStore } from '../support/store.js'

/** Lets sessions fail and answers the pauses between them, in milliseconds. */
async function pausesAfter(code: HubProblemCode, count: number): Promise<number[]> {
  const { store, clinicKey } = await openTestStore()
  const dataset = randomUUID()
  // What lies beside the records is not asked for.
  const hub = new ModelHub({ dataset, now: Date.now })
  hub.hello = () => Promise.reject(new HubProblem(code, 'No.'))
  const pauses: number[] = []
  const all = Promise.withResolvers<void>()
  const link: ServerLink = {
    hub: hub as unknown as ServerLink['hub'],
    state: () => ({ kind: 'ready' }),
    subscribe: () => () => undefined,
    reconnectNow: () => undefined,
    close: async () => undefined,
  }
  const exchange = new Exchange({
    link,
    replica: new StoreReplica(store, () => Promise.reject(new Error('Nothing is compared.'))),
    codec: new RecordCodec(clinicKeyNames(dataset), { current: 1, keyOf: () => clinicKey }),
    dataset,
    workstationId: randomUUID(),
    schema: 1,
    leastSchema: () => 0,
    log: silentLog,
    timers: {
      ...systemTimers,
      sleep: async (ms, signal) => {
        // The watch looks every five seconds; it has no part in this.
        if (ms === 5000 || pauses.length === count) return systemTimers.sleep(3_600_000, signal)
        pauses.push(ms)
        if (pauses.length === count) all.resolve()
      },
    },
    onChanged: () => undefined,
  })
  exchange.start()
  await all.promise
  await exchange.stop()
  return pauses
}

it.each(['timeout', 'auth'] as const)('a server that answers `%s` is asked ever more seldom, each workstation at a time of its own', async (code) => {
  const pauses = await pausesAfter(code, 10)
  for (const [n, ms] of pauses.entries()) {
    const most = Math.min(30_000, 400 * 2 ** n)
    expect(ms).toBeGreaterThanOrEqual(most / 2)
    expect(ms).toBeLessThanOrEqual(most)
  }
})

it('a line that broke is taken up soon: the connection itself waits', async () => {
  const pauses = await pausesAfter('closed', 10)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(200)
})
