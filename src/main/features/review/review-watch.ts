import { entities } from '../../../shared/entities/index.js'
import type { Services } from '../services.js'
import { DuplicateWatch } from './duplicate-watch.js'

/** Commits within this time, in milliseconds, are counted after together. */
const waitMs = 500

const visible = entities.map(({ kind }) => kind)

/** Looks for questions in the background while a clinic is open: who arrived and may be registered twice, and how many questions wait for a person. */
export class ReviewWatch {
  readonly #duplicates: DuplicateWatch
  #count = 0
  #unsubscribe: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #counting: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(private readonly parts: Pick<Services, 'store' | 'read' | 'questionCounts'>) {
    this.#duplicates = new DuplicateWatch(parts)
  }

  /** How many questions were open when they were last counted. */
  get count(): number {
    return this.#count
  }

  start(): void {
    this.#unsubscribe = this.parts.store.subscribe(({ records }) => {
      // An announcement without records is this one's own.
      if (records.length > 0) this.#later()
    })
    this.#duplicates.start()
    this.#later()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe?.()
    clearTimeout(this.#timer)
    await this.#duplicates.stop()
    await this.#counting
  }

  #later(): void {
    if (this.#timer || this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#counting = this.#counting.then(() => this.#countAll())
    }, waitMs).unref()
  }

  async #countAll(): Promise<void> {
    const { store, questionCounts } = this.parts
    if (this.#isStopped) return
    const byKind = await questionCounts.of(visible).catch(() => undefined)
    if (!byKind || this.#isStopped) return
    const count = Object.values(byKind).reduce((sum, each) => sum + each, 0)
    if (count === this.#count) return
    this.#count = count
    // The badge and the panel's facts count it.
    store.announceDerived([])
  }
}
