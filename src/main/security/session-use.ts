import { statement } from '../store/database.js'
import type { Store } from '../store/store.js'

/** How a session stands on this workstation. */
export interface Use {
  /** Last call, known to a minute. */
  seenAt: string
  isLocked: boolean
}

/** How long the use of a session is remembered: no session lasts so long. */
const keptMs = 8 * 24 * 60 * 60_000
/** Sessions whose last use since the start is at hand. */
const mostAtHand = 1000

/** When sessions were used on this workstation, and whether their screen is locked here. Rows of its own database, which do not synchronise. */
export class SessionUse {
  readonly #usedAt = new Map<string, number>()

  constructor(private readonly store: Store) {}

  of(sessionId: string): Use | undefined {
    const row = statement<{ seen_at: string; locked: number }>(this.store.db, 'SELECT seen_at, locked FROM session_use WHERE session_id = ?').get(sessionId)
    return row && { seenAt: row.seen_at, isLocked: row.locked === 1 }
  }

  /** Notes a use now; `unlock` also takes the lock away. */
  note(sessionId: string, { unlock = false } = {}): void {
    const sets = unlock ? ', locked = 0' : ''
    statement(
      this.store.db,
      `INSERT INTO session_use (session_id, seen_at) VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET seen_at = excluded.seen_at${sets}`,
    ).run(sessionId, this.#iso())
    this.#usedAt.delete(sessionId)
    this.#usedAt.set(sessionId, this.store.now())
    if (this.#usedAt.size > mostAtHand) this.#usedAt.delete(this.#usedAt.keys().next().value ?? '')
  }

  lock(sessionId: string): void {
    statement(this.store.db, 'INSERT INTO session_use (session_id, seen_at, locked) VALUES (?, ?, 1) ON CONFLICT (session_id) DO UPDATE SET locked = 1').run(
      sessionId,
      this.#iso(),
    )
  }

  /** Sessions that were used within so many milliseconds since the start of the program and are not locked. */
  within(ms: number): string[] {
    const now = this.store.now()
    return [...this.#usedAt].filter(([id, at]) => Math.abs(now - at) < ms && this.of(id)?.isLocked === false).map(([id]) => id)
  }

  /** Removes the rows of sessions that ended long ago. */
  tidy(): void {
    statement(this.store.db, 'DELETE FROM session_use WHERE seen_at < ?').run(new Date(this.store.now() - keptMs).toISOString())
  }

  #iso(): string {
    return new Date(this.store.now()).toISOString()
  }
}
