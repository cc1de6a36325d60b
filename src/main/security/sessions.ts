import { createHash, randomBytes } from 'node:crypto'
import { clinic, user } from '../../shared/entities/staff.js'
import { newId } from '../../shared/ids.js'
import { statement } from '../store/database.js'
import type { Doer, Store } from '../store/store.js'
import { recordLimit, type Transaction } from '../store/transaction.js'
import { Accounts, passwordMarkOf, type SignedIn, type StaffAccount, signedInAs } from './accounts.js'
import { hashPassword, needsRehash, verifyNothing, verifyPassword } from './passwords.js'
import { canReturn, endedHereAt, endSessionsHere, type HeldSession, type Over, SessionRecords } from './session-records.js'
import { SessionUse } from './session-use.js'
import { identityOf } from './workstation-identity.js'

/** A session lasts this long at the most (24 hours), whatever happens in it. */
export const sessionTtlMs = 24 * 60 * 60_000
/** Without a call for this long a session answers as locked, unless the clinic's screens lock later; the PIN or the password opens it again. */
export const idleLockMs = 60 * 60_000
/** Minutes by which the idle lock comes after that of the screens. */
const lockMarginMs = 5 * 60_000
/** A use is written down at most this often, so that reading does not write. */
const useNotedEveryMs = 60_000
/** Sessions that are remembered as they were read; beyond them they are read again. */
const mostKnown = 1000

/** A session that was opened just now. `expiresAt` goes by this computer's clock, for whoever keeps the token. */
export interface OpenedSession {
  token: string
  expiresAt: string
  actor: SignedIn
}

/** Why somebody has to sign in again who was signed in before. */
export interface SessionNotice {
  reason: Over
  at?: string
  /** Name of whoever ended it. */
  by?: string
}

/** A session with what is known of its use on this workstation. */
export interface SessionInUse extends HeldSession {
  account: StaffAccount
  seenAt: string | undefined
}

/** A session as it was read last, until a record changes on which it depends. */
interface Known {
  held: HeldSession
  actor: SignedIn
  /** From here on it does not hold, in milliseconds. */
  endsAt: number
  idleMs: number
  seenAt: number
  notedAt: number
  isLocked: boolean
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
/** Kinds of records on which it depends whether a session holds. */
const deciding: ReadonlySet<string> = new Set(['session', 'user', 'clinic', 'workstation'])

/**
 * Who is signed in. Sessions are records that the clinic's workstations share: a token that one of them gave opens a session on the others too, and an ending
 * holds everywhere once it has arrived. Their use, idle time and lock are this workstation's own. Tokens are kept as hashes only.
 */
export class Sessions {
  readonly #accounts: Accounts
  readonly #records: SessionRecords
  readonly #known = new Map<string, Known>()
  readonly #use: SessionUse

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
    private readonly ttlMs: number = sessionTtlMs,
  ) {
    this.#accounts = new Accounts(store)
    this.#records = new SessionRecords(store, this.#accounts)
    this.#use = new SessionUse(store)
    store.subscribe(({ records }) => {
      if (records.some(({ kind }) => deciding.has(kind))) this.#known.clear()
    })
  }

  /** Opens a session for a name and password; undefined when they do not fit or the account has ended. Takes as long for unknown names. */
  async signIn(username: string, password: string): Promise<OpenedSession | undefined> {
    const account = this.#accounts.named(username)
    if (!account) {
      await verifyNothing(password)
      return undefined
    }
    if (!(await verifyPassword(account.passwordHash, password)) || this.#accounts.worksUntil(account) <= this.store.now()) return undefined
    return this.#open(account, needsRehash(account.passwordHash) ? await hashPassword(password) : undefined)
  }

  /** Whether a password is that of an administrator who may work today. Takes time for each administrator. */
  isAdministrators(password: string): Promise<boolean> {
    return this.#accounts.isAdministrators(password, this.store.now())
  }

  /** Opens a session for an account whose right to it was checked otherwise: after set-up. */
  async open(userId: string): Promise<OpenedSession> {
    const opened = await this.#open(this.store.get(user, userId))
    if (!opened) throw new Error('The password was changed meanwhile.')
    return opened
  }

  /** Who is behind a token: the user, `locked`, or undefined when the session has ended or the account may not work any more. `watch` asks without counting as activity. */
  resolve(token: string, purpose: 'call' | 'watch' = 'call'): SignedIn | 'locked' | undefined {
    const known = this.#find(token)
    if (!known) return undefined
    const now = this.store.now()
    // A clock that was put back leaves a last use in the future: that locks too, or the session would stay open until then.
    if (known.isLocked || Math.abs(now - known.seenAt) > known.idleMs) return 'locked'
    if (purpose === 'call') this.#touch(known, now)
    return known.actor
  }

  /** The user of a session, locked or not; for the lock screen. */
  owner(token: string): SignedIn | undefined {
    return this.#find(token)?.actor
  }

  /** What somebody is told whose token opens nothing any more; undefined where nothing is known of it. */
  notice(token: string): SessionNotice | undefined {
    const held = this.#records.withToken(hashOf(token))
    if (held?.over === undefined) return undefined
    const { at, by } = held.ending ?? {}
    const name = by === undefined || by === held.opening.userId ? undefined : this.#accounts.find(by)?.displayName
    return { reason: held.over, ...(at !== undefined && { at }), ...(name !== undefined && { by: name }) }
  }

  /** Locks a session on this workstation until its PIN or password is given. */
  lock(sessionId: string): void {
    this.#use.lock(sessionId)
    this.#known.clear()
  }

  /** Opens a locked session again; undefined when neither PIN nor password fits. */
  async unlock(token: string, secret: { pin?: string; password?: string }): Promise<SignedIn | undefined> {
    const owner = this.owner(token)
    if (!owner) return undefined
    const account = this.store.get(user, owner.userId)
    const fits =
      (secret.pin !== undefined && account.pinHash !== undefined && (await verifyPassword(account.pinHash, secret.pin))) ||
      (secret.password !== undefined && (await verifyPassword(account.passwordHash, secret.password)))
    const held = this.#records.withToken(hashOf(token))
    // Verifying takes time: it may have been ended meanwhile.
    if (!fits || held?.over !== undefined || !held) return undefined
    const doer = { userId: owner.userId, sessionId: owner.sessionId }
    if (held.opening.openedAt > this.#iso()) await this.store.write({ actor: doer, act: 'session.unlock' }, (tx) => this.#records.reopen(tx, held, this.#day()))
    else this.store.noteRead({ ...doer, act: 'session.unlock' })
    this.#use.note(owner.sessionId, { unlock: true })
    this.#known.clear()
    return owner
  }

  /** Sessions that hold now, of one account or of everybody, the newest first. */
  list(userId?: string): SessionInUse[] {
    return this.#records.all(userId).flatMap((held) => {
      const { account, over } = held
      return account && over === undefined ? [{ ...held, account, seenAt: this.#use.of(held.opening.sessionId)?.seenAt }] : []
    })
  }

  /** A session that holds now. */
  get(sessionId: string): SessionInUse | undefined {
    const held = this.#records.withId(sessionId)
    const { account } = held ?? {}
    return held && account && held.over === undefined ? { ...held, account, seenAt: this.#use.of(sessionId)?.seenAt } : undefined
  }

  /** Ends sessions on every workstation, on those that are away at their next contact. Answers how many. */
  async end(sessionIds: readonly string[], doer: Doer, act: string): Promise<number> {
    const held = sessionIds.flatMap((id) => this.#records.withId(id) ?? []).filter(canReturn)
    for (let i = 0; i < held.length; i += recordLimit) {
      const some = held.slice(i, i + recordLimit)
      await this.store.write({ actor: doer, act }, (tx) => {
        tx.detail.of = [...new Set(some.map(({ opening }) => opening.userId))]
        this.#records.end(tx, some, { at: this.#iso(), ...(doer.userId && { by: doer.userId }) })
      })
    }
    return held.length
  }

  /** Ends every session of an account, but for one when its owner does so. */
  endAllOf(userId: string, doer: Doer, act: string, exceptSessionId = ''): Promise<number> {
    const ids = this.#records.all(userId).map(({ opening }) => opening.sessionId)
    return this.end(
      ids.filter((id) => id !== exceptSessionId),
      doer,
      act,
    )
  }

  /** Lets a session go on whose owner has just set another password; call it in the transaction that sets it, after the password. */
  goOn(tx: Transaction, { userId, sessionId }: Pick<SignedIn, 'userId' | 'sessionId'>): void {
    const held = this.#records.withId(sessionId)
    if (held) this.#records.reopen(tx, held, { passwordMark: passwordMarkOf(tx.get(user, userId)) })
  }

  /** Whether somebody who is still signed in has done anything within so many milliseconds, which is known to a minute. */
  isAnybodyActive(withinMs: number): boolean {
    return this.#use.within(withinMs).some((id) => this.get(id) !== undefined)
  }

  /** Ends everything on this workstation, whoever was signed in where: when it was removed from the clinic. */
  endHere(): void {
    endSessionsHere(this.store.db, this.#iso())
    this.#known.clear()
  }

  async #open(account: StaffAccount, rehashed?: string): Promise<OpenedSession | undefined> {
    const token = randomBytes(32).toString('base64url')
    const sessionId = newId()
    const passwordHash = rehashed ?? account.passwordHash
    const opening = {
      sessionId,
      userId: account.id,
      workstationId: identityOf(this.store.db).id,
      tokenHash: hashOf(token),
      ...this.#day(),
      passwordMark: passwordMarkOf({ passwordHash }),
    }
    const isOpen = await this.store.write({ actor: { userId: account.id, sessionId }, act: 'session.signIn' }, (tx) => {
      // Somebody may have set another password since the old one was found right.
      if (tx.get(user, account.id).passwordHash !== account.passwordHash) return false
      if (rehashed !== undefined) this.#rehash(tx, account.id, rehashed)
      this.#records.add(tx, opening)
      return true
    })
    if (!isOpen) return undefined
    this.#use.tidy()
    return { token, expiresAt: new Date(this.now() + this.ttlMs).toISOString(), actor: signedInAs(account, sessionId) }
  }

  /** The same password under stronger settings: whoever is signed in stays so. */
  #rehash(tx: Transaction, userId: string, passwordHash: string): void {
    const open = this.list(userId).slice(0, recordLimit - 2)
    tx.update(user, userId, { passwordHash })
    for (const held of open) this.#records.reopen(tx, held, { passwordMark: passwordMarkOf({ passwordHash }) })
  }

  /** The day of a session that begins now, by the clock that all workstations go by. */
  #day(): { openedAt: string; expiresAt: string } {
    const from = Math.max(this.store.now(), (Date.parse(endedHereAt(this.store.db)) || 0) + 1)
    return { openedAt: new Date(from).toISOString(), expiresAt: new Date(from + this.ttlMs).toISOString() }
  }

  #iso(): string {
    return new Date(this.store.now()).toISOString()
  }

  #find(token: string): Known | undefined {
    const hash = hashOf(token)
    const known = this.#known.get(hash) ?? this.#learn(hash)
    return known && this.store.now() < known.endsAt ? known : undefined
  }

  #learn(hash: string): Known | undefined {
    const held = this.#records.withToken(hash)
    if (!held?.account || held.over !== undefined) return undefined
    const { opening, account } = held
    const use = this.#use.of(opening.sessionId)
    // Where it was not used yet it has rested since it was opened.
    const seenAt = Date.parse(use?.seenAt ?? opening.openedAt)
    const known = {
      held,
      actor: signedInAs(account, opening.sessionId),
      endsAt: Math.min(Date.parse(opening.expiresAt), this.#accounts.worksUntil(account)),
      idleMs: this.#idleMs(),
      seenAt,
      notedAt: use ? seenAt : 0,
      isLocked: use?.isLocked ?? false,
    }
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(hash, known)
    return known
  }

  #idleMs(): number {
    const minutes = statement<{ minutes: number }>(
      this.store.db,
      `SELECT json_extract(data, '$.lockAfterMinutes') AS minutes FROM ${clinic.table} WHERE deleted = 0`,
    ).get()?.minutes
    return Math.max(idleLockMs, (minutes ?? 0) * 60_000 + lockMarginMs)
  }

  #touch(known: Known, now: number): void {
    known.seenAt = now
    if (Math.abs(now - known.notedAt) < useNotedEveryMs) return
    known.notedAt = now
    this.#use.note(known.actor.sessionId)
  }
}
