import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { sourceArguments } from '../../src/main/lib/worker-thread.js'
import type { Oracle } from '../simulation/oracle.js'
import { killNow } from '../support/source-process.js'
import type { DyingPoint } from './dying-program.js'
import type { Asked, Doing, ProcessHeld, Said } from './process-talk.js'

const program = (name: 'process' | 'dying'): string => fileURLToPath(new URL(`./${name}-program.ts`, import.meta.url))

type Unnumbered<T> = T extends unknown ? Omit<T, 'to'> : never

/** Where a workstation's folder and key lie, and the server it knows. */
export interface ProcessPlace {
  folder: string
  keyFile: string
  server: string
}

/** A workstation that runs as a process of its own. The oracle hears of what was acknowledged as soon as the process has said so. */
export class ProcessWorkstation {
  /** Sites of all its runs: what it wrote itself ends with one of them. */
  readonly sites = new Set<string>()
  /** What it said last, when it ended without being killed. */
  trouble: string | undefined
  /** Saves that it told of. */
  acknowledged = 0
  #child: ChildProcessWithoutNullStreams | undefined
  #ended: Promise<void> = Promise.resolve()
  #isKilled = false
  #hasEnded = true
  #runs = 0
  #asked = 0
  readonly #answers = new Map<number, (value: unknown) => void>()
  #listener: (said: Said) => void = () => undefined

  constructor(
    readonly name: string,
    private readonly place: ProcessPlace,
    private readonly oracle: Oracle,
    private readonly seed: number,
  ) {
    onTestFinished(() => this.kill())
  }

  /**
   * Starts the program; resolves when it has opened its folder, with what it found there, or undefined when it was killed before. `looks`: it checks
   * everything. `dies`: it kills itself when it comes to that point.
   */
  async start({ looks = true, dies }: { looks?: boolean; dies?: DyingPoint } = {}): Promise<Extract<Said, { say: 'open' }> | undefined> {
    const { folder, keyFile, server } = this.place
    const seed = this.seed * 1000 + this.#runs++
    const args = [...sourceArguments, program(dies ? 'dying' : 'process'), folder, keyFile, server, String(seed), looks ? 'looks' : '']
    const child = spawn(process.execPath, args, { env: { ...process.env, DIES: dies } })
    this.#child = child
    this.#isKilled = dies !== undefined
    this.#hasEnded = false
    let lastWords = ''
    child.stderr.on('data', (text) => (lastWords = (lastWords + String(text)).slice(-2000)))
    const opened = Promise.withResolvers<Extract<Said, { say: 'open' }> | undefined>()
    let site = ''
    const hear = (line: string) => {
      const said = JSON.parse(line) as Said
      if (said.say === 'open') {
        site = said.site
        this.sites.add(site)
        opened.resolve(said)
      } else if (said.say === 'writing') for (const [at, cells] of said.written) this.oracle.attempted(at, cells, site)
      else if (said.say === 'acknowledged') {
        this.acknowledged++
        for (const [at, cells] of said.written) this.oracle.wrote(at, cells, site)
      } else if (said.say === 'collapsed') this.oracle.collapsed(said.at, said.field, said.standing, said.gone)
      else if (said.say === 'answer') this.#answer(said.to, said.value)
      this.#listener(said)
    }
    this.#ended = this.#heard(child, hear).then(() => {
      this.#hasEnded = true
      for (const to of [...this.#answers.keys()]) this.#answer(to, undefined)
      if (!this.#isKilled) this.trouble = lastWords
      opened.resolve(undefined)
    })
    return opened.promise
  }

  /** Asks the program; undefined when it is killed before it answers. */
  ask<T>(asked: Unnumbered<Asked>): Promise<T | undefined> {
    const to = ++this.#asked
    if (this.#hasEnded) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#answers.set(to, resolve as (value: unknown) => void)
      this.#child?.stdin.write(`${JSON.stringify({ ...asked, to })}\n`)
    })
  }

  held = (): Promise<ProcessHeld | undefined> => this.ask<ProcessHeld>({ ask: 'held' })

  /** Resolves when the program has begun to do this so many times, or it has ended, or the time is over. */
  doing(what: Doing, times: number, limitMs: number): Promise<boolean> {
    let seen = 0
    return new Promise((resolve) => {
      const over = setTimeout(() => resolve(false), limitMs)
      this.#listener = (said) => {
        if (said.say !== 'doing' || said.what !== what || ++seen < times) return
        clearTimeout(over)
        resolve(true)
      }
    })
  }

  /** Kill -9; resolves when the process is gone and everything it had said is heard. */
  async kill(): Promise<void> {
    if (!this.#child) return
    this.#isKilled = true
    await killNow(this.#child)
    await this.#ended
    this.#child = undefined
  }

  /** Resolves when the program has ended. */
  ended = (): Promise<void> => this.#ended

  #answer(to: number, value: unknown): void {
    this.#answers.get(to)?.(value)
    this.#answers.delete(to)
  }

  /** Hears every whole line; a kill may have cut the last one. */
  #heard(child: ChildProcessWithoutNullStreams, hear: (line: string) => void): Promise<void> {
    child.stdin.on('error', () => undefined)
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      if (line.endsWith('}')) hear(line)
    })
    return new Promise((resolve) => lines.once('close', resolve))
  }
}
