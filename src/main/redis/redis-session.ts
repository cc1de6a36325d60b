import { Cluster } from 'ioredis'
import { openClients } from './clients.js'
import type { HubProblem } from './hub.js'
import { inTime } from './in-time.js'
import { hubProblem, problemOf } from './problems.js'
import type { ConnectionName } from './redis-board.js'
import { askServer, type RedisClient, runScript } from './scripts.js'
import { readServerInfo, serverProblem } from './server-info.js'
import type { RedisSettings } from './settings.js'

/** How long the first answers may take. */
const CHECK_MS = 5000
/** Misses in a row after which the line counts as dead. */
const MOST_MISSES = 2
/** Round trips that are remembered. */
const ROUND_TRIPS = 60

const names = ['commands', 'feed'] as const satisfies readonly ConnectionName[]

export interface SessionOptions {
  /** A key of the clinic: the node that holds it is asked. */
  clockKey: string
  /** Pause between questions whether the server is still there, in milliseconds; unanswered for as long counts as a miss. */
  beatMs: number
  /** Told when the line ended, or what a question whether the server is there met; whoever hears it closes the session where it cannot go on. */
  onProblem: (problem: HubProblem) => void
}

/** One set of connections to the server, from the first word until one of them breaks. Work in flight ends with it, at once. */
export class RedisSession {
  readonly #flights: Record<ConnectionName, Set<(problem: HubProblem) => void>> = { commands: new Set(), feed: new Set() }
  readonly #misses: Record<ConnectionName, number> = { commands: 0, feed: 0 }
  readonly #roundTrips: number[] = []
  readonly #beat: NodeJS.Timeout
  #problem: HubProblem | undefined

  private constructor(
    private readonly clients: Record<ConnectionName, RedisClient>,
    private readonly options: SessionOptions,
  ) {
    for (const client of Object.values(clients)) client.once('end', () => this.#tell(hubProblem('closed')))
    this.#beat = setInterval(() => void Promise.all(names.map((name) => this.#ask(name))), options.beatMs)
    this.#beat.unref()
  }

  /**
   * Connects and looks whether the server can be worked with. @throws HubProblem
   */
  static async open(settings: RedisSettings, options: SessionOptions): Promise<RedisSession> {
    const [commands, feed] = (await openClients(settings, names)) as [RedisClient, RedisClient]
    try {
      await checkServer(commands)
      // Also proves that scripts may run, and connects to the node of a cluster that holds the clinic's keys.
      await inTime(Promise.all([commands, feed].map((client) => runScript(client, 'clock', [options.clockKey], []))), CHECK_MS)
      return new RedisSession({ commands, feed }, options)
    } catch (error) {
      for (const client of [commands, feed]) client.disconnect()
      throw problemOf(error)
    }
  }

  /** Does some work on a connection; rejects with a HubProblem, at once when the session ends. */
  run<T>(name: ConnectionName, work: (client: RedisClient) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#problem) return reject(this.#problem)
      const flights = this.#flights[name]
      flights.add(reject)
      work(this.clients[name])
        .then(resolve, (error) => reject(problemOf(error)))
        .finally(() => flights.delete(reject))
    })
  }

  /** Milliseconds within which 95 of 100 of the last questions were answered; undefined before the first. */
  get pingP95Ms(): number | undefined {
    const sorted = [...this.#roundTrips].sort((a, b) => a - b)
    return sorted[Math.ceil(sorted.length * 0.95) - 1]
  }

  /** Ends the session; what is in flight rejects with the problem. */
  close(problem: HubProblem = hubProblem('closed')): void {
    if (this.#problem) return
    this.#problem = problem
    clearInterval(this.#beat)
    for (const client of Object.values(this.clients)) client.disconnect()
    for (const flights of Object.values(this.#flights)) for (const reject of flights) reject(problem)
  }

  #tell(problem: HubProblem): void {
    if (!this.#problem) this.options.onProblem(problem)
  }

  /** Asks whether the server is there. Not behind a read that waits: that one has its own limit. */
  async #ask(name: ConnectionName): Promise<void> {
    if (name === 'feed' && this.#flights.feed.size > 0) return
    const began = performance.now()
    const client = this.clients[name]
    try {
      await inTime(askServer(client, this.options.clockKey), this.options.beatMs)
      this.#misses[name] = 0
      if (name === 'commands') this.#roundTrips.push(performance.now() - began)
      if (this.#roundTrips.length > ROUND_TRIPS) this.#roundTrips.shift()
    } catch (error) {
      const problem = problemOf(error)
      if (problem.code !== 'timeout' || ++this.#misses[name] >= MOST_MISSES) this.#tell(problem)
    }
  }
}

async function checkServer(client: RedisClient): Promise<void> {
  const info = await inTime(readServerInfo(client), CHECK_MS)
  const problem = info && serverProblem(info, client instanceof Cluster)
  if (problem) throw problem
}
