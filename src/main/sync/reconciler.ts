import { type FeedPlace, type HeldRecord, HubProblem, type IndexedRecord, type Snapshot } from '../redis/hub.js'
import { sayHello } from './hello.js'
import { mendDamaged, mergeFeed, openAll } from './incoming.js'
import { type PreparedPush, preparePush, pushRecords } from './push.js'
import { keyOf } from './record-codec.js'
import { isGivenUp, waitingOn } from './refusal.js'
import { compareIds, type SessionParts } from './session-parts.js'

/** Buckets that are compared together, and records that go in one call and one transaction. */
const bucketsAtOnce = 64
const recordsAtOnce = 50
/** Records of one transaction while a workstation joins: nobody works on it yet whom a longer one could hold up, and each page is written less often. */
const recordsAtOnceJoining = 500

/** Names of nothing: the summary of a push that covers no operation. */
const noOperations = { from: 0, to: 0, summary: new Uint8Array() }

/**
 * Compares everything with the server and brings both to the merged state: the one path of a first fill, of reseeding a flushed server, of a stale
 * one, of weeks away and of a restored backup. Resolves when a round is through and its beginning still stands in the feed's history.
 * It may stop anywhere: what is merged and sent stays so.
 */
export class Reconciler {
  /** Records that the server refused for their own sake in this comparison, and that no operation waits for. */
  readonly #refused = new Set<string>()
  /** What the round sent: how many entries of the feed it made, and the end behind the last. */
  #sent: { entries: number; end: FeedPlace | undefined } = { entries: 0, end: undefined }

  constructor(private readonly parts: SessionParts) {}

  /** Resolves with the queue position up to which the round covered what waits. */
  async run(signal: AbortSignal): Promise<number> {
    const { on, replica } = this.parts
    const reason = replica.state().reconcile ?? 'asked'
    // What was refused may be taken by now.
    this.#refused.clear()
    try {
      // The database that is gone may have been the last with a record whose value the server has lost: the feed may still have it, behind every cursor.
      if (reason === 'recovery') {
        on.reconciling({ reason, done: 0, total: 0 })
        await mergeFeed(this.parts, { signal })
      }
      for (;;) {
        const seq = replica.lastSeq()
        if (signal.aborted || (await this.#round(reason, seq, signal))) return seq
      }
    } finally {
      on.reconciling(undefined)
      on.changed()
    }
  }

  /** One round; false when it has to be begun again. */
  async #round(reason: string, seq: number, signal: AbortSignal): Promise<boolean> {
    const { hub, on } = this.parts
    this.#sent = { entries: 0, end: undefined }
    const snapshot = await hub.snapshot()
    on.moved()
    if (snapshot.epoch === undefined) {
      await sayHello(this.parts)
      return false
    }
    const differing = this.#differing(snapshot)
    let done = 0
    on.reconciling({ reason, done, total: differing.length })
    for (let at = 0; at < differing.length; at += bucketsAtOnce) {
      if (signal.aborted) return false
      const buckets = differing.slice(at, at + bucketsAtOnce)
      if (!(await this.#buckets(snapshot.epoch, buckets, signal))) return false
      done += buckets.length
      on.reconciling({ reason, done, total: differing.length })
    }
    return !signal.aborted && (await this.#settle(snapshot.epoch, snapshot.end, seq))
  }

  /** Buckets that are not equal, in random order, so that several workstations fill a server together without a leader. */
  #differing({ buckets }: Snapshot): number[] {
    const mine = this.parts.replica.buckets()
    const nothing = Buffer.alloc(8)
    const differing = [...new Set([...mine.keys(), ...buckets.keys()])].filter((n) => Buffer.compare(mine.get(n) ?? nothing, buckets.get(n) ?? nothing) !== 0)
    for (let i = differing.length - 1; i > 0; i--) {
      const j = Math.floor(this.parts.random() * (i + 1))
      ;[differing[i], differing[j]] = [differing[j] as number, differing[i] as number]
    }
    return differing
  }

  /** Merges and sends what differs in some buckets; false when the history changed. */
  async #buckets(epoch: string, buckets: readonly number[], signal: AbortSignal): Promise<boolean> {
    const { hub, replica } = this.parts
    const [held, mine] = await Promise.all([hub.buckets(buckets), replica.index(buckets)])
    const theirs = new Map([...held.values()].flat().map((record) => [keyOf(record), record]))
    const own = new Map(mine.map((record) => [keyOf(record), record]))
    const heldBack = replica.heldBack()
    const keys = [...new Set([...theirs.keys(), ...own.keys()])].filter((key) => !heldBack.has(key) && !isSame(theirs.get(key), own.get(key)))
    // Neighbours by id lie on the same pages of the database's indexes.
    const groups = groupsOf(keys.sort(), replica.state().reconcile === 'join' ? recordsAtOnceJoining : recordsAtOnce)
    const wanted = (group: readonly string[] | undefined) => (group ?? []).flatMap((key) => theirs.get(key) ?? [])
    let given: Promise<boolean> = Promise.resolve(true)
    let fetched = unheard(this.#fetch(wanted(groups[0])))
    try {
      for (const [n, group] of groups.entries()) {
        // The next ones come, and the last ones go, while these are merged.
        const records = await fetched
        await replica.afterSaves()
        if (signal.aborted) return false
        fetched = unheard(this.#fetch(wanted(groups[n + 1])))
        await this.#take(epoch, records)
        const names = group.map((key) => own.get(key) ?? (theirs.get(key) as IndexedRecord))
        for (const differing of groupsOf(this.#notHeldThere(names, theirs), recordsAtOnce)) {
          const prepared = this.#prepare(differing)
          if (!(await given)) return false
          given = unheard(prepared ? this.#give(epoch, prepared, signal) : this.#giveOneByOne(epoch, differing, signal))
        }
      }
      return await given
    } finally {
      await Promise.allSettled([given, fetched])
    }
  }

  /** The named records as the server holds them. A value that is gone although the index names it counts as damaged. */
  async #fetch(names: readonly IndexedRecord[]): Promise<HeldRecord[]> {
    if (names.length === 0) return []
    const held = await this.parts.hub.records(names)
    this.parts.on.moved()
    return names.map((name, i) => held[i] ?? { ...name, sealed: undefined })
  }

  async #take(epoch: string, records: readonly HeldRecord[]): Promise<void> {
    const { replica, codec, known, on } = this.parts
    const { records: opened, damaged } = openAll(codec, records)
    for (const record of records) known.set(keyOf(record), record)
    await mendDamaged(this.parts, epoch, damaged)
    if (opened.length === 0) return
    const { alarms, changed } = await replica.receive({ records: opened })
    on.counted('received', changed)
    if (alarms > 0) on.counted('alarms', alarms)
  }

  /** Those records of a group whose merged state the server does not hold. */
  #notHeldThere(names: readonly Name[], theirs: ReadonlyMap<string, IndexedRecord>): Name[] {
    const { replica, known } = this.parts
    return names.filter((name) => {
      // What was known before is of no use here: the server may have been emptied since.
      if (!theirs.has(keyOf(name))) known.set(keyOf(name), undefined)
      const held = known.get(keyOf(name))?.state
      return held === undefined || !replica.holds({ kind: name.kind, id: name.id, digest: held.digest })
    })
  }

  /** Makes records ready to be sent, but for those that the server refused before; undefined when one of them is too large for it. */
  #prepare(names: readonly Name[]): PreparedPush | undefined {
    const { replica } = this.parts
    const heldBack = replica.heldBack()
    const wanted = names.filter((name) => !heldBack.has(keyOf(name)) && !this.#refused.has(keyOf(name)))
    try {
      return preparePush(this.parts, { site: replica.site, ...noOperations }, wanted)
    } catch (error) {
      if (isForItsOwnSake(error)) return undefined
      throw error
    }
  }

  /** Sends them; false when the history changed. */
  async #give(epoch: string, prepared: PreparedPush, signal: AbortSignal): Promise<boolean> {
    if (prepared.records.length === 0) return true
    try {
      const pushed = await pushRecords(this.parts, epoch, prepared)
      if (pushed.status !== 'ok') return false
      this.parts.on.counted('sent', prepared.records.length)
      if (pushed.entry === 'new') this.#sent = { entries: this.#sent.entries + 1, end: pushed.end }
      return true
    } catch (error) {
      if (!isForItsOwnSake(error)) throw error
      return this.#giveOneByOne(epoch, prepared.names, signal)
    }
  }

  /** Sends records one by one, because the server refuses one of them for its own sake: it keeps nothing else from being sent. */
  async #giveOneByOne(epoch: string, names: readonly Name[], signal: AbortSignal): Promise<boolean> {
    const [only, ...others] = names
    if (only && others.length === 0) {
      await this.#giveUp(only, signal)
      return this.#again(epoch, only, signal)
    }
    for (const name of names) if (!(await this.#again(epoch, name, signal))) return false
    return true
  }

  async #again(epoch: string, name: Name, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    const prepared = this.#prepare([name])
    return prepared ? this.#give(epoch, prepared, signal) : this.#giveOneByOne(epoch, [name], signal)
  }

  /** Counts that a record was refused alone: its operation becomes a dead letter in the end. Where none waits, its holders keep it and the digests say so. */
  async #giveUp(name: Name, signal: AbortSignal): Promise<void> {
    const operation = waitingOn(this.parts, keyOf(name))
    if (operation) await isGivenUp(this.parts, operation, signal)
    else {
      this.#refused.add(keyOf(name))
      this.parts.on.counted('refused', 1)
    }
  }

  /**
   * Everything of the snapshot is merged here; everything held here was equal or sent. Follow from the snapshot on; what was queued before the round
   * is confirmed when the feed was read up to the end that it has now, and had what the round sent: what was equal may have been sent by others meanwhile.
   * The state at one instant need not be equal: busy clinics would never finish.
   */
  async #settle(epoch: string, start: FeedPlace, seq: number): Promise<boolean> {
    const { hub, replica, on } = this.parts
    const hello = await sayHello(this.parts, { epoch, cursor: start })
    const { entries, end } = this.#sent
    // A server that was put back after the last push, and is still the same to the eye.
    if (hello.status !== 'ok' || (end && compareIds(hello.end.id, end.id) < 0)) return false
    const isRead = compareIds(hello.end.id, start.id) === 0
    const { confirmed } = await replica.receive({
      records: [],
      ...(isRead && { confirmUpTo: seq }),
      state: { epoch, cursor: start, reconcile: undefined, pending: isRead ? undefined : { end: hello.end, seq, entries } },
    })
    on.counted('confirmed', confirmed)
    // Without this every first push after a flush would be a gap, and a gap a new comparison.
    const sites = replica.waitingSites(seq)
    if (!sites.some(({ site }) => site === replica.site)) sites.push({ site: replica.site, from: replica.lastNumber() + 1 })
    for (const { site, from } of sites) if (from > 1) await hub.adopt(epoch, site, from - 1, hello.end)
    return true
  }
}

type Name = Pick<IndexedRecord, 'kind' | 'id'>

const isForItsOwnSake = (error: unknown): boolean => error instanceof HubProblem && error.code === 'record'

/** A promise that is waited for later: that it failed meanwhile must not end the program. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let at = 0; at < all.length; at += size) groups.push(all.slice(at, at + size))
  return groups
}

const isSame = (a: Pick<IndexedRecord, 'digest'> | undefined, b: Pick<IndexedRecord, 'digest'> | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.compare(a.digest, b.digest) === 0
