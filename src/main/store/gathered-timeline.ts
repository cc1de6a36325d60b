import type Database from 'better-sqlite3'
import type { WritableDatabase } from './database.js'

const columns = 'patient_id, at, kind, id'
/** Rows that are put in their place together: sorting them takes some 15 MB, and holds the program for a second at most. */
const rowsAtOnce = 100_000

/** Lets the timeline of an empty database be gathered from its next opening on. */
export const gatherTimeline = (db: WritableDatabase): void =>
  void db.exec('CREATE TABLE gathered_timeline (patient_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL) STRICT')

/**
 * Rows of the timeline that are not in their place yet, while a workstation joins: the records come in the order of their ids, so that nearly each would write
 * a page of the timeline of its own, which is a quarter of a first fill. Gathered and sorted, many go to a page. They lie in the database, so that a join
 * goes on after it was interrupted.
 */
export class GatheredTimeline {
  readonly #insert: Database.Statement
  /** About how many there are; more after a transaction was undone. */
  #count: number

  /** What a database gathers; undefined where nothing is gathered. */
  static of(db: WritableDatabase, atOnce = rowsAtOnce): GatheredTimeline | undefined {
    const isThere = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'gathered_timeline'").get() !== undefined
    return isThere ? new GatheredTimeline(db, atOnce) : undefined
  }

  private constructor(
    private readonly db: WritableDatabase,
    private readonly atOnce: number,
  ) {
    this.#insert = db.prepare(`INSERT INTO gathered_timeline (${columns}) VALUES (?, ?, ?, ?)`)
    this.#count = Number(db.prepare('SELECT count(*) FROM gathered_timeline').pluck().get())
  }

  add(patientId: string, at: string, kind: string, id: string): void {
    this.#insert.run(patientId, at, kind, id)
    if (++this.#count >= this.atOnce) this.place()
  }

  /** Puts in its place what was gathered so far. */
  place(): void {
    this.db.exec(
      `INSERT OR REPLACE INTO timeline (${columns}) SELECT ${columns} FROM gathered_timeline ORDER BY patient_id, kind, at, id; DELETE FROM gathered_timeline`,
    )
    this.#count = 0
  }

  /** Puts everything in its place, for good. A transaction of its own. */
  end(): void {
    this.db
      .transaction(() => {
        this.place()
        this.db.exec('DROP TABLE gathered_timeline')
      })
      .immediate()
  }
}
