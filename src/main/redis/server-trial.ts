import { randomBytes } from 'node:crypto'
import { createHistogram } from 'node:perf_hooks'
import { connectToHolder, openClients } from './clients.js'
import { inTime } from './in-time.js'
import { probeKey } from './keys.js'
import { hubProblem, problemOf } from './problems.js'
import { notOffered } from './redis-board.js'
import { askServer, type RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'

/** A step of a trial: how long it took, and what was wrong. `notOffered`: the server refuses this, and nothing depends on it. */
export interface TrialStep {
  step: 'connect' | 'ping' | 'set' | 'get' | 'delete' | 'publish'
  isOk: boolean
  ms: number
  code?: string
}

/** How a self-test went; times in milliseconds. `failures`: how often which code came. */
export interface SelfTestResult {
  done: number
  failures: { code: string; count: number }[]
  seconds: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
}

const STEP_MS = 3000
/** A self-test is given up after so long. */
const SELF_TEST_MS = 60_000
const PROBE_BYTES = 1024
const PROBE_TTL_MS = 60_000

/** Tries the server over a connection of its own, up to the first step without which nothing works. Never rejects. */
export async function tryServer(settings: RedisSettings, dataset: string): Promise<TrialStep[]> {
  const steps: TrialStep[] = []
  const key = probeKey(randomBytes(8).toString('hex'), dataset)
  const value = randomBytes(PROBE_BYTES)
  let clients: RedisClient[] = []
  const step = async (name: TrialStep['step'], work: () => Promise<unknown>, isOptional = false): Promise<void> => {
    const began = performance.now()
    const result = await inTime(work(), STEP_MS).then(() => undefined, problemOf)
    const isOffered = !(isOptional && result && notOffered.has(result.code))
    const code = isOffered ? result?.code : 'notOffered'
    steps.push({ step: name, isOk: result === undefined || !isOffered, ms: performance.now() - began, ...(code && { code }) })
    if (result && isOffered) throw result
  }
  try {
    await step('connect', async () => {
      clients = await openClients(settings, ['monitor', 'probe'])
    })
    const [client, listener] = clients as [RedisClient, RedisClient]
    await step('ping', () => askServer(client, key))
    await step('set', () => client.set(key, value, 'PX', PROBE_TTL_MS))
    await step('get', async () => requireSame(await client.getBuffer(key), value))
    await step('delete', () => client.del(key))
    await step('publish', () => roundTrip(client, listener, key), true)
  } catch {
    // The step that failed stands in the list.
  }
  for (const client of clients) client.disconnect()
  return steps
}

/** Sends a message to itself and waits until it arrives. */
async function roundTrip(client: RedisClient, listener: RedisClient, channel: string): Promise<void> {
  const arrived = new Promise<void>((resolve) => listener.once('message', () => resolve()))
  await listener.subscribe(channel)
  await client.publish(channel, 'probe')
  await arrived
}

function requireSame(found: Buffer | null, expected: Buffer): void {
  if (!found?.equals(expected)) throw hubProblem('unexpected')
}

/** Writes, reads, compares and deletes probes, `concurrency` of them at once, until `operations` were carried out. @throws HubProblem when it cannot connect */
export async function selfTest(
  settings: RedisSettings,
  dataset: string,
  { operations, concurrency }: { operations: number; concurrency: number },
): Promise<SelfTestResult> {
  const [client] = (await openClients(settings, ['monitor'])) as [RedisClient]
  await connectToHolder(client, probeKey('', dataset))
  // In microseconds, up to a minute.
  const times = createHistogram({ lowest: 1, highest: SELF_TEST_MS * 1000, figures: 2 })
  const failures = new Map<string, number>()
  const began = performance.now()
  let begun = 0
  let done = 0
  const one = async (work: () => Promise<unknown>): Promise<void> => {
    begun++
    const from = performance.now()
    try {
      await inTime(work(), STEP_MS)
      times.record(Math.max(1, Math.round((performance.now() - from) * 1000)))
    } catch (error) {
      const { code } = problemOf(error)
      failures.set(code, (failures.get(code) ?? 0) + 1)
    }
    done++
  }
  const worker = async (): Promise<void> => {
    const key = probeKey(randomBytes(8).toString('hex'), dataset)
    const value = randomBytes(PROBE_BYTES)
    const round = [() => client.set(key, value, 'PX', PROBE_TTL_MS), async () => requireSame(await client.getBuffer(key), value), () => client.del(key)]
    for (let i = 0; begun < operations && performance.now() - began < SELF_TEST_MS; i++) await one(round[i % 3] as () => Promise<unknown>)
    await client.del(key).catch(() => undefined)
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, operations) }, worker))
  } finally {
    client.disconnect()
  }
  const at = (percentile: number): number => (times.count === 0 ? 0 : times.percentile(percentile) / 1000)
  return {
    done,
    failures: [...failures].map(([code, count]) => ({ code, count })),
    seconds: (performance.now() - began) / 1000,
    p50Ms: at(50),
    p95Ms: at(95),
    p99Ms: at(99),
    maxMs: times.count === 0 ? 0 : times.max / 1000,
  }
}
