import { canonical } from '../../src/main/records/canonical.js'
import { type Cells, isErased } from '../../src/main/records/cell.js'
import { type FeedPlace, HubProblem } from '../../src/main/redis/hub.js'
import type { RecordCodec } from '../../src/main/sync/record-codec.js'
import { Session } from '../../src/main/sync/session.js'
import { compareIds, KnownStates, SessionEnded, type SessionParts } from '../../src/main/sync/session-parts.js'
import { Bell } from '../../src/main/sync/timers.js'
import type { ModelHub } from '../support/model-hub.js'
import { Connection } from './connection.js'
import { type Dice, pick } from './dice.js'
import { copyDisk, type Disk, emptyDisk, ModelReplica } from './model-replica.js'
import type { Oracle } from './oracle.js'
import type { Scheduler } from './scheduler.js'

/** What a workstation of the simulation stands in. */
export interface Clinic {
  readonly scheduler: Scheduler
  readonly oracle: Oracle
  readonly codec: RecordCodec
  readonly dataset: string
  readonly server: ModelHub
  readonly late: (() => void)[]
  /** Records that the server refused for their own sake at some time. */
  readonly refused: Set<string>
  readonly isStormy: boolean
  readonly dice: Dice
  now(): number
  newName(digits: number): string
  fail(problem: string): void
  count(fact: string, by?: number): void
  note(...words: unknown[]): void
}

/** One workstation: a disk, one run of the program after another on it, and at most one session with the server. */
export class Workstation {
  disk: Disk = emptyDisk()
  replica: ModelReplica
  isOnline = true
  /** How far this computer's clock is off, in milliseconds. */
  skewMs = 0
  readonly #backups: Disk[] = []
  #queued = new Bell()
  #known = new KnownStates()
  #connection: Connection | undefined
  #end: AbortController | undefined
  #poisoned: string | undefined

  constructor(
    private readonly clinic: Clinic,
    readonly name: string,
  ) {
    this.replica = this.#start()
  }

  /** Takes part in the exchange, unless it does. */
  connect(): void {
    if (this.#connection || !this.isOnline) return
    const { clinic } = this
    const connection = new Connection(clinic.scheduler, () => clinic.server, {
      get dice() {
        return clinic.isStormy ? clinic.dice : undefined
      },
      late: clinic.late,
    })
    const end = new AbortController()
    this.#connection = connection
    this.#end = end
    new Session(this.#parts(connection)).run(end.signal).then(
      () => this.#ended(connection),
      (error: unknown) => {
        this.#ended(connection)
        if (!(error instanceof HubProblem) && !(error instanceof SessionEnded) && !end.signal.aborted) clinic.fail(`${this.name}: ${(error as Error).stack}`)
      },
    )
  }

  /** Lets one of the things that this workstation waits for happen. */
  turn(n: number): void {
    if (this.#connection) this.clinic.scheduler.run(n, this.#connection)
  }

  disconnect(): void {
    this.#end?.abort()
    this.#connection?.break()
    this.#connection = undefined
  }

  leave(): void {
    this.isOnline = false
    this.disconnect()
  }

  arrive(): void {
    this.isOnline = true
  }

  /** The program ends as with a power cut and starts anew on the same disk. */
  restart(): void {
    this.disconnect()
    this.replica.crash()
    this.replica = this.#start()
    this.clinic.note(this.name, 'restarts as', this.replica.site)
  }

  backUp(): void {
    this.#backups.push(copyDisk(this.disk))
    if (this.#backups.length > 3) this.#backups.shift()
  }

  /** An old backup is put back; restoring asks for a comparison. */
  restoreBackup(): void {
    if (this.#backups.length === 0) return
    this.#use(copyDisk(pick(this.clinic.dice, this.#backups)))
    this.clinic.count('restored')
  }

  /** The folder of another workstation is copied here, which nobody should do. */
  become(other: Workstation): void {
    this.skewMs = other.skewMs
    this.#use(copyDisk(other.disk), other.disk.erased)
    this.clinic.count('cloned')
  }

  /** The database is damaged: a backup or nothing, and then the journal. */
  loseDatabase(): void {
    const { journal } = this.disk
    const backup = this.clinic.dice() < 0.7 && this.#backups.length > 0 ? copyDisk(pick(this.clinic.dice, this.#backups)) : emptyDisk()
    this.#use({ ...backup, journal: [] })
    this.replica.replay(journal)
    this.clinic.count('replayed')
  }

  /** The server refuses one of its records for its own sake, for some time. */
  poison(): void {
    const { server, dice, refused } = this.clinic
    const at = [...this.disk.rows.keys()]
    this.#poisoned = this.#poisoned !== undefined || at.length === 0 ? undefined : pick(dice, at)
    server.refuses = (kind, id) => `${kind}/${id}` === this.#poisoned
    if (this.#poisoned !== undefined) refused.add(this.#poisoned)
    if (this.#poisoned === undefined) for (const row of this.disk.queue) if (row.state === 'dead') row.state = 'waiting'
    if (this.#poisoned === undefined) this.askForComparison('retry')
  }

  /** Somebody changes a row of the database by hand. */
  tamper(n: number): void {
    this.disconnect()
    this.replica.tamper(n)
    this.clinic.count('tampered')
  }

  askForComparison(reason: string): void {
    this.replica.setState({ reconcile: reason })
    this.disconnect()
  }

  /** The list of what was erased lies beside the backups: it stays when the disk's database is replaced, and is applied at once. */
  #use(disk: Disk, list = this.disk.erased): void {
    this.disconnect()
    this.replica.crash()
    this.disk = disk
    this.replica = this.#start()
    this.replica.applyErased(list)
  }

  #start(): ModelReplica {
    this.#queued = new Bell()
    this.#known = new KnownStates()
    return new ModelReplica(
      this.disk,
      this.clinic.newName(16),
      () => this.clinic.now() + this.skewMs,
      () => this.#queued.ring(),
      {
        changed: (at, before, after) => this.#watch(at, before, after),
        met: (at, held, incoming) => this.#met(at, held, incoming),
        confirmed: (...of) => this.#confirmed(...of),
      },
      () => this.#connection?.pause() ?? Promise.resolve(),
    )
  }

  #watch(at: string, before: Cells | undefined, after: Cells): void {
    if (isErased(after)) {
      this.clinic.oracle.erased(at)
      if (before && !isErased(before)) this.clinic.count('erased')
      return
    }
    for (const [field, cell] of Object.entries(before ?? {}))
      if ((after[field]?.stamp ?? '') < cell.stamp) this.clinic.fail(`I5 ${this.name} ${at}.${field} goes from ${cell.stamp} to ${after[field]?.stamp}`)
  }

  /** A server's word alone confirms nothing: it may be taken back before anybody read it. */
  #confirmed(site: string, number: number, cursor: FeedPlace | undefined): void {
    const place = this.clinic.server.placeOf(this.disk.state.epoch, site, number)
    if (place && (!cursor || compareIds(place.id, cursor.id) > 0)) this.clinic.fail(`I1 ${this.name} confirms ${site}.${number} before it has read it`)
  }

  #met(at: string, held: Cells, incoming: Cells): void {
    for (const [field, theirs] of Object.entries(incoming)) {
      const ours = held[field]
      if (!ours || ours.stamp === theirs.stamp || canonical(ours.value) !== canonical(theirs.value)) continue
      const [standing, gone] = ours.stamp > theirs.stamp ? [ours, theirs] : [theirs, ours]
      this.clinic.oracle.collapsed(at, field, standing.stamp, gone.stamp)
    }
  }

  #ended(connection: Connection): void {
    if (this.#connection !== connection) return
    connection.break()
    this.#connection = undefined
  }

  #parts(connection: Connection): SessionParts {
    const { clinic } = this
    return {
      hub: connection.hub(),
      replica: this.replica,
      codec: clinic.codec,
      dataset: clinic.dataset,
      workstationId: this.name,
      schema: 1,
      leastSchema: () => 0,
      timers: {
        now: () => clinic.now() + this.skewMs,
        elapsedMs: () => clinic.now(),
        sleep: (_, signal) => (signal.aborted ? Promise.resolve() : connection.pause()),
        turn: () => connection.pause(),
      },
      random: () => clinic.dice(),
      newEpoch: () => clinic.newName(32),
      queued: this.#queued,
      known: this.#known,
      on: {
        moved: () => undefined,
        counted: (what, count) => clinic.count(what, count),
        reconciling: (progress) => void (progress?.done === 0 && clinic.count('rounds')),
        blocked: () => undefined,
        changed: () => undefined,
      },
    }
  }
}
