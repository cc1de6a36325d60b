import type { Sample } from '../../../shared/contract/monitor-acts.js'
import type { CallStage, MonitorState } from '../../../shared/contract/monitor-blocks.js'
import type { SyncStatus } from '../../../shared/contract/streams.js'
import type { SyncFacts } from '../../../shared/contract/sync.js'
import type { Cache } from '../../cache/cache.js'
import type { CacheInspection } from '../../cache/inspection.js'
import type { Layers } from '../../cache/layers.js'
import type { CallStatistics } from '../../lib/call-statistics.js'
import type { Log } from '../../lib/log.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import type { Backup } from '../../store/backups.js'
import type { Reader } from '../../store/reader.js'
import type { Store } from '../../store/store.js'
import type { Tasks } from '../services.js'
import { AlertBook } from './alerts.js'
import type { CacheTimes } from './cache-times.js'
import { type CapacityOptions, CapacityPlan } from './capacity.js'
import { Clearing } from './clearing.js'
import { EntryBrowser, type EntryBrowserOptions } from './entries.js'
import { KeyReader } from './keys.js'
import { metricsText } from './metrics.js'
import { OutageRehearsal } from './rehearsal.js'
import { keptSamples, serverBefore } from './sample-table.js'
import { minuteMs, Sampler } from './sampler.js'
import { ServerLook } from './server-look.js'
import type { ThresholdSettings } from './thresholds.js'

export interface MonitorOptions {
  dataset: string
  store: Store
  read: Reader['read']
  cache: Cache
  layers: Layers
  inspection: CacheInspection
  watch: ServerWatch
  calls: CallStatistics<CallStage>
  tasks: Tasks
  thresholds: ThresholdSettings
  cacheTimes: CacheTimes
  /** What the exchange says of itself. */
  facts(): Pick<SyncFacts, 'waiting' | 'oldestWaitingAt' | 'lastContactAt'>
  status(): SyncStatus
  record: EntryBrowserOptions['record']
  sealedBytes: CapacityOptions['sealedBytes']
  backups(): Promise<readonly Backup[]>
  folder: string
  now: () => number
  log: Log
}

const hourMs = 3_600_000

/** Watches how this workstation, its cache and the server do, and carries out what an administrator asks for. Everything but asking the server works with none. */
export class Monitor {
  readonly startedAt: number
  readonly look: ServerLook
  readonly sampler: Sampler
  readonly capacity: CapacityPlan
  readonly entries: EntryBrowser
  readonly keys: KeyReader
  readonly clearing: Clearing
  readonly rehearsal: OutageRehearsal
  readonly #alerts = new AlertBook()
  #hour: readonly Sample[] = []

  constructor(readonly options: MonitorOptions) {
    const { watch, now, store, cache, layers, inspection, calls, tasks, facts } = options
    this.startedAt = now()
    this.keys = new KeyReader(options.dataset)
    this.look = new ServerLook(watch, now, serverBefore(store.db))
    const waiting = (): number => facts().waiting
    this.sampler = new Sampler({
      db: store.db,
      cache,
      calls,
      watch,
      look: this.look,
      waiting,
      folder: options.folder,
      now,
      log: options.log,
      onMinute: () => this.#minute(),
    })
    this.capacity = new CapacityPlan(options)
    this.entries = new EntryBrowser({ watch, inspection, keys: this.keys, record: options.record, now })
    this.clearing = new Clearing({ cache, inspection, layers, watch, keys: this.keys, tasks, now })
    this.rehearsal = new OutageRehearsal({ watch, calls, cache, waiting, now })
  }

  /** Begins to take samples, for programs that go on running. */
  start(): void {
    this.sampler.start()
    this.#minute()
  }

  stop(): void {
    this.rehearsal.stop()
    this.sampler.stop()
    this.clearing.stop()
    this.options.watch.close()
  }

  /** The alerts that stand now. */
  alerts() {
    const { watch, facts, thresholds, now } = this.options
    const { waiting, oldestWaitingAt } = facts()
    const line = watch.exchange.facts()
    return this.#alerts.judge(
      {
        server: this.look.known,
        hasServer: watch.hasServer,
        awaySince: watch.hasServer && watch.connectionState.kind !== 'ready' ? (line.lost?.at ?? this.startedAt) : undefined,
        clockOffsetMs: watch.health?.clockOffsetMs,
        waiting,
        oldestWaitingAt: oldestWaitingAt === null ? undefined : Date.parse(oldestWaitingAt),
        disk: this.sampler.disk,
        hour: this.#hour,
        now: now(),
      },
      thresholds.get(),
    )
  }

  state(): MonitorState {
    const { watch, status, facts, now } = this.options
    const [exchange, cacheLine, health, state] = [watch.exchange.facts(), watch.cacheLine.facts(), watch.health, watch.connectionState]
    const at = (ms: number): string => new Date(ms).toISOString()
    const { asOf, version, memory, keys } = this.look.known
    return {
      asOf: at(now()),
      status: status(),
      connection: {
        state: exchange.state,
        since: at(exchange.since),
        ...('problem' in state && { reason: state.problem }),
        ...('until' in state && { retryAt: at(state.until) }),
        reconnects: exchange.reconnects,
        ...(exchange.lost && { lostAt: at(exchange.lost.at), ...(exchange.lost.reason !== undefined && { lostReason: exchange.lost.reason }) }),
        ...(health?.pingP95Ms !== undefined && { pingP95Ms: health.pingP95Ms }),
        ...(health && { clockOffsetMs: health.clockOffsetMs }),
      },
      cacheLine: { state: cacheLine.state, since: at(cacheLine.since), rests: cacheLine.rests, reconnects: cacheLine.reconnects },
      lastContactAt: facts().lastContactAt,
      server: asOf === null ? null : { asOf, version, usedBytes: memory?.usedBytes ?? null, maxBytes: memory?.maxBytes ?? null, keys: keys?.count ?? null },
      startedAt: at(this.startedAt),
      alerts: this.alerts().length,
    }
  }

  /** The figures as a collector reads them. */
  metrics(version: string): string {
    const { watch, cache, calls, facts } = this.options
    const measured = { watch, cache, calls, server: this.look.known, alerts: this.alerts(), waiting: facts().waiting, loopP99Ms: this.sampler.loop.p99Ms }
    return metricsText(measured, version)
  }

  /** Samples after an instant, oldest first: of the last ten minutes, or kept ones of a day. */
  async history(range: 'minutes' | 'day', after: number): Promise<readonly Sample[]> {
    if (range === 'minutes') return this.sampler.recent().filter(({ at }) => Date.parse(at) > after)
    const oldest = this.options.now() - 24 * hourMs
    return this.options.read(keptSamples, { after: new Date(Math.max(after, oldest)).toISOString() })
  }

  #minute(): void {
    const { read, now, log, watch } = this.options
    if (watch.connectionState.kind !== 'ready') this.clearing.noteAway()
    read(keptSamples, { after: new Date(now() - hourMs - minuteMs / 2).toISOString() }).then(
      (samples) => {
        this.#hour = samples
      },
      (error: unknown) => log.warn('monitor.samples', { error }),
    )
  }
}
