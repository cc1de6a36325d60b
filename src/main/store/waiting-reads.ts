import type { AuditEntry, AuditLog } from './audit.js'
import type { WritableDatabase } from './database.js'

/** Longest wait of a row, in milliseconds. */
const gatherMs = 2000
/** Wait before rows that could not be written are tried again, in milliseconds. */
const retryMs = 30_000
/** So many rows are written at once without waiting for more. */
const batch = 50

/**
 * Rows of the access log for reads, gathered because a write of its own for each would cost a sync of the disk. Rows that cannot be written
 * are kept and tried again: whoever read has long been answered.
 */
export class WaitingReads {
  #rows: AuditEntry[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(
    private readonly db: WritableDatabase,
    private readonly audit: AuditLog,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Adds a row, to be written soon. */
  add(row: AuditEntry): void {
    if (this.#isClosed) return
    this.#rows.push(row)
    if (this.#rows.length % batch === 0) this.flush()
    if (this.#rows.length > 0) this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref()
  }

  /** Writes the rows now, if the database lets them be written. Inside a transaction they wait: rolled back with it they would be lost. */
  flush(): void {
    if (this.#rows.length === 0 || this.db.inTransaction) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      this.db
        .transaction(() => {
          for (const row of this.#rows) this.audit.add(row)
        })
        .immediate()
      this.#rows = []
    } catch (error) {
      this.#timer = setTimeout(() => this.flush(), retryMs).unref()
      this.onTrouble(error)
    }
  }

  /** Writes what waits and takes no more. */
  close(): void {
    this.flush()
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}
