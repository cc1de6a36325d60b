import type { Entity } from '../../shared/entities/entity.js'
import { entities, findEntity, keptEntities } from '../../shared/entities/index.js'
import { bucketOf } from '../records/digest.js'
import { type ReadableDatabase, statement, type WritableDatabase } from './database.js'
import { defineRead } from './read.js'

/** Where a workstation stands with the server; kept in its database. */
export interface SyncState {
  /** History of the server that the cursor belongs to. */
  epoch?: string | undefined
  /** Last feed entry that was applied, with its chain value. */
  cursor?: { id: string; chain: string } | undefined
  /** Why everything has to be compared with the server; undefined when nothing asks for it. */
  reconcile?: string | undefined
  /**
   * After a round of reconciling: operations up to `seq` are confirmed when the feed was read up to `end` and had the round's own `entries`; how many of them
   * are still to come.
   */
  pending?: { end: { id: string; chain: string }; seq: number; entries: number } | undefined
  /** What has to be added to this computer's clock, in milliseconds, and the round trip by which it was measured. */
  clock?: { offsetMs: number; roundTripMs: number } | undefined
  /** When the server last answered, ISO instant. */
  lastContactAt?: string | undefined
  /** When the digests of all records were last computed anew, ISO instant. */
  checkedAt?: string | undefined
  /** Confirmed operations up to this instant were cleared away. */
  clearedBefore?: string | undefined
}

/** A local transaction that the server does not certainly hold. */
export interface WaitingOperation {
  seq: number
  site: string
  /** Numbers of the site that it covers, both inclusive: its own, and before it those used up by commits that failed. */
  from: number
  number: number
  /** `base`: digest before this operation, empty for a new record, undefined when it is not known. */
  records: readonly { kind: string; id: string; base?: Uint8Array | undefined }[]
  tries: number
  about: OperationFacts
}

/** What the access logs of the other workstations say about an operation. No values of records. */
export interface OperationFacts {
  at: string
  act: string
  userId?: string | undefined
  importId?: string | undefined
  patientId?: string | undefined
  /** Names of changed fields by `kind/id`, of records that were there before. */
  changed?: Record<string, string[]> | undefined
}

/** An operation of another workstation, as its push described it. */
export interface ReceivedOperation {
  site: string
  number: number
  workstationId: string
  about: OperationFacts
}

/** How many operations wait, since when the oldest does, and how many are dead letters. */
export interface Backlog {
  waiting: number
  oldestAt: string | undefined
  dead: number
}

interface OperationRow {
  seq: number
  site: string
  number: number
  after: number | null
  at: string
  user_id: string | null
  act: string
  import_id: string | null
  patient_id: string | null
  records: string
  bases: string | null
  changed: string | null
  tries: number
}

/** Conditions in the words of the index of what is not sent; without them a query would go through everything that ever was. */
const waits = "state <> 'sent' AND state = 'waiting'"
const isDead = "state <> 'sent' AND state = 'dead'"

/** Act of the operations that hold nothing but kept versions. */
export const keepVersionsAct = 'sync.keepVersions'

/** What synchronisation keeps in the database beside the records: the queue, dead letters, the state, whose sites are whose. */
export class Replication {
  #heldBack: ReadonlySet<string> | undefined
  /** Counts of the queue, kept because counting a long one at every write would hold the program up; undefined when they have to be counted. */
  #counts: { waiting: number; dead: number } | undefined
  /** What the open transaction adds to the waiting ones. */
  #added = 0
  /** When the oldest waiting one was queued, the state, and runs that are known, as the database has them; asked for at every turn of the exchange. */
  #oldestAt: string | undefined
  #state: SyncState | undefined
  readonly #sites = new Set<string>()

  constructor(private readonly db: WritableDatabase) {}

  state(): SyncState {
    if (!this.#state) {
      const text = statement<{ state: string }>(this.db, 'SELECT state FROM sync_state').get()?.state
      this.#state = text === undefined ? {} : (JSON.parse(text) as SyncState)
    }
    return this.#state
  }

  setState(change: Partial<SyncState>): void {
    const next = { ...this.state(), ...change }
    statement(this.db, 'INSERT INTO sync_state (only, state) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET state = excluded.state').run(JSON.stringify(next))
    this.#state = next
  }

  lastSeq(): number {
    return Number(statement<{ seq: number }>(this.db, "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'operation'), 0) AS seq").get()?.seq)
  }

  waiting(after: number, limit: number): WaitingOperation[] {
    return statement<OperationRow>(this.db, `SELECT * FROM operation WHERE ${waits} AND seq > ? ORDER BY seq LIMIT ?`)
      .all(after, limit)
      .map((row) => ({ ...waitingOperation(row), from: this.#coverFrom(row) }))
  }

  /** For each run that has operations waiting after a queue position the first number that the oldest of them covers. */
  waitingSites(after: number): { site: string; from: number }[] {
    return statement<OperationRow>(this.db, `SELECT *, min(number) FROM operation WHERE ${waits} AND seq > ? GROUP BY site`)
      .all(after)
      .map((row) => ({ site: row.site, from: this.#coverFrom(row) }))
  }

  /** First number that an operation covers when it is sent: behind the one before it, or that of the dead letters right before it, whose numbers go out empty. */
  #coverFrom({ site, number, after }: OperationRow): number {
    let from = (after ?? number - 1) + 1
    while (this.heldBack().size > 0) {
      const dead = statement<{ number: number; after: number | null }>(
        this.db,
        "SELECT number, after FROM operation WHERE site = ? AND number = ? AND state = 'dead'",
      ).get(site, from - 1)
      if (!dead) return from
      from = (dead.after ?? dead.number - 1) + 1
    }
    return from
  }

  backlog(): Backlog {
    this.#counts ??= statement<{ waiting: number; dead: number }>(
      this.db,
      "SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'dead') AS dead FROM operation WHERE state <> 'sent'",
    ).get() ?? { waiting: 0, dead: 0 }
    const { waiting, dead } = this.#counts
    if (waiting === 0) return { waiting, dead, oldestAt: undefined }
    this.#oldestAt ??= statement<{ at: string }>(this.db, `SELECT at FROM operation WHERE ${waits} ORDER BY seq LIMIT 1`).get()?.at
    return { waiting, dead, oldestAt: this.#oldestAt }
  }

  /** Called in the transaction that queues an operation. */
  noteQueued(): void {
    this.#added++
  }

  /** Called when the transaction has ended: counts what it changed, or counts anew after it was undone. */
  ended(isCommitted: boolean): void {
    if (isCommitted && this.#counts) this.#counts = { ...this.#counts, waiting: this.#counts.waiting + this.#added }
    if (!isCommitted) {
      this.#recount()
      this.#state = undefined
      this.#sites.clear()
    }
    this.#added = 0
  }

  #recount(): void {
    this.#counts = undefined
    this.#oldestAt = undefined
    this.#heldBack = undefined
  }

  /** Kept versions of a record whose operation still waits. */
  waitingVersions(kind: string, id: string): string[] {
    return statement<{ id: string }>(
      this.db,
      `SELECT version.id FROM kept_version AS version JOIN operation ON operation.seq = version.seq
       WHERE of_kind = ? AND of_id = ? AND operation.state = 'waiting' AND operation.act = '${keepVersionsAct}'`,
    )
      .all(kind, id)
      .map((version) => version.id)
  }

  /** Records that a dead letter holds back, as `kind/id`. */
  heldBack(): ReadonlySet<string> {
    this.#heldBack ??= new Set(
      statement<{ records: string }>(this.db, `SELECT records FROM operation WHERE ${isDead}`)
        .all()
        .flatMap(({ records }) => JSON.parse(records) as string[]),
    )
    return this.#heldBack
  }

  /** Marks operations of a site as sent, but for those on records that a dead letter holds back. */
  confirm({ site, from, to }: { site: string; from: number; to: number }): number {
    return this.#confirm(`site = ? AND number BETWEEN ? AND ? AND state = 'waiting'`, [site, from, to])
  }

  /** The same for every operation up to a queue position. */
  confirmUpTo(seq: number): number {
    return this.#confirm(`${waits} AND seq <= ?`, [seq])
  }

  #confirm(where: string, values: readonly (string | number)[]): number {
    const mark = "UPDATE operation SET state = 'sent', problem = NULL"
    const heldBack = this.heldBack()
    let confirmed = 0
    if (heldBack.size === 0) confirmed = statement(this.db, `${mark} WHERE ${where}`).run(...values).changes
    else {
      const rows = statement<{ seq: number; records: string }>(this.db, `SELECT seq, records FROM operation WHERE ${where}`).all(...values)
      for (const { seq, records } of rows)
        if (!(JSON.parse(records) as string[]).some((key) => heldBack.has(key))) confirmed += statement(this.db, `${mark} WHERE seq = ?`).run(seq).changes
    }
    if (confirmed > 0) this.#oldestAt = undefined
    this.#added -= confirmed
    return confirmed
  }

  /** Counts a failure of an operation for its own sake. */
  noteRefused(seq: number, problem: string, limit: number): 'waiting' | 'dead' {
    const row = statement<{ state: 'waiting' | 'dead' }>(
      this.db,
      "UPDATE operation SET tries = tries + 1, problem = ?, state = CASE WHEN tries + 1 >= ? THEN 'dead' ELSE state END WHERE seq = ? RETURNING state",
    ).get(problem, limit, seq)
    this.#recount()
    return row?.state ?? 'waiting'
  }

  /** Takes dead letters up again; reconciling then sends what they hold. Returns how many. */
  retry(seqs: readonly number[] | 'all'): number {
    const set = "UPDATE operation SET state = 'waiting', tries = 0"
    const changed =
      seqs === 'all'
        ? statement(this.db, `${set} WHERE ${isDead}`).run().changes
        : seqs.reduce((sum, seq) => sum + statement(this.db, `${set} WHERE ${isDead} AND seq = ?`).run(seq).changes, 0)
    this.#recount()
    return changed
  }

  /** Takes confirmed operations that are older than `before` out of the queue, oldest first, at most `limit`. Never one that waits or is a dead letter. */
  removeSent(before: string, limit: number): number {
    const removed = statement(
      this.db,
      "DELETE FROM operation WHERE seq IN (SELECT seq FROM operation WHERE state = 'sent' AND at < ? AND seq < (SELECT max(seq) FROM operation) ORDER BY seq LIMIT ?)",
    ).run(before, limit).changes
    if (removed > 0) this.setState({ clearedBefore: before })
    return removed
  }

  /** Remembers whose run of the program a site was. */
  noteSite(site: string, workstationId: string): void {
    if (this.#sites.has(site)) return
    statement(this.db, 'INSERT OR IGNORE INTO site (site, workstation_id) VALUES (?, ?)').run(site, workstationId)
    this.#sites.add(site)
  }

  /** Notes that the access log tells of an operation, which come in the order of their numbers; false when it did so before. */
  noteTold(site: string, number: number): boolean {
    return statement(this.db, 'UPDATE site SET told = ? WHERE site = ? AND told < ?').run(number, site, number).changes > 0
  }

  /** The workstation whose run of the program a site was; undefined where nothing told. */
  workstationOf(site: string): string | undefined {
    return statement<{ workstation_id: string }>(this.db, 'SELECT workstation_id FROM site WHERE site = ?').get(site)?.workstation_id
  }
}

function waitingOperation(row: OperationRow): WaitingOperation {
  const bases = row.bases === null ? [] : (JSON.parse(row.bases) as string[])
  return {
    seq: row.seq,
    site: row.site,
    from: (row.after ?? row.number - 1) + 1,
    number: row.number,
    records: (JSON.parse(row.records) as string[]).map((key, i) => {
      const base = bases[i]
      return { ...splitKey(key), ...(base !== undefined && { base: Buffer.from(base, 'hex') }) }
    }),
    tries: row.tries,
    about: {
      at: row.at,
      act: row.act,
      ...(row.user_id !== null && { userId: row.user_id }),
      ...(row.import_id !== null && { importId: row.import_id }),
      ...(row.patient_id !== null && { patientId: row.patient_id }),
      ...(row.changed !== null && { changed: JSON.parse(row.changed) as Record<string, string[]> }),
    },
  }
}

/** Kind and id of a record's key. */
export function splitKey(key: string): { kind: string; id: string } {
  const slash = key.indexOf('/')
  return { kind: key.slice(0, slash), id: key.slice(slash + 1) }
}

/** A record's name and digest, as buckets are compared. The digest as hex: thousands of small buffers would each come from the worker in memory of their own. */
export interface IndexRow {
  kind: string
  id: string
  owner?: string
  digest: string
}

/**
 * Names and digests of all records in some buckets. Reads the ids of every record, because no index by bucket is kept: that would cost each save a
 * page, and this runs only when something differs.
 */
export const recordIndex = defineRead('sync.index', (db, { buckets }: { buckets: number[] }): IndexRow[] => {
  const wanted = new Set(buckets)
  const rows: IndexRow[] = []
  for (const entity of entities) {
    for (const id of idsOf(db, entity, wanted)) {
      const row = statement<{ patient_id: string | null; digest: Buffer }>(db, `SELECT patient_id, digest FROM ${entity.table} WHERE id = ?`).get(id)
      if (row) rows.push({ kind: entity.kind, id, ...ownerOf(row.patient_id, id), digest: row.digest.toString('hex') })
    }
  }
  for (const row of statement<{ kind: string; id: string; owner: string | null; digest: Buffer }>(db, 'SELECT kind, id, owner, digest FROM parked').all())
    if (wanted.has(bucketOf(row.id)) && !findEntity(row.kind))
      rows.push({ kind: row.kind, id: row.id, ...ownerOf(row.owner, row.id), digest: row.digest.toString('hex') })
  return rows
})

function idsOf(db: ReadableDatabase, entity: Entity, wanted: ReadonlySet<number>): string[] {
  const ids: string[] = []
  // Ordered by id, so that the index of ids is all that is read.
  for (const id of (statement(db, `SELECT id FROM ${entity.table} ORDER BY id`) as ReturnType<typeof statement<string>>)
    .pluck()
    .iterate() as IterableIterator<string>)
    if (wanted.has(bucketOf(id))) ids.push(id)
  return ids
}

const total = `SELECT ${keptEntities.map(({ table }) => `(SELECT count(*) FROM ${table})`).join(' + ')} AS n`

/** How many records of the clinic are held, deleted ones and kept versions included. Reads an index of every table, so it runs in a worker. */
export const recordTotal = defineRead('sync.recordTotal', (db): number => Number(statement<{ n: number }>(db, total).get()?.n))

/** Owner as keys name it: the patient of a record, none for the patient itself. */
export const ownerOf = (patientId: string | null | undefined, id: string): { owner?: string } => (patientId && patientId !== id ? { owner: patientId } : {})
