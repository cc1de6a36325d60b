import { connectToHolder, openClients } from './clients.js'
import type { HubProblem } from './hub.js'
import { inTime } from './in-time.js'
import { hubProblem, problemOf } from './problems.js'
import type { RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'

/** One answer may take so long, in milliseconds: the monitor waits, but for nothing for ever. */
const ANSWER_MS = 2000
/** A line that nobody used for so long is closed. */
const IDLE_MS = 60_000
/** After a failure the line is left alone for so long. */
const PAUSE_MS = 2000

/**
 * The monitor's own connection, opened when it is asked for and closed when nobody looks any more: looking at the server never stands in the way of the exchange or the cache,
 * and counts in neither.
 */
export class MonitorLine {
  #opening: Promise<RedisClient> | undefined
  #idle: NodeJS.Timeout | undefined
  #failed: { at: number; problem: HubProblem } | undefined
  #isClosed = false

  constructor(
    private readonly settings: RedisSettings,
    /** A key of the clinic: in a cluster the node that holds it is asked. */
    private readonly key: string,
  ) {}

  /** Does some work on it. Rejects with a `HubProblem`: at once for two seconds after a failure, so that many who ask do not all wait. */
  async run<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw hubProblem('closed')
    if (this.#failed && performance.now() - this.#failed.at < PAUSE_MS) throw this.#failed.problem
    let client: RedisClient | undefined
    try {
      client = await inTime((this.#opening ??= this.#open()), ANSWER_MS)
      this.#linger()
      const answer = await inTime(work(client), ANSWER_MS)
      this.#failed = undefined
      return answer
    } catch (error) {
      const problem = problemOf(error)
      if (!problem.isRefusal) this.#fail(problem)
      throw problem
    }
  }

  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  async #open(): Promise<RedisClient> {
    const [client] = (await openClients(this.settings, ['monitor'])) as [RedisClient]
    client.once('end', () => this.#drop())
    await connectToHolder(client, this.key)
    if (this.#isClosed) client.disconnect()
    return client
  }

  #fail(problem: HubProblem): void {
    this.#failed = { at: performance.now(), problem }
    this.#drop()
  }

  #drop(): void {
    clearTimeout(this.#idle)
    const opening = this.#opening
    this.#opening = undefined
    opening?.then(
      (client) => client.disconnect(),
      () => undefined,
    )
  }

  #linger(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#drop(), IDLE_MS)
    this.#idle.unref()
  }
}
