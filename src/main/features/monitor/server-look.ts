import type { ServerFacts, SlowLog } from '../../../shared/contract/monitor-blocks.js'
import type { MonitorServer } from '../../redis/redis-monitor.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import { serverFactsOf, unknownServer } from './server-facts.js'

/** A look is good for so long, in milliseconds. */
const freshMs = 5000
/** What hardly ever changes is asked again after so long. */
const settingsMs = 10 * 60_000
/** Most lines of the slow log that are shown. */
const slowLines = 50

type Settings = Pick<Parameters<typeof serverFactsOf>[0], 'bind' | 'protectedMode' | 'save' | 'isOpen'>

/** Looks at the server when somebody wants to know, and remembers what it told last. */
export class ServerLook {
  #facts: ServerFacts
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined
  #settings: { at: number; of: MonitorServer; value: Settings } | undefined
  #slowLog: SlowLog = { asOf: null, offer: 'unknown', thresholdMicros: null, items: [] }
  #publish: ServerFacts['offers']['publish'] = 'unknown'

  constructor(
    private readonly watch: ServerWatch,
    private readonly now: () => number,
    /** What it told before this start. */
    before: ServerFacts | undefined,
  ) {
    this.#facts = before ? { ...before, isNow: false } : unknownServer
  }

  /** What is known without asking. */
  get known(): ServerFacts {
    return this.watch.server && this.#facts.isNow ? this.#facts : { ...this.#facts, isNow: false }
  }

  /** What the server tells now, or told last where it is away. Asks at most every five seconds, once for all who wait. */
  async facts(): Promise<ServerFacts> {
    const { server } = this.watch
    if (server && performance.now() - this.#lookedAt >= freshMs)
      await (this.#looking ??= this.#look(server).finally(() => {
        this.#looking = undefined
      }))
    return this.known
  }

  async slowLog(): Promise<SlowLog> {
    const { server } = this.watch
    if (!server) return this.#slowLog
    try {
      const found = await server.slowLog(slowLines)
      const threshold = found && (await server.setting('slowlog-log-slower-than'))
      this.#slowLog = {
        asOf: new Date(this.now()).toISOString(),
        offer: found ? 'offered' : 'notOffered',
        thresholdMicros: threshold === undefined ? null : Number(threshold),
        items: (found ?? []).map(({ at, micros, command }) => ({ at: new Date(at).toISOString(), micros, command })),
      }
    } catch {
      // Away just now: what it told last stands, with its time.
    }
    return this.#slowLog
  }

  /** A trial found out whether messages may be published. */
  notePublish(isOffered: boolean): void {
    this.#publish = isOffered ? 'offered' : 'notOffered'
    this.#facts = { ...this.#facts, offers: { ...this.#facts.offers, publish: this.#publish } }
  }

  async #look(server: MonitorServer): Promise<void> {
    try {
      const [info, settings] = [await server.info(), await this.#settingsOf(server)]
      const answers = { info, ...settings, isEncrypted: server.isEncrypted, isLocal: this.watch.isLocal }
      this.#facts = serverFactsOf(answers, { ...this.#facts.offers, slowLog: this.#slowLog.offer, publish: this.#publish }, this.now())
      this.#lookedAt = performance.now()
    } catch {
      this.#facts = { ...this.#facts, isNow: false }
    }
  }

  async #settingsOf(server: MonitorServer): Promise<Settings> {
    const kept = this.#settings
    if (kept?.of === server && performance.now() - kept.at < settingsMs) return kept.value
    const value = {
      bind: await server.setting('bind'),
      protectedMode: await server.setting('protected-mode'),
      save: await server.setting('save'),
      isOpen: await server.isOpen().catch(() => undefined),
    }
    this.#settings = { at: performance.now(), of: server, value }
    return value
  }
}
