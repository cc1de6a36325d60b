import { createHash, randomBytes } from 'node:crypto'
import { user } from '../../shared/entities/staff.js'
import { newId } from '../../shared/ids.js'
import type { Role } from '../../shared/permissions.js'
import { dayOf } from '../../shared/time.js'
import { statement } from '../store/database.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import { hashPassword, needsRehash, verifyNothing, verifyPassword } from './passwords.js'

/** The signed-in user behind a session. */
export interface SignedIn {
  userId: string
  username: string
  displayName: string
  role: Role
  sessionId: string
}

interface SessionRow {
  id: string
  user_id: string
  expires_at: string
  seen_at: string
  locked: number
}

/** A session lasts this long at the most (24 hours), whatever happens in it. */
export const sessionTtlMs = 24 * 60 * 60_000
/** Without a call for this long a session answers as locked, unless the clinic's screens lock later; the PIN or the password opens it again. */
export const idleLockMs = 60 * 60_000

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Sessions of this workstation: rows in its own database, so that they survive a restart. Tokens are kept as hashes only. */
export class Sessions {
  readonly #resolved = new Map<string, number>()

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
    private readonly ttlMs: number = sessionTtlMs,
    private readonly idleMs: () => number = () => idleLockMs,
  ) {}

  /** Opens a session for a name and password; undefined when they do not fit or the account has ended. Takes as long for unknown names. */
  async signIn(username: string, password: string): Promise<{ token: string; expiresAt: string; actor: SignedIn } | undefined> {
    const account = this.#accountNamed(username)
    if (!account) {
      await verifyNothing(password)
      return undefined
    }
    if (!(await verifyPassword(account.passwordHash, password)) || !this.#mayWork(account)) return undefined
    if (needsRehash(account.passwordHash)) {
      const passwordHash = await hashPassword(password)
      await this.store.write(
        { actor: { userId: account.id }, act: 'session.rehash' },
        (tx) =>
          // Somebody may have set another password meanwhile.
          tx.get(user, account.id).passwordHash === account.passwordHash && tx.update(user, account.id, { passwordHash }),
      )
    }
    return this.open(account.id)
  }

  /** Whether a password is that of an administrator who may work today. Takes time for each administrator. */
  async isAdministrators(password: string): Promise<boolean> {
    const ids = statement<{ id: string }>(
      this.store.db,
      "SELECT id FROM user WHERE deleted = 0 AND json_extract(data, '$.role') = 'administrator' LIMIT 100",
    ).all()
    for (const { id } of ids) {
      const account = this.store.find(user, id)
      if (account?.role === 'administrator' && this.#mayWork(account) && (await verifyPassword(account.passwordHash, password))) return true
    }
    return false
  }

  /** Opens a session for an account whose right to it was checked otherwise: after set-up. */
  open(userId: string): { token: string; expiresAt: string; actor: SignedIn } {
    const token = randomBytes(32).toString('base64url')
    const id = newId()
    const at = this.#iso()
    const expiresAt = new Date(this.now() + this.ttlMs).toISOString()
    statement(this.store.db, 'INSERT INTO session (id, token_hash, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)').run(
      id,
      hashOf(token),
      userId,
      at,
      at,
      expiresAt,
    )
    this.store.noteRead({ userId, sessionId: id, act: 'session.signIn' })
    return { token, expiresAt, actor: this.#actor(this.store.get(user, userId), id) }
  }

  /** Who is behind a token: the user, `locked`, or undefined when the session has ended or the account may not work any more. `watch` asks without counting as activity. */
  resolve(token: string, purpose: 'call' | 'watch' = 'call'): SignedIn | 'locked' | undefined {
    const row = this.#row(token)
    if (!row) return undefined
    const account = this.store.find(user, row.user_id)
    if (!account || !this.#mayWork(account)) return undefined
    // A clock that was put back leaves a last use in the future: that locks too, or the session would stay open until then.
    if (row.locked || Math.abs(this.now() - Date.parse(row.seen_at)) > this.idleMs()) return 'locked'
    if (purpose === 'call') this.#touch(row.id)
    return this.#actor(account, row.id)
  }

  /** The user of a session, locked or not; for the lock screen. */
  owner(token: string): SignedIn | undefined {
    const row = this.#row(token)
    const account = row && this.store.find(user, row.user_id)
    return row && account && this.#mayWork(account) ? this.#actor(account, row.id) : undefined
  }

  /** Locks a session until its PIN or password is given. */
  lock(sessionId: string): void {
    statement(this.store.db, 'UPDATE session SET locked = 1 WHERE id = ?').run(sessionId)
  }

  /** Opens a locked session again; undefined when neither PIN nor password fits. */
  async unlock(token: string, secret: { pin?: string; password?: string }): Promise<SignedIn | undefined> {
    const owner = this.owner(token)
    if (!owner) return undefined
    const account = this.store.get(user, owner.userId)
    const fits =
      (secret.pin !== undefined && account.pinHash !== undefined && (await verifyPassword(account.pinHash, secret.pin))) ||
      (secret.password !== undefined && (await verifyPassword(account.passwordHash, secret.password)))
    if (!fits) return undefined
    statement(this.store.db, 'UPDATE session SET locked = 0, seen_at = ? WHERE id = ?').run(this.#iso(), owner.sessionId)
    this.store.noteRead({ userId: owner.userId, sessionId: owner.sessionId, act: 'session.unlock' })
    return owner
  }

  /** Ends one session. */
  end(sessionId: string): void {
    statement(this.store.db, 'UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL').run(this.#iso(), sessionId)
  }

  /** Ends every session of a user, but for one when its owner changed the own password. */
  endAllOf(userId: string, exceptSessionId = ''): void {
    statement(this.store.db, 'UPDATE session SET ended_at = ? WHERE user_id = ? AND id <> ? AND ended_at IS NULL').run(this.#iso(), userId, exceptSessionId)
  }

  /** Whether somebody who is still signed in has done anything within so many milliseconds, which is known to a minute. */
  isAnybodyActive(withinMs: number): boolean {
    const alive = statement(this.store.db, 'SELECT 1 FROM session WHERE id = ? AND ended_at IS NULL AND locked = 0 AND expires_at > ?')
    return [...this.#resolved].some(([id, at]) => Math.abs(this.now() - at) < withinMs && alive.get(id, this.#iso()) !== undefined)
  }

  /** Ends every session of this workstation: when it was removed from the clinic. */
  endAll(): void {
    statement(this.store.db, 'UPDATE session SET ended_at = ? WHERE ended_at IS NULL').run(this.#iso())
  }

  #iso(): string {
    return new Date(this.now()).toISOString()
  }

  #row(token: string): SessionRow | undefined {
    return statement<SessionRow>(
      this.store.db,
      'SELECT id, user_id, expires_at, seen_at, locked FROM session WHERE token_hash = ? AND ended_at IS NULL AND expires_at > ?',
    ).get(hashOf(token), this.#iso())
  }

  /** Notes that a session is in use, at most once a minute, so that reading does not write. */
  #touch(id: string): void {
    if (Math.abs(this.now() - (this.#resolved.get(id) ?? 0)) < 60_000) return
    this.#resolved.set(id, this.now())
    statement(this.store.db, 'UPDATE session SET seen_at = ? WHERE id = ?').run(this.#iso(), id)
  }

  #accountNamed(username: string): Stored<typeof user> | undefined {
    const id = statement<{ id: string }>(this.store.db, 'SELECT id FROM user WHERE username = ? AND deleted = 0').get(username.trim().toLowerCase())?.id
    return id === undefined ? undefined : this.store.find(user, id)
  }

  #mayWork(account: Stored<typeof user>): boolean {
    return account.isActive && (account.validUntilDate === undefined || account.validUntilDate >= dayOf(this.#iso(), this.#timeZone()))
  }

  /** Last days are those of the clinic: in UTC an account would end in the middle of an American afternoon. */
  #timeZone(): string {
    return statement<{ zone: string }>(this.store.db, "SELECT json_extract(data, '$.timeZone') AS zone FROM clinic WHERE deleted = 0").get()?.zone ?? 'UTC'
  }

  #actor(account: Stored<typeof user>, sessionId: string): SignedIn {
    return { userId: account.id, username: account.username, displayName: account.displayName, role: account.role, sessionId }
  }
}
