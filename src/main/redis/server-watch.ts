import type { CacheLineState } from './cache-line.js'
import type { RedisConnection, RedisHealth } from './connection.js'
import type { ConnectionState } from './connection-state.js'
import { LineFreeze } from './line-freeze.js'
import { LineWatch } from './line-watch.js'
import { type MonitorServer, openMonitor } from './redis-monitor.js'
import { type SelfTestResult, selfTest, type TrialStep, tryServer } from './server-trial.js'
import type { RedisSettings } from './settings.js'

/** What there is to know of the lines to the server, and how the server itself is asked; whatever is set up now. */
export class ServerWatch {
  readonly exchange: LineWatch<ConnectionState['kind']>
  readonly cacheLine: LineWatch<CacheLineState>
  /** Lets all lines stand still, for the rehearsal of an outage. */
  readonly freeze = new LineFreeze()
  #settings: RedisSettings | undefined
  #dataset = ''
  #connection: RedisConnection | undefined
  #server: MonitorServer | undefined

  constructor(now: () => number) {
    this.exchange = new LineWatch('off', now)
    this.cacheLine = new LineWatch('off', now)
  }

  /** The server of these settings is meant from now on; none without. */
  use(settings: RedisSettings | undefined, dataset: string): void {
    this.#server?.close()
    this.#settings = settings
    this.#dataset = dataset
    this.#server = settings && openMonitor(settings, dataset)
    this.#connection = undefined
    if (!settings) this.exchange.note('off')
    if (!settings) this.cacheLine.note('off')
  }

  /** Follows the exchange's connection. */
  follow(connection: RedisConnection): void {
    this.#connection = connection
    const note = (state: ConnectionState): void => {
      if (connection === this.#connection) this.exchange.note(state.kind, 'problem' in state ? state.problem : undefined)
    }
    note(connection.state())
    connection.subscribe(note)
  }

  /** How the exchange's connection stands now. */
  get connectionState(): ConnectionState {
    return this.#connection?.state() ?? { kind: 'off' }
  }

  /** The last regular look at the server. */
  get health(): RedisHealth | undefined {
    return this.#connection?.health()
  }

  /** The server where it is in reach: asking one that is away would make whoever asks wait. */
  get server(): MonitorServer | undefined {
    return this.connectionState.kind === 'ready' ? this.#server : undefined
  }

  get hasServer(): boolean {
    return this.#settings !== undefined
  }

  /** Whether it runs on this computer: nobody reads along on the way to it. */
  get isLocal(): boolean {
    const { path, endpoints = [] } = this.#settings ?? {}
    return path !== undefined || endpoints.every(({ host }) => /^(?:localhost|127\.|::1$)/.test(host))
  }

  /** Tries the server over connections of its own; undefined where none is set up. */
  async try(): Promise<TrialStep[] | undefined> {
    return this.#settings && tryServer(this.#settings, this.#dataset)
  }

  /** As `selfTest`; undefined where no server is set up. @throws HubProblem when it cannot connect */
  async selfTest(size: { operations: number; concurrency: number }): Promise<SelfTestResult | undefined> {
    return this.#settings && selfTest(this.#settings, this.#dataset, size)
  }

  close(): void {
    this.#server?.close()
    this.#server = undefined
  }
}
