import { setTimeout as pause } from 'node:timers/promises'
import { ProcessClinic } from './process-clinic.js'
import type { ProcessWorkstation } from './process-workstation.js'

const lookMs = 100

/** What a soak does beside letting everybody write. */
export interface SoakManner {
  /** Everybody writes apart first, with the server away, and joins afterwards. */
  isApart?: boolean
  /** The server is killed in the middle and comes back empty while everybody writes on. */
  hasOutage?: boolean
}

/** What a soak showed. */
export interface SoakFacts {
  workstations: number
  patients: number
  /** Acknowledged writes of a field. */
  fields: number
  writingSeconds: number
  /** From the last write until everybody held everything. */
  restingSeconds: number
  /** Largest memory of a workstation's process, in MB, at a third of the writing, at its end, and at rest. */
  memoryMb: { third: number; written: number; rest: number }
  serverMb: number
}

/** Workstations as processes that register patients together as fast as their disk takes them while all exchange; judged at the end. */
export class ProcessSoak {
  facts: SoakFacts | undefined

  constructor(
    private readonly workstations: number,
    /** In all; each workstation registers its share. */
    private readonly patients: number,
    private readonly manner: SoakManner = {},
  ) {}

  /** Gives every invariant that does not hold at the end. */
  async run(): Promise<string[]> {
    const clinic = await ProcessClinic.found(this.workstations)
    const all = clinic.workstations
    for (const one of all) await one.start({ looks: false })
    const { isApart, hasOutage } = this.manner
    const share = Math.ceil(this.patients / this.workstations)
    if (isApart) await clinic.server.stop()
    const startedAt = performance.now()
    const writing = Promise.all(all.map((one) => one.ask({ ask: 'write', manner: 'patients', everyMs: 0, count: share })))
    await this.#until(clinic, 1 / 3)
    const third = await largest(all)
    if (hasOutage) await outage(clinic, () => this.#until(clinic, 2 / 3))
    await writing
    const writtenAt = performance.now()
    if (isApart) await clinic.server.restart()
    const written = await largest(all)
    await Promise.all(all.map((one) => one.ask({ ask: 'rest' })))
    const restedAt = performance.now()
    const rest = await largest(all)
    const usedBytes = await clinic.administer(async (admin) => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]))
    const problems = await clinic.judged()
    this.facts = {
      workstations: this.workstations,
      patients: this.patients,
      fields: clinic.oracle.count,
      writingSeconds: seconds(writtenAt - startedAt),
      restingSeconds: seconds(restedAt - writtenAt),
      memoryMb: { third, written, rest },
      serverMb: Math.round(usedBytes / 1e6),
    }
    return problems.slice(0, 8)
  }

  /** Resolves when such a share of everything was written. */
  async #until({ workstations }: ProcessClinic, share: number): Promise<void> {
    const enough = share * this.patients
    const written = () => workstations.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
    while (written() < enough && workstations.every(({ trouble }) => trouble === undefined)) await pause(lookMs)
  }
}

/** Kill -9 of the server, and a start with nothing once everybody has written on for a while. */
async function outage({ server }: ProcessClinic, written: () => Promise<void>): Promise<void> {
  await server.kill()
  await written()
  await server.restart()
}

async function largest(all: readonly ProcessWorkstation[]): Promise<number> {
  const answers = await Promise.all(all.map((one) => one.ask<{ residentBytes: number }>({ ask: 'memory' })))
  return Math.round(Math.max(...answers.map((answer) => answer?.residentBytes ?? 0)) / 1e6)
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10
