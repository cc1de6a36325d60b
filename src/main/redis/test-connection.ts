import { randomBytes } from 'node:crypto'
import { openClients, tlsOptions } from './clients.js'
import type { HubProblemCode } from './hub.js'
import { inTime } from './in-time.js'
import { probeKey } from './keys.js'
import { hubProblem, problemOf } from './problems.js'
import { encrypt, firstListening, knownEndpoints } from './reach.js'
import { askServer, type RedisClient, runScript } from './scripts.js'
import { readServerInfo, type ServerInfo, serverProblem } from './server-info.js'
import type { RedisSettings } from './settings.js'

/** What is tried, in this order. */
export type TestStep = 'resolve' | 'connect' | 'encrypt' | 'signIn' | 'answer' | 'version' | 'write' | 'script' | 'wait' | 'eviction' | 'persistence'

/** What a step found. `sentence` says it in English, and what to do, without a value; `code` is for its translation. */
interface Finding {
  isOk: boolean
  /** `notOffered`, `notKept`: works, but the sentence is worth reading. `evicts`, `keepFails`: records would be in danger. */
  code?: HubProblemCode | 'evicts' | 'notOffered' | 'notKept' | 'keepFails'
  sentence: string
}
export type TestResult = Finding & { step: TestStep }

/** The whole test is given up after so many milliseconds, and each step. */
const TEST_MS = 15_000
const STEP_MS = 5000

/**
 * Tries settings step by step, up to the first one without which nothing works; changes nothing but a probe key, which it deletes. Takes at most
 * 15 seconds. Never rejects.
 */
export async function testConnection(settings: RedisSettings): Promise<TestResult[]> {
  const test = new Test()
  try {
    await test.reach(settings)
    await test.talk(await test.signIn(settings), settings.topology === 'cluster')
  } catch {
    // The step that failed stands in the results.
  }
  test.end()
  return test.results
}

class Test {
  readonly results: TestResult[] = []
  readonly #until = performance.now() + TEST_MS
  #opening: Promise<RedisClient[]> = Promise.resolve([])

  /** Finds a place where something listens, and encrypts, without a word of Redis. */
  async reach({ endpoints, path, tls }: RedisSettings): Promise<void> {
    if (path !== undefined) {
      await this.#try('connect', 'Something listens at the socket.', () => firstListening([{ path }]))
      return
    }
    const known = await this.#try('resolve', 'The host name is known.', async () => {
      const found = await knownEndpoints(endpoints)
      if (found.length === 0) throw hubProblem('host')
      return found
    })
    const place = await this.#try('connect', 'Something listens at host and port.', () => firstListening(known))
    if (tls) await this.#try('encrypt', 'The connection is encrypted and the certificate is trusted.', async () => encrypt(place, await tlsOptions(tls)))
  }

  signIn(settings: RedisSettings): Promise<RedisClient> {
    this.#opening = openClients(settings, ['commands'])
    return this.#try('signIn', 'The server lets this workstation in.', async () => (await this.#opening)[0] as RedisClient)
  }

  /** What the exchange needs of the server, and what would endanger the records. */
  async talk(client: RedisClient, isCluster: boolean): Promise<void> {
    const key = probeKey(randomBytes(8).toString('hex'))
    await this.#try<unknown>('answer', 'The server answers.', () => askServer(client, key))
    const info = await inTime(readServerInfo(client), STEP_MS).catch(() => undefined)
    await this.#judge('version', async () => versionOf(info, isCluster))
    await this.#try('write', 'A key can be written, read and deleted.', async () => {
      await client.set(key, 'probe', 'PX', 60_000)
      if ((await client.get(key)) !== 'probe') throw hubProblem('unexpected')
      await client.del(key)
    })
    await this.#try('script', 'Scripts may run.', () => runScript(client, 'take', [key], []))
    await this.#judge('wait', () => waitingOf(client, key))
    await this.#judge('eviction', async () => evictionOf(info))
    await this.#judge('persistence', () => persistenceOf(info, client))
  }

  /** Ends the connection, also one that is made only after its time. */
  end(): void {
    const disconnect = (clients: RedisClient[]) => {
      for (const client of clients) client.disconnect()
    }
    this.#opening.then(disconnect, () => undefined)
  }

  async #try<T>(step: TestStep, sentence: string, work: () => Promise<T>): Promise<T> {
    let result: T | undefined
    await this.#judge(step, async () => {
      result = await work()
      return { isOk: true, sentence }
    })
    return result as T
  }

  async #judge(step: TestStep, work: () => Promise<Finding>): Promise<void> {
    try {
      this.results.push({ step, ...(await inTime(work(), Math.max(1, Math.min(STEP_MS, this.#until - performance.now())))) })
    } catch (error) {
      const { code, message } = problemOf(error)
      this.results.push({ step, isOk: false, code, sentence: message })
      throw error
    }
  }
}

const fine = (sentence: string): Finding => ({ isOk: true, sentence })
const notTold: Finding = { isOk: true, code: 'notOffered', sentence: 'The server does not tell this.' }

function versionOf(info: ServerInfo | undefined, isCluster: boolean): Finding {
  if (info?.('redis_version') === undefined) return notTold
  const problem = serverProblem(info, isCluster)
  if (problem) throw problem
  return fine('The server’s version is recent enough, and it takes changes.')
}

async function waitingOf(client: RedisClient, key: string): Promise<Finding> {
  const problem = await client.xread('BLOCK', 10, 'STREAMS', key, '0-0').then(() => undefined, problemOf)
  if (problem === undefined) return fine('Reads may wait for what is new.')
  if (!problem.isRefusal) throw problem
  return { isOk: true, code: 'notOffered', sentence: 'The server does not let reads wait; what others change then comes up to two seconds later.' }
}

/** Records have no expiry, so a server that evicts any key may take them. */
function evictionOf(info: ServerInfo | undefined): Finding {
  const policy = info?.('maxmemory_policy')
  if (policy === undefined) return notTold
  if (policy === 'noeviction' || policy.startsWith('volatile-')) return fine('The server deletes no records by itself.')
  const when = Number(info?.('maxmemory') ?? 0) > 0 ? 'when its memory is full' : 'once its memory has a limit'
  return { isOk: false, code: 'evicts', sentence: `The server deletes records ${when}. Set its maxmemory-policy to noeviction.` }
}

/** Records survive on the workstations, but a server that starts empty has to be filled again. */
async function persistenceOf(info: ServerInfo | undefined, client: RedisClient): Promise<Finding> {
  if (info?.('aof_enabled') === undefined) return notTold
  if (info('rdb_last_bgsave_status') === 'err' || info('aof_last_write_status') === 'err')
    return { isOk: false, code: 'keepFails', sentence: 'The server fails to save its data to disk. Look at its disk and its log.' }
  const saves = info('aof_enabled') === '1' ? 'always' : await savesOf(client)
  if (saves === undefined) return notTold
  if (saves !== '') return fine('The server saves its data to disk.')
  return {
    isOk: true,
    code: 'notKept',
    sentence: 'The server saves nothing to disk. Nothing is lost by that, but after its restart the workstations have to fill it again.',
  }
}

/** When the server saves a dump; undefined where it does not tell. */
function savesOf(client: RedisClient): Promise<string | undefined> {
  return client.config('GET', 'save').then(
    (reply) => (reply as string[])[1],
    () => undefined,
  )
}
