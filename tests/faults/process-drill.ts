import { setTimeout as pause } from 'node:timers/promises'
import { below, type Dice, diceOf, pick } from '../simulation/dice.js'
import { ProcessClinic } from './process-clinic.js'
import type { Doing } from './process-talk.js'
import type { ProcessWorkstation } from './process-workstation.js'

/** Kills between two judgements of the whole clinic. */
const killsPerRound = 25
/** Longest wait for a workstation to begin what it is to be killed in; then it is killed anyway. */
const beginMs = 4000
/** Mean pause between two writes of a workstation, in milliseconds. */
const writeEveryMs = 40
/** A kill comes at most so many milliseconds after the call has begun. */
const withinMs = 12
/** A start takes about so long, and is killed within it. */
const startMs = 1500

/** When a workstation is killed: while it does this, while it starts, or at any moment. */
type Moment = Doing | 'start' | 'any'
const moments: readonly Moment[] = ['save', 'save', 'push', 'push', 'receive', 'receive', 'reconcile', 'start', 'any']

/**
 * Workstations as processes that write and exchange and are killed at random moments, also while they save, send, receive, compare and start. After each kill
 * the same workstation starts again and is looked at: whatever it had acknowledged is there, and its own check finds nothing wrong.
 */
export class ProcessDrill {
  /** Kills by the moment at which they came. */
  readonly facts: Record<string, number> = {}
  readonly problems: string[] = []
  #left = 0

  constructor(private readonly seed: number) {}

  /** Kills so often, lets everything come to rest and gives every invariant that did not hold. */
  async run(kills: number, workstations = 3): Promise<string[]> {
    const clinic = await ProcessClinic.found(workstations, this.seed)
    await Promise.all(clinic.workstations.map((one) => this.#start(clinic, one)))
    for (let killed = 0; killed < kills && this.problems.length === 0; killed += killsPerRound) {
      this.#left = Math.min(killsPerRound, kills - killed)
      await Promise.all(clinic.workstations.map((one, n) => this.#keepKilling(clinic, one, diceOf(this.seed * 1000 + killed, n))))
      this.problems.push(...(await clinic.judged()))
    }
    this.facts.writes = clinic.oracle.count
    return this.problems.slice(0, 8)
  }

  async #keepKilling(clinic: ProcessClinic, one: ProcessWorkstation, dice: Dice): Promise<void> {
    this.#write(one)
    while (this.#left > 0 && this.problems.length === 0) {
      this.#left--
      await this.#killOnce(clinic, one, dice)
      await this.#start(clinic, one)
      this.#write(one)
    }
  }

  async #killOnce(clinic: ProcessClinic, one: ProcessWorkstation, dice: Dice): Promise<void> {
    const moment = pick(dice, moments)
    if (moment === 'any') await pause(below(dice, 800))
    else if (moment === 'start') {
      await one.kill()
      const started = one.start({ looks: false })
      await pause(below(dice, startMs))
      await one.kill()
      await started
    } else {
      // An emptied server makes everybody compare. Nobody's disk is lost, so nothing is.
      if (moment === 'reconcile') await clinic.administer((admin) => admin.flushall())
      const isMet = await one.doing(moment, 1 + below(dice, 3), beginMs)
      await pause(withinMs * dice() ** 2)
      if (!isMet) this.#count('missed')
    }
    await one.kill()
    this.#count(moment)
  }

  async #start(clinic: ProcessClinic, one: ProcessWorkstation): Promise<void> {
    const opened = await one.start()
    if (!opened?.held) return void this.problems.push(`${one.name} did not open: ${one.trouble}`)
    for (const problem of opened.problems) this.problems.push(`${one.name} after a kill: ${problem}`)
    for (const lost of clinic.ownLost(one, opened.held)) this.problems.push(`I1 ${one.name} lost ${lost} by a kill`)
  }

  #write(one: ProcessWorkstation): void {
    void one.ask({ ask: 'write', manner: 'edits', everyMs: writeEveryMs })
  }

  #count(fact: string): void {
    this.facts[fact] = (this.facts[fact] ?? 0) + 1
  }
}
