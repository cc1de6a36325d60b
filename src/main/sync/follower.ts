import { linkOf } from '../redis/feed.js'
import type { FeedEntry, FeedPlace } from '../redis/hub.js'
import type { ReceivedOperation, SyncState } from '../store/replication.js'
import { checkPlace } from './hello.js'
import { openAll } from './incoming.js'
import { keyOf } from './record-codec.js'
import type { Replica } from './replica.js'
import { compareIds, type SessionParts } from './session-parts.js'
import { untilAborted } from './timers.js'

/** Records that one transaction applies, so that it holds the main loop for a few milliseconds only; this run's own are a twentieth of the work. */
const recordsPerTransaction = 50
const ownPerRecord = 20
/** The part of it that a transaction applies while somebody saves here. */
const shareWhileSaving = 0.2
const entriesPerRead = 64
/** What one answer should hold at the most, in bytes: taking it apart is one piece of work. */
const bytesPerRead = 256 * 1024
/** How long a read waits at the server for the next entry. */
const waitMs = 2000

/**
 * Reads the feed behind the cursor and applies it: records, confirmations and cursor in one transaction. The chain is computed anew over every entry;
 * where it breaks, history was lost or rewritten, and everything has to be compared. Resolves then, or when the signal aborts.
 */
export class Follower {
  #reading: Promise<unknown> = Promise.resolve()
  #ahead: { after: string; entries: Promise<FeedEntry[]> } | undefined
  /** How many entries the next read asks for. */
  #count = entriesPerRead

  constructor(private readonly parts: SessionParts) {}

  async run(signal: AbortSignal): Promise<void> {
    const { replica, on } = this.parts
    while (!signal.aborted) {
      const { cursor, reconcile } = replica.state()
      if (reconcile !== undefined) return
      if (!cursor) return void replica.setState({ reconcile: 'cursor' })
      const entries = await this.#read(cursor.id, signal)
      // What was read belongs to the cursor that it was asked for.
      if (signal.aborted || replica.state().cursor?.id !== cursor.id) continue
      on.moved()
      // More is probably there: it comes while this is applied.
      const isMore = entries.length >= this.#count
      this.#count = countFor(entries, this.#count)
      if (isMore) this.#ahead = this.#ask(entries.at(-1)?.id ?? cursor.id, 0)
      if (entries.length > 0) await this.#apply(cursor, entries, signal)
      else await untilAborted(checkPlace(this.parts, signal), signal, undefined)
    }
  }

  /** Reads once; a read that outlived its session is waited for, because the connection does one at a time. */
  async #read(after: string, signal: AbortSignal): Promise<FeedEntry[]> {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead?.after === after) {
      const entries = await untilAborted(ahead.entries, signal, [])
      if (entries.length > 0 || signal.aborted) return entries
    }
    await untilAborted(this.#reading, signal, undefined)
    if (signal.aborted) return []
    return untilAborted(this.#ask(after, waitMs).entries, signal, [])
  }

  #ask(after: string, waitForMs: number): { after: string; entries: Promise<FeedEntry[]> } {
    const entries = this.parts.hub.read(after, { count: this.#count, waitMs: waitForMs })
    // Whoever asks again hears of the error; one that nobody waits for must not end the program.
    this.#reading = entries.catch(() => undefined)
    return { after, entries }
  }

  async #apply(cursor: FeedPlace, entries: readonly FeedEntry[], signal: AbortSignal): Promise<void> {
    let place = cursor
    const { replica, timers } = this.parts
    for (const group of grouped(entries, replica)) {
      const good: FeedEntry[] = []
      let isBroken = false
      for (const entry of group) {
        isBroken = linkOf(place.chain, entry) !== entry.chain
        if (isBroken) break
        place = { id: entry.id, chain: entry.chain }
        good.push(entry)
      }
      const isWhole = await this.#commit(good, place, isBroken)
      if (!isWhole || signal.aborted) return
      await timers.turn()
      await replica.afterSaves()
    }
  }

  /** Applies entries whose chain is right. False when everything has to be compared with the server. */
  async #commit(entries: readonly FeedEntry[], place: FeedPlace, isBroken: boolean): Promise<boolean> {
    const { replica, codec, known, on } = this.parts
    const { records, damaged } = openAll(
      codec,
      // What is held as it stands there need not be opened. The name of a site says nothing: a copy of this folder may send under it, too.
      entries.flatMap(({ records: sent }) => sent.filter((record) => !replica.holds(record))),
    )
    const pending = this.#pending(entries, place)
    const reconcile = isBroken || pending === 'forked' ? 'chain' : damaged.length > 0 ? 'damaged' : undefined
    const state: Partial<SyncState> = {
      cursor: place,
      ...(pending && { pending: pending === 'forked' || pending.isPassed ? undefined : pending.left }),
      ...(reconcile && { reconcile }),
    }
    const told = entries.flatMap((entry) => this.#told(entry))
    const result = await replica.receive({
      records,
      // What this workstation did stands in its own access log already.
      operations: told.filter(({ workstationId }) => workstationId !== this.parts.workstationId),
      confirm: rangesOf(told),
      ...(pending && pending !== 'forked' && pending.isPassed && { confirmUpTo: pending.left.seq }),
      state,
    })
    for (const { records: held } of entries) for (const record of held) known.set(keyOf(record), record)
    on.counted('received', result.changed)
    on.counted('confirmed', result.confirmed)
    if (damaged.length > 0) on.counted('damaged', damaged.length)
    if (result.alarms > 0) on.counted('alarms', result.alarms)
    on.changed()
    return reconcile === undefined
  }

  /**
   * What is left of the last round of reconciling behind these entries; `forked` when the feed goes past its end without its entries, because the server was
   * put back since: what the round found there is gone again.
   */
  #pending(entries: readonly FeedEntry[], place: FeedPlace): { left: Pending; isPassed: boolean } | 'forked' | undefined {
    const { replica } = this.parts
    const { pending } = replica.state()
    if (!pending) return undefined
    const upToEnd = entries.filter(({ id }) => compareIds(id, pending.end.id) <= 0)
    const left = { ...pending, entries: pending.entries - upToEnd.filter(({ site, to }) => site === replica.site && to === 0).length }
    if (compareIds(place.id, pending.end.id) < 0) return { left, isPassed: false }
    const isWhole = left.entries === 0 && upToEnd.at(-1)?.id === pending.end.id && upToEnd.at(-1)?.chain === pending.end.chain
    return isWhole ? { left, isPassed: true } : 'forked'
  }

  /** The operations of an entry by name; its numbers from and to also cover dead letters, of which nothing came along. */
  #told({ site, to, summary }: FeedEntry): ReceivedOperation[] {
    const opened = to > 0 ? this.parts.codec.openSummary(site, to, summary) : undefined
    return opened ? opened.operations.map(({ number, about }) => ({ site, number, workstationId: opened.workstationId, about })) : []
  }
}

/** Operations as ranges of numbers that follow on each other. */
function rangesOf(operations: readonly ReceivedOperation[]): { site: string; from: number; to: number }[] {
  const ranges: { site: string; from: number; to: number }[] = []
  for (const { site, number } of operations) {
    const last = ranges.at(-1)
    if (last?.site === site && last.to === number - 1) last.to = number
    else ranges.push({ site, from: number, to: number })
  }
  return ranges
}

type Pending = NonNullable<SyncState['pending']>

/** How many entries of the size of these one read should ask for. */
function countFor(entries: readonly FeedEntry[], count: number): number {
  const bytes = entries.reduce((sum, { records }) => records.reduce((more, { sealed }) => more + (sealed?.length ?? 0), sum), 0)
  return bytes === 0 ? count : Math.max(1, Math.min(entriesPerRead, Math.floor((bytesPerRead * entries.length) / bytes)))
}

/** Entries in groups of few enough records for one transaction. */
function* grouped(entries: readonly FeedEntry[], { site, isWorkedAt }: Pick<Replica, 'site' | 'isWorkedAt'>): Generator<FeedEntry[]> {
  let group: FeedEntry[] = []
  let count = 0
  for (const entry of entries) {
    const work = entry.site === site ? entry.records.length / ownPerRecord : entry.records.length
    if (group.length > 0 && count + work > recordsPerTransaction * (isWorkedAt() ? shareWhileSaving : 1)) {
      yield group
      group = []
      count = 0
    }
    group.push(entry)
    count += work
  }
  if (group.length > 0) yield group
}
