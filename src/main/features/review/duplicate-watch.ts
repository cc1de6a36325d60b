import { statement } from '../../store/database.js'
import type { Store } from '../../store/store.js'
import type { Services } from '../services.js'
import { duplicatesOf, type FoundPair } from './find-duplicates.js'

/** Patients of one look of the worker, so that others' reads come in between. */
const atOnce = 5

/**
 * Compares patients that arrived from elsewhere with those that are registered here, in the background. What is still to be compared stands in the
 * database, so that closing the program loses nothing.
 */
export class DuplicateWatch {
  readonly #store: Store
  readonly #read: Services['read']
  #unsubscribe: (() => void) | undefined
  #running: Promise<void> | undefined
  #isStopped = false
  #isTelling = false

  constructor({ store, read }: Pick<Services, 'store' | 'read'>) {
    this.#store = store
    this.#read = read
  }

  start(): void {
    this.#unsubscribe = this.#store.subscribe(({ records }) => {
      const changed = records.filter(({ kind }) => kind === 'patient')
      if (changed.length === 0 || this.#isTelling) return
      for (const { id } of changed) this.#lookAgain(id)
      this.#run()
    })
    this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#unsubscribe?.()
    await this.#running
  }

  /** Somebody about whom a question is open is described otherwise now. */
  #lookAgain(id: string): void {
    const isAsked = statement(this.#store.db, 'SELECT 1 FROM possible_duplicate WHERE a = ? OR b = ?').get(id, id) !== undefined
    if (isAsked) statement(this.#store.db, 'INSERT OR REPLACE INTO duplicate_check (patient_id, seq) VALUES (?, ?)').run(id, this.#store.replication.lastSeq())
  }

  #run(): void {
    if (this.#running || this.#isStopped) return
    this.#running = this.#compare().finally(() => {
      this.#running = undefined
    })
  }

  async #compare(): Promise<void> {
    const next = statement<{ patient_id: string; seq: number }>(this.#store.db, `SELECT patient_id, seq FROM duplicate_check LIMIT ${atOnce}`)
    for (let waiting = next.all(); waiting.length > 0 && !this.#isStopped; waiting = next.all()) {
      const ids = waiting.map(({ patient_id }) => patient_id)
      // A worker that ends takes its answer along; what was not compared waits for the next commit or start.
      const found = await this.#read(duplicatesOf, { ids }).catch(() => undefined)
      if (!found || this.#isStopped) return
      if (this.#keep(waiting, found)) this.#tell(ids)
    }
  }

  /** Screens that show questions about these patients ask again. */
  #tell(ids: readonly string[]): void {
    this.#isTelling = true
    this.#store.announceDerived(ids.map((id) => ({ kind: 'patient', id, patientId: id })))
    this.#isTelling = false
  }

  /** Whether the questions are others now. */
  #keep(compared: readonly { patient_id: string; seq: number }[], found: readonly FoundPair[]): boolean {
    const { db } = this.#store
    return db
      .transaction(() => {
        const before = this.#pairs()
        for (const { patient_id: id } of compared) statement(db, 'DELETE FROM possible_duplicate WHERE a = ? OR b = ?').run(id, id)
        for (const { a, b, reasons, score } of found)
          statement(db, 'INSERT OR REPLACE INTO possible_duplicate (a, b, reasons, score) VALUES (?, ?, ?, ?)').run(a, b, JSON.stringify(reasons), score)
        // Who was changed again meanwhile stays.
        for (const { patient_id, seq } of compared) statement(db, 'DELETE FROM duplicate_check WHERE patient_id = ? AND seq = ?').run(patient_id, seq)
        return this.#pairs() !== before
      })
      .immediate()
  }

  #pairs(): string {
    return statement<{ pairs: string | null }>(this.#store.db, 'SELECT group_concat(a || b || reasons) AS pairs FROM possible_duplicate').get()?.pairs ?? ''
  }
}
