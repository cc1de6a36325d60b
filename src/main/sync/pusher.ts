import { HubProblem } from '../redis/hub.js'
import type { WaitingOperation } from '../store/replication.js'
import { type PreparedPush, preparePush, pushRecords } from './push.js'
import { keyOf } from './record-codec.js'
import { isGivenUp } from './refusal.js'
import type { SessionParts } from './session-parts.js'

/** A push stays below 5 ms in the server: so many records, and about so many bytes, counted before they are sealed. */
const recordsPerPush = 50
const bytesPerPush = 64 * 1024
/** Records of a push while somebody saves here: making ready more would let the save wait. */
const recordsPerPushWhileSaving = 5
const roughBytesOf = 700
/** Wait before the same is tried again while the server refuses to write (full, disk, replicas). */
const retryBlockedMs = 5000

/** Codes with which a server refuses every write, whoever sends it: keep, alert, try again. */
const blocking: ReadonlySet<string> = new Set(['full', 'misconfigured', 'replicas', 'busy'])

/** The operations of one push, made ready to be sent. */
interface Batch {
  /** Queue position behind which it begins. */
  after: number
  operations: readonly WaitingOperation[]
  prepared: PreparedPush
}

/**
 * Sends the queue in order, one call in flight; the next one is made ready meanwhile. The rows stay: they are confirmed by the follower, when the cursor passes their feed entry.
 * Resolves when the signal aborts, or when everything has to be compared first.
 */
export class Pusher {
  /** Queue position up to which this session has sent. */
  #sentSeq = 0
  /** Set after a refusal for its own sake: operations then go one by one, so that the poisoned one is found. */
  #isCareful = false
  #ahead: Batch | undefined

  constructor(private readonly parts: SessionParts) {}

  /** Begins anew behind what a round of reconciling covered: that is confirmed by itself, or waits for a dead letter. */
  restart(coveredSeq: number): void {
    this.#sentSeq = coveredSeq
    this.#ahead = undefined
  }

  async run(signal: AbortSignal): Promise<void> {
    const { replica, queued } = this.parts
    while (!signal.aborted && replica.state().reconcile === undefined) {
      const operations = this.#ahead?.after === this.#sentSeq ? this.#ahead.operations : this.#nextOperations(this.#sentSeq)
      if (operations.length === 0) await queued.wait(signal)
      else await this.#send(operations, signal)
      await replica.afterSaves()
    }
  }

  #nextOperations(after: number): WaitingOperation[] {
    const batch: WaitingOperation[] = []
    const most = this.parts.replica.isWorkedAt() ? recordsPerPushWhileSaving : recordsPerPush
    let records = 0
    for (const operation of this.parts.replica.waiting(after, this.#isCareful ? 1 : most)) {
      const isOther = batch[0] !== undefined && (batch[0].site !== operation.site || batch.at(-1)?.number !== operation.from - 1)
      records += operation.records.length
      if (batch.length > 0 && (isOther || records > most || records * roughBytesOf > bytesPerPush)) break
      batch.push(operation)
    }
    return batch
  }

  /** Makes the push behind one that is on its way ready; not when both hold a record, because what the server will hold of it is not known yet. */
  #prepareBehind({ operations, prepared }: Omit<Batch, 'after'>): void {
    this.#ahead = undefined
    const after = operations.at(-1)?.seq
    const next = after === undefined || this.#isCareful ? [] : this.#nextOperations(after)
    const onItsWay = new Set(prepared.names.map(keyOf))
    if (after === undefined || next.length === 0 || next.some(({ records }) => records.some((name) => onItsWay.has(keyOf(name))))) return
    try {
      this.#ahead = { after, operations: next, prepared: this.#prepare(next) }
    } catch (error) {
      // It is told when its turn comes.
      if (!(error instanceof HubProblem)) throw error
    }
  }

  #prepare(operations: readonly WaitingOperation[]): PreparedPush {
    return preparePush(this.parts, this.#range(operations), this.#names(operations))
  }

  async #send(operations: readonly WaitingOperation[], signal: AbortSignal): Promise<void> {
    const { replica, on, timers } = this.parts
    const last = operations.at(-1)
    const ahead = this.#ahead
    this.#ahead = undefined
    if (!last) return
    const epoch = replica.state().epoch
    if (epoch === undefined) return void replica.setState({ reconcile: 'epoch' })
    try {
      const prepared = ahead?.operations === operations ? ahead.prepared : this.#prepare(operations)
      const pushed = await pushRecords(this.parts, epoch, prepared, () => this.#prepareBehind({ operations, prepared }))
      if (pushed.status !== 'ok') return void replica.setState({ reconcile: pushed.status })
      this.#isCareful = false
      on.blocked(undefined)
      // From a session whose answer was lost, or a copy of this folder, or this folder of a later day: what came with it then only a comparison tells.
      if (pushed.entry === 'before') return void replica.setState({ reconcile: 'known' })
      this.#sentSeq = last.seq
      on.counted('sent', operations.length)
    } catch (error) {
      this.#ahead = undefined
      if (!(error instanceof HubProblem)) throw error
      if (blocking.has(error.code)) {
        on.blocked(error.code)
        await timers.sleep(retryBlockedMs, signal)
      } else if (error.code === 'record') await this.#refused(operations, signal)
      else throw error
    }
  }

  async #refused([only, ...others]: readonly WaitingOperation[], signal: AbortSignal): Promise<void> {
    if (only && others.length === 0) await isGivenUp(this.parts, only, signal)
    else this.#isCareful = true
  }

  #range(batch: readonly WaitingOperation[]) {
    const { codec, workstationId } = this.parts
    const [first, last] = [batch[0] as WaitingOperation, batch.at(-1) as WaitingOperation]
    const summary = codec.sealSummary(first.site, last.number, { workstationId, operations: batch.map(({ number, about }) => ({ number, about })) })
    return { site: first.site, from: first.from, to: last.number, summary }
  }

  /** What the batch wrote, without what a dead letter holds back; the digests before the oldest operation of each are what the server should hold. */
  #names(batch: readonly WaitingOperation[]): { kind: string; id: string }[] {
    const { replica, known } = this.parts
    const heldBack = replica.heldBack()
    const names = new Map<string, { kind: string; id: string }>()
    for (const { records } of batch) {
      for (const { kind, id, base } of records) {
        const key = keyOf({ kind, id })
        if (heldBack.has(key) || names.has(key)) continue
        names.set(key, { kind, id })
        if (known.get(key) === undefined && base && base.length > 0) known.set(key, { digest: base, owner: replica.record({ kind, id })?.owner })
      }
    }
    return [...names.values()]
  }
}
