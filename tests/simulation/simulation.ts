import { createHash } from 'node:crypto'
import { keptVersionKind } from '../../src/main/records/merge.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { InvalidRecord } from '../../src/main/store/record-check.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { ModelHub } from '../support/model-hub.js'
import { below, type Dice, diceOf, pick } from './dice.js'
import { cellsOnServer, judge } from './judge.js'
import { type Disk, digestKey, isVersion } from './model-replica.js'
import { type KeyedCells, Oracle } from './oracle.js'
import { Scheduler, settled } from './scheduler.js'
import { type Clinic, Workstation } from './workstation.js'
import { nextChange } from './writes.js'

/** What a plan consists of. The same options and places give the same run. */
export interface Plan {
  seed: number
  /** Places of the plan that are played; leaving some out does not change the others. */
  places: readonly number[]
}

/** How a run ended. `trace` is equal for equal runs. */
export interface Outcome {
  problems: string[]
  trace: string
  facts: Record<string, number>
}

const dataset = '018f0000-0000-7000-8000-000000000000'
const key = createHash('sha256').update('clinic').digest()
/** A fixed moment from which the simulated clock goes. */
const startAt = Date.parse('2026-11-20T08:00:00Z')
/** Turns of the scheduler in which everything has to come to rest once nothing goes wrong any more. */
const restingTurns = 60_000

/** The whole of a clinic in memory: workstations, lines, a server, and whatever can go wrong with each. */
export class Simulation implements Clinic {
  readonly scheduler = new Scheduler()
  readonly oracle = new Oracle()
  readonly codec = new RecordCodec(clinicKeyNames(dataset), { current: 1, keyOf: (generation) => (generation === 1 ? key : undefined) })
  readonly dataset = dataset
  readonly problems: string[] = []
  readonly facts: Record<string, number> = {}
  readonly late: (() => void)[] = []
  readonly refused = new Set<string>()
  readonly server: ModelHub
  readonly workstations: Workstation[]
  isStormy = true
  dice: Dice
  #time = startAt
  #names = 0
  readonly #saved: ReturnType<ModelHub['copy']>[] = []
  readonly #trace = createHash('sha256')

  constructor(private readonly plan: Plan) {
    this.dice = diceOf(plan.seed, 0)
    // Some clinics have a long feed, others one that is soon cut.
    this.server = new ModelHub({ dataset, now: () => this.#time, feed: { entries: plan.seed % 3 === 0 ? 12 : 10_000, bytes: 64_000_000 } })
    this.workstations = Array.from({ length: 3 + (plan.seed % 4) }, (_, i) => new Workstation(this, `W${i}`))
  }

  now = (): number => this.#time

  /** A random name of so many hex digits, never the same twice in a run. */
  newName(digits: number): string {
    return createHash('sha256')
      .update(`${this.plan.seed} ${++this.#names}`)
      .digest('hex')
      .slice(0, digits)
  }

  fail(problem: string): void {
    if (this.problems.length < 8) this.problems.push(problem)
  }

  count(fact: string, by = 1): void {
    this.facts[fact] = (this.facts[fact] ?? 0) + by
  }

  note(...words: unknown[]): void {
    this.#trace.update(`${words.join(' ')}\n`)
    if (process.env.SIMULATION_TRACE) process.stderr.write(`${words.join(' ')}\n`)
  }

  /** Plays the plan, lets everything come to rest and judges what is left. */
  async run(): Promise<Outcome> {
    for (const place of this.plan.places) {
      this.dice = diceOf(this.plan.seed, place)
      this.#time += 1 + below(this.dice, 40)
      await this.#step()
      await settled()
      if (this.problems.length > 0) break
    }
    if (this.problems.length === 0) await this.#rest()
    if (this.problems.length === 0) await this.#restAgain()
    this.count('writes', this.oracle.count)
    this.count('versions', [...(this.workstations[0]?.disk.rows.keys() ?? [])].filter(isVersion).length)
    return { problems: this.problems, trace: this.#trace.digest('hex'), facts: this.facts }
  }

  async #step(): Promise<void> {
    const { dice } = this
    const workstation = pick(dice, this.workstations)
    const event = dice()
    if (event < 0.24) this.#write(workstation)
    else if (event < 0.86) await this.#turns(workstation, 1 + below(dice, 6))
    else if (event < 0.88) this.late.splice(below(dice, Math.max(1, this.late.length)), 1)[0]?.()
    else if (event < 0.895) workstation.isOnline ? workstation.leave() : workstation.arrive()
    else if (event < 0.91) workstation.disconnect()
    else if (event < 0.923) workstation.restart()
    else if (event < 0.938) workstation.backUp()
    else if (event < 0.945) await this.#replaceDisk(workstation, () => workstation.restoreBackup())
    else if (event < 0.949) {
      const other = pick(dice, this.workstations)
      if (other !== workstation) await this.#replaceDisk(workstation, () => workstation.become(other))
    } else if (event < 0.953) await this.#replaceDisk(workstation, () => workstation.loseDatabase())
    else if (event < 0.961) {
      this.#saved.push(this.server.copy())
      if (this.#saved.length > 4) this.#saved.shift()
    } else if (event < 0.967 && this.#saved.length > 0) await this.#replaceServer('rewind', () => this.server.restore(pick(dice, this.#saved)))
    else if (event < 0.972) await this.#replaceServer('flush', () => this.server.flush())
    // The feed can be the last to have what the server's value lost.
    else if (event < 0.98) await this.#replaceServer('trim', () => this.server.trim(below(dice, 4)))
    else if (event < 0.984) this.server.full = !this.server.full
    else if (event < 0.988) workstation.poison()
    else if (event < 0.991) await this.#replaceServer('damage', () => this.server.damage(below(dice, 1_000_000)))
    else if (event < 0.993) workstation.tamper(below(dice, 1_000_000))
    else workstation.skewMs = Math.floor((below(dice, 5) - 2) * 86_400_000 * dice())
  }

  #write(workstation: Workstation): void {
    // In some clinics only: what is erased cannot show any more that it was lost.
    const erases = this.plan.seed % 4 === 3
    if (erases && this.dice() < 0.3) workstation.replica.sweep(1)
    const change = nextChange({
      dice: this.dice,
      erases,
      newName: (digits) => this.newName(digits),
      versions: () => [...workstation.disk.rows.values()].filter(({ kind }) => kind === keptVersionKind),
      cells: (kind, id) => workstation.disk.rows.get(`${kind}/${id}`)?.cells,
    })
    try {
      const written =
        change === 'fails' ? workstation.replica.write(() => undefined, { fails: true }) : change ? workstation.replica.write(change) : new Map<string, never>()
      for (const [at, { cells }] of written) this.oracle.wrote(at, cells, workstation.replica.site)
      this.note(workstation.name, 'writes', [...written.keys()])
    } catch (error) {
      // A record of which a journal brought back parts only cannot be edited before the server gave the rest.
      if (!(error instanceof InvalidRecord)) throw error
    }
  }

  /** Lets a workstation go on: connects it when it is not, and lets some of what it waits for happen. */
  async #turns(workstation: Workstation, count: number): Promise<void> {
    if (!workstation.isOnline) return
    workstation.connect()
    for (let i = 0; i < count; i++) {
      await settled()
      workstation.turn(below(this.dice, 1_000_000))
    }
  }

  async #replaceDisk(workstation: Workstation, replace: () => void): Promise<void> {
    replace()
    this.note(workstation.name, 'has another disk')
    this.oracle.forgive(this.#held(), await cellsOnServer(this.server, this.codec), false)
  }

  async #replaceServer(what: string, replace: () => void): Promise<void> {
    replace()
    this.note('server', what)
    this.count(what)
    this.oracle.forgive(this.#held(), await cellsOnServer(this.server, this.codec), true)
  }

  #held(): KeyedCells[] {
    return this.workstations.flatMap((workstation) => cellsIn(workstation.disk))
  }

  /** Ends all trouble, lets everything come to rest, and checks every invariant. */
  async #rest(): Promise<void> {
    this.isStormy = false
    this.server.full = false
    this.server.refuses = () => false
    for (const late of this.late.splice(0)) late()
    for (const workstation of this.workstations) {
      workstation.skewMs = 0
      workstation.arrive()
      workstation.disconnect()
      // Trying again compares everything, which would hide what should have led to a comparison.
      if (workstation.replica.backlog().dead > 0) workstation.replica.retry()
    }
    await this.#untilResting()
    // The hourly comparison finds records that somebody took out of the index because they were damaged, and those that were refused although no operation
    // waited for them; nothing else may be left for it.
    const differing = await this.#differing()
    if (differing.length > 0 && (this.facts.damaged !== undefined || (await this.#wereRefused(differing)))) {
      for (const workstation of differing) workstation.askForComparison('audit')
      await this.#untilResting()
    } else if (differing.length > 0) {
      this.fail(`I2 ${differing.map(({ name }) => name).join()} would have needed the hourly comparison`)
      return
    }
    await this.#judge()
  }

  /** At rest, the server is put back to an earlier moment or emptied; nobody writes anything that would show it, and still all end equal. */
  async #restAgain(): Promise<void> {
    const saved = this.#saved.at(-1)
    await this.#replaceServer('quiet change', () => (saved ? this.server.restore(saved) : this.server.flush()))
    await this.#untilResting()
    if (this.problems.length === 0) await this.#judge()
  }

  async #untilResting(): Promise<void> {
    for (let turn = 0; turn < restingTurns; turn++) {
      this.dice = diceOf(this.plan.seed, 1_000_000 + turn)
      this.#time += 5
      if (turn % 50 === 0 && (await this.#isResting())) return
      const workstation = pick(this.dice, this.workstations)
      workstation.connect()
      workstation.turn(below(this.dice, 1_000_000))
      if (turn % 10 === 0) workstation.replica.sweep(2)
      await settled()
      if (this.problems.length > 0) return
    }
    for (const { name, replica } of this.workstations) {
      const { cursor, reconcile } = replica.state()
      this.fail(`I8 ${name} does not come to rest: waiting ${replica.backlog().waiting}, cursor ${cursor?.id}, reconcile ${reconcile}`)
    }
  }

  async #isResting(): Promise<boolean> {
    const { epoch, end } = await this.server.snapshot()
    return this.workstations.every(({ replica }) => {
      const state = replica.state()
      return (
        replica.backlog().waiting === 0 &&
        replica.leftovers.length === 0 &&
        state.reconcile === undefined &&
        state.epoch === epoch &&
        state.cursor?.id === end.id
      )
    })
  }

  async #differing(): Promise<Workstation[]> {
    const { buckets } = await this.server.snapshot()
    const nothing = Buffer.alloc(8)
    return this.workstations.filter(({ disk }) =>
      [...new Set([...buckets.keys(), ...disk.buckets.keys()])].some((n) => Buffer.compare(buckets.get(n) ?? nothing, disk.buckets.get(n) ?? nothing) !== 0),
    )
  }

  /** Whether the server only lacks what it refused at some time. */
  async #wereRefused(workstations: readonly Workstation[]): Promise<boolean> {
    const onServer = new Set((await cellsOnServer(this.server, this.codec)).map(([at]) => at))
    return workstations.every(({ disk }) => [...disk.rows.keys()].every((at) => onServer.has(at) || this.refused.has(at)))
  }

  async #judge(): Promise<void> {
    const judged = this.workstations.map(({ name, disk, replica }) => ({ name, rows: disk.rows, buckets: disk.buckets, waiting: replica.backlog().waiting }))
    for (const problem of await judge({ hub: this.server, codec: this.codec, digestKey, oracle: this.oracle, workstations: judged })) this.fail(problem)
    const first = this.workstations[0]
    this.note('end', first ? [...first.disk.rows.values()].map(({ digest }) => digest.toString('hex')).sort() : '')
  }
}

/** Every record of a disk. */
const cellsIn = (disk: Disk): KeyedCells[] => [...disk.rows].map(([at, { cells }]) => [at, cells] as const)

/** A whole plan of a seed. */
export const planOf = (seed: number, steps = 300): Plan => ({ seed, places: Array.from({ length: steps }, (_, i) => i + 1) })
