import { isDeepStrictEqual } from 'node:util'
import type { SyncStatus } from '../../shared/contract/streams.js'
import type { SyncFacts, WorkstationLine } from '../../shared/contract/sync.js'
import { recordSchema } from '../../shared/entities/index.js'
import { clinic } from '../../shared/entities/staff.js'
import type { Log } from '../lib/log.js'
import type { Signal } from '../lib/signal.js'
import { HubProblem, type HubProblemCode } from '../redis/hub.js'
import { hubProblem } from '../redis/problems.js'
import type { Membership } from '../security/membership.js'
import type { EmergencyJournal } from '../store/journal.js'
import type { Reader } from '../store/reader.js'
import type { Store } from '../store/store.js'
import { type Attention, attentionOf } from './attention.js'
import { compareDigests } from './audit.js'
import { Exchange } from './exchange.js'
import type { ServerLink } from './link.js'
import { checkAllDigests } from './nightly-check.js'
import type { RecordCodec } from './record-codec.js'
import { SessionEnded } from './session-parts.js'
import { statusOf } from './status.js'
import { StoreReplica } from './store-replica.js'
import { systemTimers } from './timers.js'
import { WorkstationReports } from './workstation-reports.js'

const reportEveryMs = 15_000
const auditEveryMs = 3600_000
/** So often it is looked whether the digests of all records are due to be computed anew, once a day. */
const checkEveryMs = 10 * 60_000
/** Once everything is held here, new keys are made or given out, and the prefix of numbers is made sure of. */
const settleEveryMs = 5000
/** What waits is sent anew this often, besides whenever something is written or the line comes back. */
const remindEveryMs = 5 * 60_000
/** So long after the line came up what arrives is taken for what was missed. */
const catchUpMs = 60_000
/** Longest wait of `run`, in milliseconds. */
const runLimitMs = 10 * 60_000
/** Without a connection for so long `run` gives up. */
const reachLimitMs = 8000
const dayMs = 24 * 3600_000
/** Operations that one round of clearing takes out. */
const clearedAtOnce = 5000

export interface SyncServiceOptions {
  store: Store
  read: Reader['read']
  journal: EmergencyJournal
  codec: RecordCodec
  /** The clinic's key as of now, for what the workstations tell of themselves. */
  currentKey: () => Uint8Array
  dataset: string
  workstationId: string
  version: string
  folder: string
  status: Signal<SyncStatus>
  log: Log
  now: () => number
  membership: Membership
  /** Records that staff have to decide on. */
  reviewCount?: () => number
}

/**
 * The exchange with the clinic's server as the rest of the program sees it: what stands in the status, the panel's facts, sending on demand, reports to
 * the other workstations, the hourly comparison. Works the same with no server, which is then said.
 */
export class SyncService {
  readonly #replica: StoreReplica
  readonly #reports: WorkstationReports
  readonly #timers: NodeJS.Timeout[] = []
  readonly #stops: (() => void)[] = []
  #link: ServerLink | undefined
  #exchange: Exchange | undefined
  #journalProblem = false
  #lastAudit: SyncFacts['lastAudit'] = null
  #isTold = false
  #isStopped = false
  #isChecking = false
  readonly #end = new AbortController()

  constructor(private readonly options: SyncServiceOptions) {
    this.#replica = new StoreReplica(options.store, options.read)
    this.#stops.push(options.store.subscribe(() => this.#written()))
    this.#reports = new WorkstationReports({ ...options, schema: recordSchema })
    this.tell()
  }

  /** Whether a server is set up, or was once in reach: then what is not sent waits, and the journal is kept for it. */
  hasServer(): boolean {
    return this.#link !== undefined || this.#replica.state().lastContactAt !== undefined
  }

  /** Exchanges with this server from now on; undefined with none. The link before is closed. */
  async use(link: ServerLink | undefined): Promise<void> {
    await this.#leave()
    this.#link = link
    if (link) {
      const { codec, dataset, workstationId, log, membership } = this.options
      this.#exchange = new Exchange({
        link,
        replica: this.#replica,
        codec,
        dataset,
        workstationId,
        schema: recordSchema,
        leastSchema: () => this.leastSchema(),
        log,
        onChanged: () => this.#changed(),
        onLive: () => this.#periodic(() => this.#report()),
        settle: (generation) => {
          membership.use(link.hub)
          return membership.settle(generation)
        },
      })
      this.#exchange.start()
      this.#every(reportEveryMs, () => this.#report())
      this.#every(settleEveryMs, () => this.#settle())
      this.#every(checkEveryMs, () => this.#checkDigests())
      this.#every(auditEveryMs, () => this.audit().then(() => undefined))
      this.#every(remindEveryMs, async () => void (this.#replica.backlog().waiting > 0 && this.#exchange?.hurry()))
    }
    this.tell()
  }

  /** The link that is used now. */
  get link(): ServerLink | undefined {
    return this.#link
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#end.abort()
    for (const stop of this.#stops) stop()
    await this.#leave()
  }

  /** Told of each failure of the journal, and with undefined when it is written again. */
  journalFailed(error: unknown): void {
    this.#journalProblem = error !== undefined
    this.tell()
  }

  /** Asks for a comparison with the server, e.g. after a restored backup. */
  compareAll(reason: string): void {
    this.#replica.setState({ reconcile: reason })
    this.#exchange?.restart()
  }

  /**
   * Whether this workstation is still learning what happened while it was away: the line came up less than a minute ago, or everything is being compared.
   * With no line it learns of its own doings only.
   */
  isCatchingUp(): boolean {
    const { liveSince, comparing } = this.#exchange?.state ?? {}
    if (this.#link === undefined) return false
    return comparing !== undefined || (liveSince !== undefined && this.options.now() - Date.parse(liveSince) < catchUpMs)
  }

  /** Resolves when the records were counted after the start. */
  counted(): Promise<void> {
    return this.#reports.count()
  }

  facts(): SyncFacts {
    const { store } = this.options
    const state = this.#replica.state()
    const backlog = this.#replica.backlog()
    return {
      status: this.options.status.current(),
      attention: this.#attention(),
      waiting: this.hasServer() ? backlog.waiting : 0,
      oldestWaitingAt: this.hasServer() ? (backlog.oldestAt ?? null) : null,
      dead: backlog.dead,
      parked: store.parkedCount(),
      lastContactAt: this.#exchange?.lastContactAt ?? state.lastContactAt ?? null,
      clockOffsetMs: state.clock?.offsetMs ?? null,
      reconciling: this.#exchange?.state.comparing ?? null,
      lastAudit: this.#lastAudit,
      digest: store.digest(),
      records: this.#reports.records,
    }
  }

  /** Sends and receives until nothing more is on its way, or the server is not in reach. Counts operations sent, records received, operations that stay. */
  async run(): Promise<{ sent: number; received: number; failed: number }> {
    const exchange = this.#exchange
    if (!exchange) return { sent: 0, received: 0, failed: this.hasServer() ? this.#replica.backlog().waiting : 0 }
    const before = { ...exchange.counts }
    exchange.hurry()
    const startedAt = performance.now()
    let reachedAt = startedAt
    while (performance.now() - startedAt < runLimitMs) {
      if (exchange.state.isLive) reachedAt = performance.now()
      if (performance.now() - reachedAt > reachLimitMs || exchange.state.blocked !== undefined) break
      if (await exchange.isUpToDate().catch(() => false)) break
      await systemTimers.sleep(50, this.#end.signal)
    }
    const { waiting, dead } = this.#replica.backlog()
    return { sent: exchange.counts.confirmed - before.confirmed, received: exchange.counts.received - before.received, failed: waiting + dead }
  }

  /** `run`, with a sentence about what was in the way when something stayed. */
  async runOnce(): Promise<{ sent: number; received: number; failed: number; problem?: string }> {
    const result = await this.run()
    const code = this.#problem()
    return { ...result, ...(code !== undefined && { problem: sentenceOf(code) }) }
  }

  /** What is in the way of the exchange now. */
  #problem(): string | undefined {
    const link = this.#link?.state()
    if (!link || link.kind === 'off') return 'noServer'
    if (link.kind === 'waiting' || link.kind === 'refused') return link.problem
    return this.#exchange?.state.blocked ?? (this.#exchange?.state.isLive ? undefined : 'unreachable')
  }

  /** Takes dead letters up again; comparing with the server then sends what they hold. Returns how many. */
  retry(seqs: readonly number[] | 'all'): number {
    const retried = this.options.store.replication.retry(seqs)
    if (retried > 0) this.compareAll('retry')
    this.tell()
    return retried
  }

  /** Schema that the clinic asks of every program which exchanges its records; 0 where it asks for nothing. */
  leastSchema(): number {
    const { store, dataset } = this.options
    return store.find(clinic, dataset)?.leastSchema ?? 0
  }

  workstations(): Promise<WorkstationLine[]> {
    return this.#reports.list(this.#link?.state().kind === 'ready' ? this.#link.hub : undefined)
  }

  /** Compares the digests of everything with the server; a difference is mended by comparing record by record. Throws `HubProblem`. */
  async audit(): Promise<{ at: string; isEqual: boolean; differingBuckets: number }> {
    const exchange = this.#exchange
    if (!exchange?.state.isLive) throw new HubProblem('unreachable', 'The server is not in reach just now, so nothing was compared.')
    for (let attempt = 0; ; attempt++) {
      const found = await compareDigests(exchange.parts)
      if (found) {
        const at = new Date(this.options.now()).toISOString()
        this.#lastAudit = { at, isEqual: found.isEqual }
        if (!found.isEqual) this.compareAll('audit')
        this.tell()
        return { at, ...found }
      }
      if (attempt === 100)
        throw new HubProblem('busy', 'Changes are on their way all the time, so the records could not be compared just now. Try again later.')
      await systemTimers.sleep(100, this.#end.signal)
    }
  }

  /** Clears confirmed operations older than so many days from the queue, in rounds that do not hold the program up. */
  clearSent(olderThanDays: number): number {
    return this.options.store.replication.removeSent(new Date(this.options.now() - olderThanDays * dayMs).toISOString(), clearedAtOnce)
  }

  /** Derives the status anew and tells the badge. */
  tell(): void {
    const state = this.#replica.state()
    const status = statusOf({
      hasServer: this.hasServer(),
      link: this.#link?.state() ?? { kind: 'off' },
      isLive: this.#exchange?.state.isLive ?? false,
      isComparing: this.#exchange?.state.comparing !== undefined,
      backlog: this.#replica.backlog(),
      attention: this.#attention(),
      lastContactAt: this.#exchange?.lastContactAt ?? state.lastContactAt,
      liveSince: this.#exchange?.state.liveSince,
      now: this.options.now(),
    })
    if (!isDeepStrictEqual(status, this.options.status.current())) this.options.status.set(status)
  }

  #attention(): Attention[] {
    return attentionOf({
      isJournalFailing: this.#journalProblem,
      isRemoved: this.options.membership.standing() === 'removed',
      link: this.#link?.state(),
      blocked: this.#exchange?.state.blocked,
      hasServer: this.hasServer(),
      backlog: this.#replica.backlog(),
      isDifferent: this.#lastAudit?.isEqual === false,
      reviews: this.options.reviewCount?.() ?? 0,
      now: this.options.now(),
    })
  }

  #written(): void {
    this.#exchange?.queued.ring()
    this.#changed()
  }

  /** Many changes in one turn of the loop are told once. */
  #changed(): void {
    if (this.#isTold) return
    this.#isTold = true
    setImmediate(() => {
      this.#isTold = false
      // The database closes once nothing of this runs any more.
      if (this.#isStopped) return
      if (this.#replica.state().reconcile === undefined && this.#replica.backlog().waiting === 0) this.#reports.noteDigest()
      this.tell()
      this.#cutJournal()
    })
  }

  /** When nothing waits, all that the journal holds is in the server and in the other workstations. */
  #cutJournal(): void {
    const { journal, log } = this.options
    if (!this.#exchange?.state.isLive || this.#replica.backlog().waiting + this.#replica.backlog().dead > 0) return
    journal.cutTo(journal.mark).catch((error: unknown) => log.warn('sync.journal', { error }))
  }

  async #report(): Promise<void> {
    if (this.#exchange?.state.isLive && this.#link) await this.#reports.tell(this.#link.hub)
  }

  /** Once a day: what a failing disk or a hand in the database changed is found and mended from the server. */
  async #checkDigests(): Promise<void> {
    const { store, log, now } = this.options
    const { checkedAt } = this.#replica.state()
    if (this.#isChecking || (checkedAt !== undefined && Math.abs(now() - Date.parse(checkedAt)) < dayMs)) return
    this.#isChecking = true
    try {
      const wrong = await checkAllDigests(store, systemTimers, this.#end.signal)
      if (this.#isStopped) return
      this.#replica.setState({ checkedAt: new Date(now()).toISOString() })
      if (wrong === 0) return
      log.warn('sync.changedOutside', { count: wrong })
      this.compareAll('damaged')
    } finally {
      this.#isChecking = false
    }
  }

  async #settle(): Promise<void> {
    const { membership } = this.options
    if (!(await this.#exchange?.isUpToDate())) return
    if ((await membership.caughtUp()) === 'renewed') this.#exchange?.restart()
    this.tell()
  }

  #every(ms: number, act: () => Promise<void>): void {
    this.#timers.push(setInterval(() => this.#periodic(act), ms).unref())
  }

  /** Work in the background whose failure is told in the log: the next time may go well. */
  #periodic(act: () => Promise<void>): void {
    act().catch((error: unknown) => {
      if (!this.#isStopped) this.options.log.warn('sync.periodic', { error })
    })
  }

  async #leave(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    const [exchange, link] = [this.#exchange, this.#link]
    this.#exchange = undefined
    this.#link = undefined
    this.options.membership.use(undefined)
    await exchange?.stop()
    await link?.close()
  }
}

/** What is in the way of the exchange, as a sentence. */
function sentenceOf(code: string): string {
  if (code === 'noServer') return 'No server is set up for this clinic. Name one with --redis, REDIS_URL or in the settings.'
  if (code === 'dataset' || code === 'key' || code === 'schema') return new SessionEnded(code).message
  return hubProblem(code as HubProblemCode).message
}
