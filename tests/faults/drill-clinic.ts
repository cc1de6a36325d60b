import { setTimeout as pause } from 'node:timers/promises'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { problemOf } from '../../src/main/redis/problems.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import { defineScripts } from '../../src/main/redis/scripts.js'
import { newClinicKeys, sealingKeys } from '../../src/main/security/keys.js'
import { digestKeyOf } from '../../src/main/store/store.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { newId } from '../../src/shared/ids.js'
import { cellsOnServer, judge } from '../simulation/judge.js'
import { type KeyedCells, Oracle } from '../simulation/oracle.js'
import { DrillServer } from './drill-server.js'
import { DrillWorkstation } from './drill-workstation.js'

/** Within so many milliseconds everything has to come to rest once nothing goes wrong any more. */
const restingMs = 60_000

/** A clinic on a real server, with the oracle that remembers every acknowledged write. */
export class DrillClinic {
  readonly oracle = new Oracle()
  readonly keys = newClinicKeys(newId())
  readonly codec = new RecordCodec(clinicKeyNames(this.keys.dataset), sealingKeys(this.keys))
  readonly workstations: DrillWorkstation[] = []
  /** Invariants that were seen not to hold on the way. */
  readonly problems: string[] = []

  private constructor(
    readonly server: DrillServer,
    readonly feed: { entries: number; bytes: number },
  ) {}

  /** Starts a server and opens and connects workstations; everything ends with the running test. */
  static async start({ count, feedEntries = 10_000, args = [] }: { count: number; feedEntries?: number; args?: readonly string[] }): Promise<DrillClinic> {
    const clinic = new DrillClinic(await DrillServer.start(args), { entries: feedEntries, bytes: 64_000_000 })
    for (let i = 0; i < count; i++) await clinic.add()
    return clinic
  }

  /** A further workstation, empty and connected. */
  async add(): Promise<DrillWorkstation> {
    const workstation = new DrillWorkstation(this, `W${this.workstations.length}`)
    this.workstations.push(workstation)
    await workstation.open()
    workstation.connect()
    return workstation
  }

  /** A workstation that takes no part any more: stolen, or its disk is dead. */
  async lose(workstation: DrillWorkstation): Promise<void> {
    await this.replaceDisk(async () => {
      await workstation.close()
      this.workstations.splice(this.workstations.indexOf(workstation), 1)
    })
  }

  fail(problem: string): void {
    if (this.problems.length < 8) this.problems.push(problem)
  }

  /** The server past its line. */
  hub(): RedisHub {
    const { admin } = this.server
    defineScripts(admin)
    const use = <T>(_: string, work: (client: typeof admin) => Promise<T>) =>
      work(admin).catch((error: unknown) => {
        throw problemOf(error)
      })
    return new RedisHub({ dataset: this.keys.dataset, link: { use } })
  }

  /** Something takes a workstation's disk: what nobody holds any more is not owed any more. */
  async replaceDisk(replace: () => Promise<void>): Promise<void> {
    await replace()
    this.oracle.forgive(this.#held(), await this.#onServer(), false)
  }

  /** Something takes the server's state: what only the server held is not owed any more. Nothing is forgiven where nothing happened. */
  async replaceServer(replace: () => Promise<unknown>): Promise<boolean> {
    if ((await replace()) === false) return false
    this.oracle.forgive(this.#held(), await this.#onServer(), true)
    return true
  }

  /** Resolves when nothing waits and every workstation has read everything; notes a problem when that takes too long. */
  async rest(): Promise<void> {
    const until = performance.now() + restingMs
    while (!(await this.#isResting())) {
      if (performance.now() > until) return this.#restless()
      await pause(10)
    }
  }

  /** Lets everything come to rest and gives every invariant that does not hold. */
  async judged(): Promise<string[]> {
    if (this.problems.length === 0) await this.rest()
    if (this.problems.length > 0) return this.problems
    const workstations = this.workstations.map(({ name, store, replica, records }) => ({
      name,
      rows: records(),
      buckets: store.bucketDigests(),
      waiting: replica.backlog().waiting,
    }))
    const digestKey = digestKeyOf(this.keys.clinicKey)
    for (const problem of await judge({ hub: this.hub(), codec: this.codec, digestKey, oracle: this.oracle, workstations })) this.fail(problem)
    for (const workstation of this.workstations) for (const problem of workstation.verify()) this.fail(problem)
    return this.problems
  }

  /** At one and the same end of the feed: what one sent after another was asked may leave that one with something to send. */
  async #isResting(): Promise<boolean> {
    for (const workstation of this.workstations) if (await workstation.sweep()) return false
    const before = await this.#end()
    for (const { exchange } of this.workstations) if (!(await exchange?.isUpToDate().catch(() => false))) return false
    return before !== undefined && before === (await this.#end())
  }

  #end = async (): Promise<string | undefined> =>
    (
      await this.hub()
        .snapshot()
        .catch(() => undefined)
    )?.end.id

  #restless(): void {
    for (const { name, replica, exchange } of this.workstations) {
      const { cursor, reconcile } = replica.state()
      const stands = JSON.stringify({ waiting: replica.backlog().waiting, cursor: cursor?.id, reconcile, ...exchange?.state })
      this.fail(`I8 ${name} does not come to rest: ${stands}`)
    }
  }

  #held(): KeyedCells[] {
    return this.workstations.flatMap((workstation) => [...workstation.records()].map(([at, { cells }]) => [at, cells] as const))
  }

  #onServer = (): Promise<KeyedCells[]> => cellsOnServer(this.hub(), this.codec)
}
