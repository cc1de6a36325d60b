import { setTimeout as wait } from 'node:timers/promises'
import { patient } from '../../shared/entities/patient.js'
import type { Log } from '../lib/log.js'
import { erasedCells } from '../records/cell.js'
import type { ClinicKeys } from '../security/keys.js'
import { askToCompact } from '../store/compact.js'
import { statement } from '../store/database.js'
import type { ErasedKey } from '../store/erased-table.js'
import { answersNaming, deadLettersNaming, decisionsOnErased, recordsOfPatient, unnamedFiles } from '../store/erasure-reads.js'
import type { SealedFiles } from '../store/files.js'
import type { EmergencyJournal } from '../store/journal.js'
import type { Reader } from '../store/reader.js'
import type { JournalEntry, Store } from '../store/store.js'
import { saveErasedList } from './erased-list.js'

/** Records that are erased in one transaction. */
const atOnce = 20
/** Pages of the search index that are merged in one step. */
const searchPages = 64
/** After the last change that erased something; a first fill brings many. */
const quietMs = 1000
const retryMs = 60_000

/** What erasing works on. */
export interface ErasureParts {
  store: Store
  read: Reader['read']
  journal: EmergencyJournal
  files: SealedFiles
  keys: Pick<ClinicKeys, 'dataset' | 'databaseKey'>
  /** Folders of backups; the list of what was erased lies in each. */
  places: () => string[]
  /** Takes refused operations up again: what made them be refused may be gone. */
  retry: (seqs: readonly number[]) => void
  now: () => number
  log: Log
}

/**
 * Removes what is left of erased records on this workstation, wherever they were erased: the other records of an erased patient, answers of commands,
 * files, the search index, the journal. What an interruption leaves is gone on with at the next start. Backups go by their own schedule.
 */
export class ErasureCare {
  #work: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #stopListening: (() => void) | undefined

  constructor(private readonly parts: ErasureParts) {}

  /** Begins to watch for erased records, and goes on with what is left of earlier ones. */
  start(): void {
    this.#stopListening = this.parts.store.subscribe(() => this.#soon(quietMs))
    this.#soon(quietMs)
  }

  /** Ends watching, and waits for the step that is being done. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopListening?.()
    clearTimeout(this.#timer)
    await this.#work?.catch(() => undefined)
  }

  /** Removes what is left now; resolves when nothing is, beside the backups. `onProgress` hears how many records were erased. */
  settle(onProgress: (erased: number) => void = () => undefined): Promise<void> {
    this.#work ??= this.#settle(onProgress).finally(() => {
      this.#work = undefined
    })
    return this.#work
  }

  #soon(delayMs: number): void {
    if (this.#isStopped || !this.parts.store.erased.isUnsettled) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.settle().catch((error: unknown) => {
        this.parts.log.warn('erasure.settle', { error })
        this.#soon(retryMs)
      })
    }, delayMs).unref()
  }

  async #settle(onProgress: (erased: number) => void): Promise<void> {
    const { store, places, keys, now } = this.parts
    while (store.erased.isUnsettled && !this.#isStopped) {
      await this.#eraseWhatBelongs(onProgress)
      const settling = store.erased.unsettled()
      // First, so that an older database that takes the place of this one is erased again.
      for (const place of places()) await saveErasedList(place, store.erased.all(), keys).catch((error: unknown) => this.#missed(place, error))
      const ids = settling.map(({ id }) => id)
      await this.#forgetAnswers(ids)
      await this.#removeFiles()
      await this.parts.journal.rewrite((entry) => withoutErased(entry, store))
      await this.#compactSearch()
      this.#cutLog()
      this.parts.retry(await this.parts.read(deadLettersNaming, { ids }))
      askToCompact(store.db)
      store.erased.settle(settling, new Date(now()).toISOString())
    }
  }

  /** The second place may be a drive that is not there: the list comes with the next copied backup. */
  #missed(place: string, error: unknown): void {
    if (place === this.parts.places()[0]) throw error
    this.parts.log.warn('erasure.list', { error })
  }

  async #eraseWhatBelongs(onProgress: (erased: number) => void): Promise<void> {
    const { store, read } = this.parts
    let erased = 0
    const erase = async (patientId: string | undefined, keys: readonly ErasedKey[]) => {
      for (let i = 0; i < keys.length && !this.#isStopped; i += atOnce) {
        const some = keys.slice(i, i + atOnce)
        await store.erase({ actor: {}, act: 'erasure.sweep', ...(patientId && { patientId }) }, some)
        onProgress((erased += some.length))
      }
    }
    for (const { kind, id } of store.erased.unsettled()) if (kind === patient.kind) await erase(id, await read(recordsOfPatient, { patientId: id }))
    const decisions = await read(decisionsOnErased, {})
    await erase(
      undefined,
      decisions.filter(({ kind, id }) => !store.erased.has(kind, id)),
    )
    if (this.#isStopped) throw new Error('The program ends; what is left is erased at the next start.')
  }

  /** A repeated command is still recognised; what it answered is gone. */
  async #forgetAnswers(ids: string[]): Promise<void> {
    const { store, read } = this.parts
    const forget = statement(store.db, 'UPDATE command SET answer = ? WHERE id = ?')
    for (const id of await read(answersNaming, { ids })) forget.run(erasedAnswer, id)
  }

  async #removeFiles(): Promise<void> {
    const { store, read, files } = this.parts
    const hashes = store.erased.files()
    const unnamed = new Set(hashes.length > 0 ? await read(unnamedFiles, { hashes }) : [])
    for (const hash of hashes) {
      if (unnamed.has(hash)) await files.remove(hash)
      store.erased.forgetFile(hash)
    }
  }

  /** A word that is taken out of the search index stays in its older parts until they are merged: in steps, so that nobody waits. */
  async #compactSearch(): Promise<void> {
    const { db } = this.parts.store
    const changes = () => Number(db.prepare('SELECT total_changes()').pluck().get())
    const step = statement(db, "INSERT INTO patient_terms (patient_terms, rank) VALUES ('merge', ?)")
    step.run(-searchPages)
    for (let before = -2; !this.#isStopped && changes() - before >= 2; ) {
      await wait(0)
      before = changes()
      step.run(searchPages)
    }
  }

  /** What was written lately stands in the log of the database as it was, until the log is emptied; a reader may keep it for a moment. */
  #cutLog(): void {
    this.parts.store.db.pragma('wal_checkpoint(TRUNCATE)')
  }
}

/** What stands in place of the kept answer of a command that named an erased record. */
export const erasedAnswer = JSON.stringify({ erased: true })

function withoutErased(entry: JournalEntry, { erased }: Store): JournalEntry {
  if (entry.type !== 'operation') return entry
  const isLeft = ({ kind, id, cells }: (typeof entry.records)[number]): boolean => erased.has(kind, id) && !('_erased' in cells)
  if (!entry.records.some(isLeft)) return entry
  return {
    ...entry,
    records: entry.records.map((record) => (isLeft(record) ? { ...record, cells: erasedCells(erased.ownerOf(record.kind, record.id)) } : record)),
  }
}
