import { randomBytes } from 'node:crypto'
import type { Cells } from '../../src/main/records/cell.js'
import { keptVersionKind } from '../../src/main/records/merge.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { problemOf } from '../../src/main/redis/problems.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import { defineScripts } from '../../src/main/redis/scripts.js'
import { newClinicKeys, sealingKeys } from '../../src/main/security/keys.js'
import { InvalidRecord } from '../../src/main/store/record-check.js'
import { digestKeyOf } from '../../src/main/store/store.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { newId } from '../../src/shared/ids.js'
import { below, type Dice, diceOf, pick } from '../simulation/dice.js'
import { cellsOnServer, judge } from '../simulation/judge.js'
import { type KeyedCells, Oracle } from '../simulation/oracle.js'
import { nextChange } from '../simulation/writes.js'
import { DrillServer } from './drill-server.js'
import { type DrillClinic, DrillWorkstation } from './drill-workstation.js'

/** Within so many milliseconds everything has to come to rest once nothing goes wrong any more. */
const restingMs = 60_000
/** Longest pause between two places of a plan, in which the workstations exchange what they have. */
const breathMs = 25

/**
 * A clinic on real servers: the same kind of plan as the simulation plays, on real databases, journals and connections, with a real redis-server that is
 * killed, emptied, put back, replaced by a stale replica, filled up, and reached over a line that breaks. What happens is decided by the seed; how it
 * interleaves is up to the machine.
 */
export class Drill {
  readonly problems: string[] = []
  readonly facts: Record<string, number> = {}
  readonly #oracle = new Oracle()
  readonly #keys = newClinicKeys(newId())
  readonly #codec: RecordCodec
  #dice: Dice
  #server!: DrillServer
  #workstations: DrillWorkstation[] = []

  constructor(
    private readonly seed: number,
    private readonly steps: number,
  ) {
    this.#dice = diceOf(seed, 0)
    this.#codec = new RecordCodec(clinicKeyNames(this.#keys.dataset), sealingKeys(this.#keys))
  }

  /** Plays the plan, lets everything come to rest and judges what is left. */
  async run(): Promise<string[]> {
    this.#server = await DrillServer.start()
    const clinic: DrillClinic = {
      keys: this.#keys,
      port: this.#server.port,
      // Some clinics have a long feed, others one that is soon cut.
      feed: { entries: this.seed % 3 === 0 ? 12 : 10_000, bytes: 64_000_000 },
      oracle: this.#oracle,
      fail: (problem) => this.#fail(problem),
    }
    this.#workstations = Array.from({ length: 3 }, (_, i) => new DrillWorkstation(clinic, `W${i}`))
    for (const workstation of this.#workstations) {
      await workstation.open()
      workstation.connect()
    }
    try {
      for (let place = 1; place <= this.steps && this.problems.length === 0; place++) {
        this.#dice = diceOf(this.seed, place)
        await this.#step()
        await pause(below(this.#dice, breathMs))
      }
      if (this.problems.length === 0) await this.#rest()
    } finally {
      for (const workstation of this.#workstations) await workstation.close()
    }
    return this.problems
  }

  async #step(): Promise<void> {
    const workstation = pick(this.#dice, this.#workstations)
    const event = this.#dice()
    if (event < 0.62) await this.#write(workstation)
    else if (event < 0.7) this.#isConnected(workstation) ? await workstation.leave() : workstation.connect()
    else if (event < 0.74) workstation.disconnect()
    else if (event < 0.76) await workstation.restart()
    else if (event < 0.83) await this.#trouble(workstation)
    else if (event < 0.89) await this.#line()
    else if (event < 0.9) workstation.skewMs = Math.floor((below(this.#dice, 5) - 2) * 86_400_000 * this.#dice())
    else await this.#serverTrouble()
  }

  async #write(workstation: DrillWorkstation): Promise<void> {
    const { store } = workstation
    const change = nextChange({
      dice: this.#dice,
      newName: (digits) => randomBytes(digits).toString('hex').slice(0, digits),
      versions: () => [...workstation.records().values()].filter(({ kind }) => kind === keptVersionKind),
      cells: (kind, id): Cells | undefined => store.held(kind, id)?.cells,
    })
    if (!change || change === 'fails') return
    try {
      await workstation.write(change)
    } catch (error) {
      // A record of which a journal brought back parts only cannot be edited before the server gave the rest.
      if (!(error instanceof InvalidRecord)) throw error
    }
  }

  /** Something happens to a workstation's disk. */
  async #trouble(workstation: DrillWorkstation): Promise<void> {
    const dice = this.#dice
    const event = dice()
    const backup = workstation.backups.length > 0 ? pick(dice, workstation.backups) : undefined
    if (event < 0.4) return workstation.backUp()
    if (event < 0.6) {
      if (backup) await this.#replaceDisk('restored', () => workstation.restore(backup))
    } else if (event < 0.75) {
      const other = pick(dice, this.#workstations)
      if (other !== workstation) await this.#replaceDisk('cloned', () => workstation.become(other))
    } else await this.#replaceDisk('replayed', () => workstation.loseDatabase(dice() < 0.7 ? backup : undefined))
  }

  async #line(): Promise<void> {
    const { line } = this.#server
    const event = this.#dice()
    this.#count('line')
    if (event < 0.4) return line.cut()
    if (event < 0.6) line.swallow()
    else if (event < 0.8) line.hold()
    else line.delay(1 + below(this.#dice, 20))
    await pause(below(this.#dice, 3 * breathMs))
    // What lost an answer is cut, because nobody would wait for it for ever; what was only slow goes on.
    if (event < 0.6) line.cut()
    line.heal()
  }

  async #serverTrouble(): Promise<void> {
    const dice = this.#dice
    const server = this.#server
    const event = dice()
    if (event < 0.2) await this.#replaceServer('flushed', () => server.flush())
    else if (event < 0.3) await this.#replaceServer('emptied', () => server.restartEmpty())
    else if (event < 0.45) await server.dump()
    else if (event < 0.57) {
      if (server.dumps.length > 0) await this.#replaceServer('putBack', () => server.restoreDump(pick(dice, server.dumps)))
    } else if (event < 0.65) await this.#replaceServer('restarted', () => server.restart())
    else if (event < 0.72) await server.leaveReplicaBehind()
    else if (event < 0.8) await this.#replaceServer('failedOver', () => server.failOver())
    else if (event < 0.87) await server.admin.script('FLUSH')
    else {
      await (event < 0.93 ? server.fill() : server.freeze())
      await pause(below(dice, 4 * breathMs))
      server.resume()
      await server.makeRoom()
      this.#count('stood')
    }
  }

  async #replaceDisk(what: string, replace: () => Promise<void>): Promise<void> {
    await replace()
    this.#count(what)
    this.#oracle.forgive(this.#held(), await this.#onServer(), false)
  }

  async #replaceServer(what: string, replace: () => Promise<unknown>): Promise<void> {
    if ((await replace()) === false) return
    this.#count(what)
    this.#oracle.forgive(this.#held(), await this.#onServer(), true)
  }

  #held(): KeyedCells[] {
    return this.#workstations.flatMap((workstation) => [...workstation.records()].map(([at, { cells }]) => [at, cells] as const))
  }

  #onServer = (): Promise<KeyedCells[]> => cellsOnServer(this.#hub(), this.#codec)

  /** The server past its line. */
  #hub(): RedisHub {
    const { admin } = this.#server
    defineScripts(admin)
    const use = <T>(_: string, work: (client: typeof admin) => Promise<T>) =>
      work(admin).catch((error: unknown) => {
        throw problemOf(error)
      })
    return new RedisHub({ dataset: this.#keys.dataset, link: { use } })
  }

  /** Ends all trouble, lets everything come to rest and checks every invariant. */
  async #rest(): Promise<void> {
    for (const workstation of this.#workstations) {
      workstation.skewMs = 0
      workstation.connect()
    }
    const until = performance.now() + restingMs
    while (!(await this.#isResting())) {
      if (performance.now() > until) return this.#restless()
      await pause(20)
    }
    const workstations = this.#workstations.map(({ name, store, replica, records }) => ({
      name,
      rows: records(),
      buckets: store.bucketDigests(),
      waiting: replica.backlog().waiting,
    }))
    const digestKey = digestKeyOf(this.#keys.clinicKey)
    for (const problem of await judge({ hub: this.#hub(), codec: this.#codec, digestKey, oracle: this.#oracle, workstations })) this.#fail(problem)
    for (const workstation of this.#workstations) for (const problem of workstation.verify()) this.#fail(problem)
    this.#count('writes', this.#oracle.count)
  }

  async #isResting(): Promise<boolean> {
    for (const { exchange } of this.#workstations) if (!(await exchange?.isUpToDate().catch(() => false))) return false
    return true
  }

  #restless(): void {
    for (const { name, replica, exchange } of this.#workstations) {
      const { cursor, reconcile } = replica.state()
      this.#fail(
        `I8 ${name} does not come to rest: waiting ${replica.backlog().waiting}, cursor ${cursor?.id}, reconcile ${reconcile}, ${JSON.stringify(exchange?.state)}`,
      )
    }
  }

  #isConnected = ({ exchange }: DrillWorkstation): boolean => exchange !== undefined

  #fail(problem: string): void {
    if (this.problems.length < 8) this.problems.push(problem)
  }

  #count(fact: string, by = 1): void {
    this.facts[fact] = (this.facts[fact] ?? 0) + by
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
