import { keptVersion } from '../../shared/entities/kept-version.js'
import { patient } from '../../shared/entities/patient.js'
import { statement, type WritableDatabase } from './database.js'

/** Key of an erased record, and in whose chart it stood; '' for none. */
export interface ErasedKey {
  kind: string
  id: string
  owner: string
}

/** An erased record as it is listed beside the backups: when that became known here. */
export type ErasedEntry = ErasedKey & { at: string }

/** What was erased, as far as it is known here. Filled in the transaction in which a record turns into its mark. */
export class ErasedTable {
  /** Asked of every record that is written or arrives, so it is held in memory; patients are erased seldom. */
  #patients: Set<string> | undefined
  #isUnsettled: boolean | undefined

  constructor(private readonly db: WritableDatabase) {}

  /** Whether this patient was erased: then everything that belongs to them is erased wherever it comes from. */
  isErasedPatient(id: string): boolean {
    this.#patients ??= new Set(
      statement<{ id: string }>(this.db, `SELECT id FROM erased WHERE kind = '${patient.kind}'`)
        .all()
        .map((row) => row.id),
    )
    return this.#patients.has(id)
  }

  has(kind: string, id: string): boolean {
    return statement(this.db, 'SELECT 1 FROM erased WHERE kind = ? AND id = ?').get(kind, id) !== undefined
  }

  /** In whose chart an erased record stood; '' for none. */
  ownerOf(kind: string, id: string): string {
    return statement<{ owner: string }>(this.db, 'SELECT owner FROM erased WHERE kind = ? AND id = ?').get(kind, id)?.owner ?? ''
  }

  /**
   * Notes a record that is about to turn into its mark, and takes along what hangs on it in tables that are not synced: drafts of a patient's
   * forms, and what an import or an edit replaced in it. `files` are the content hashes of its files.
   */
  note({ kind, id, owner, at }: ErasedEntry, files: readonly string[]): void {
    statement(this.db, 'INSERT OR IGNORE INTO erased (kind, id, owner, at) VALUES (?, ?, ?, ?)').run(kind, id, owner, at)
    for (const table of ['import_change', 'replaced_value']) statement(this.db, `DELETE FROM ${table} WHERE kind = ? AND id = ?`).run(kind, id)
    this.#isUnsettled = true
    for (const hash of files) statement(this.db, 'INSERT OR IGNORE INTO erased_file (hash) VALUES (?)').run(hash)
    if (kind !== patient.kind) return
    statement(this.db, 'DELETE FROM draft WHERE patient_id = ?').run(id)
    statement(this.db, 'DELETE FROM notification WHERE patient_id = ?').run(id)
    statement(this.db, 'DELETE FROM duplicate_check WHERE patient_id = ?').run(id)
    statement(this.db, 'DELETE FROM possible_duplicate WHERE a = ? OR b = ?').run(id, id)
    this.#patients?.add(id)
  }

  /** Whether something of an erased record may still be on this workstation, beside its backups. */
  get isUnsettled(): boolean {
    this.#isUnsettled ??= statement(this.db, 'SELECT 1 FROM erased WHERE settled_at IS NULL LIMIT 1').get() !== undefined
    return this.#isUnsettled
  }

  unsettled(): ErasedKey[] {
    return statement<ErasedKey>(this.db, 'SELECT kind, id, owner FROM erased WHERE settled_at IS NULL').all()
  }

  /** Notes that nothing of these is left here beside the backups. */
  settle(keys: readonly ErasedKey[], at: string): void {
    const settle = statement(this.db, 'UPDATE erased SET settled_at = ? WHERE kind = ? AND id = ? AND settled_at IS NULL')
    this.db
      .transaction(() => {
        for (const { kind, id } of keys) settle.run(at, kind, id)
      })
      .immediate()
    this.#isUnsettled = undefined
  }

  /** Every erased record, for the list beside the backups. */
  all(): ErasedEntry[] {
    return statement<ErasedEntry>(this.db, 'SELECT kind, id, owner, at FROM erased ORDER BY kind, id').all()
  }

  /** Backups made before this may still hold what was erased up to an instant; undefined when nothing was. */
  erasedBefore(upTo: string): string | undefined {
    return statement<{ at: string | null }>(this.db, 'SELECT max(settled_at) AS at FROM erased WHERE at <= ?').get(upTo)?.at ?? undefined
  }

  /** When the first of the records was erased that a backup made at an instant may still hold; undefined when it can hold none. */
  firstErasedSince(madeAt: string): string | undefined {
    return statement<{ at: string | null }>(this.db, 'SELECT min(at) AS at FROM erased WHERE settled_at > ?').get(madeAt)?.at ?? undefined
  }

  /** Takes over when records were erased first, after an older database made it necessary to erase them again: their backups go by that day. */
  keepTimes(entries: readonly ErasedEntry[]): void {
    const keep = statement(this.db, 'UPDATE erased SET at = ? WHERE kind = ? AND id = ? AND at > ?')
    for (const { kind, id, at } of entries) keep.run(at, kind, id, at)
  }

  /** Files that only erased records named, as far as was known when they were erased. */
  files(): string[] {
    return statement<{ hash: string }>(this.db, 'SELECT hash FROM erased_file')
      .all()
      .map((row) => row.hash)
  }

  forgetFile(hash: string): void {
    statement(this.db, 'DELETE FROM erased_file WHERE hash = ?').run(hash)
  }

  /** Ids of the kept versions of a record, which go with it. */
  versionsOf(kind: string, id: string): string[] {
    return statement<{ id: string }>(this.db, `SELECT id FROM ${keptVersion.table} WHERE of_kind = ? AND of_id = ?`)
      .all(kind, id)
      .map((version) => version.id)
  }

  /** Called when a transaction was undone: what it noted does not count. */
  forget(): void {
    this.#patients = undefined
    this.#isUnsettled = undefined
  }
}
