import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cells } from '../../src/main/records/cell.js'
import { keptVersionKind } from '../../src/main/records/merge.js'
import { InvalidRecord } from '../../src/main/store/record-check.js'
import { below, type Dice, diceOf, pick } from '../simulation/dice.js'
import { nextChange } from '../simulation/writes.js'
import { DrillClinic } from './drill-clinic.js'
import type { DrillWorkstation } from './drill-workstation.js'

/** Longest pause between two places of a plan, in which the workstations exchange what they have. */
const breathMs = 25

/**
 * A clinic on real servers: the same kind of plan as the simulation plays, on real databases, journals and connections, with a real redis-server that is
 * killed, emptied, put back, replaced by a stale replica, filled up, and reached over a line that breaks. What happens is decided by the seed; how it
 * interleaves is up to the machine.
 */
export class Drill {
  readonly facts: Record<string, number> = {}
  #dice: Dice
  #clinic!: DrillClinic

  constructor(
    private readonly seed: number,
    private readonly steps: number,
  ) {
    this.#dice = diceOf(seed, 0)
  }

  /** Plays the plan, lets everything come to rest and gives every invariant that does not hold. */
  async run(): Promise<string[]> {
    // Some clinics have a long feed, others one that is soon cut.
    this.#clinic = await DrillClinic.start({ count: 3, ...(this.seed % 3 === 0 && { feedEntries: 12 }) })
    const { workstations, problems, oracle } = this.#clinic
    for (let place = 1; place <= this.steps && problems.length === 0; place++) {
      this.#dice = diceOf(this.seed, place)
      await this.#step()
      await pause(below(this.#dice, breathMs))
    }
    for (const workstation of workstations) {
      workstation.skewMs = 0
      workstation.connect()
    }
    this.#count('writes', oracle.count)
    return this.#clinic.judged()
  }

  async #step(): Promise<void> {
    const workstation = pick(this.#dice, this.#clinic.workstations)
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
      erases: this.seed % 2 === 1,
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
      const other = pick(dice, this.#clinic.workstations)
      if (other !== workstation) await this.#replaceDisk('cloned', () => workstation.become(other))
    } else await this.#replaceDisk('replayed', () => workstation.loseDatabase(dice() < 0.7 ? backup : undefined))
  }

  async #line(): Promise<void> {
    const { line } = this.#clinic.server
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
    const server = this.#clinic.server
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
    await this.#clinic.replaceDisk(replace)
    this.#count(what)
  }

  async #replaceServer(what: string, replace: () => Promise<unknown>): Promise<void> {
    if (await this.#clinic.replaceServer(replace)) this.#count(what)
  }

  #isConnected = ({ exchange }: DrillWorkstation): boolean => exchange !== undefined

  #count(fact: string, by = 1): void {
    this.facts[fact] = (this.facts[fact] ?? 0) + by
  }
}
