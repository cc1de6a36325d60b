import type { FieldsOf } from '../../shared/entities/entity.js'
import { session } from '../../shared/entities/session.js'
import { workstation } from '../../shared/entities/workstation.js'
import { statement, type WritableDatabase } from '../store/database.js'
import type { Store } from '../store/store.js'
import type { Transaction } from '../store/transaction.js'
import { type Accounts, passwordMarkOf, type StaffAccount } from './accounts.js'
import { identityOf } from './workstation-identity.js'

/** When and how a session was opened. */
export type Opening = FieldsOf<typeof session>['opening']
/** When and by whom a session was ended. */
export type Ending = NonNullable<FieldsOf<typeof session>['ended']>[string]

/** Why a session is over: its day is over, it was ended, the password is another one, the account works no more, its workstation was removed, or everything here was ended. */
export type Over = 'expired' | 'ended' | 'password' | 'account' | 'workstation' | 'here'

/** The session that stands in a place, over or not. */
export interface HeldSession {
  /** Id of the record, which outlives the session. */
  placeId: string
  opening: Opening
  ending: Ending | undefined
  account: StaffAccount | undefined
  over: Over | undefined
}

/** Whether a session could hold again if it is not ended: its account may be given back, or a clock be put right. */
export const canReturn = ({ over }: Pick<HeldSession, 'over'>): boolean => over === undefined || over === 'account' || over === 'workstation' || over === 'here'

/** Sessions that one account can have open at one workstation; the oldest gives way to one more. */
export const placesEach = 20
/** Endings that a place remembers. Only the last can still be about a session that is open somewhere. */
const endingsKept = 20

interface Row {
  id: string
  data: string
}

/** Reads and writes the records of sessions, and judges when they are read whether a session holds. */
export class SessionRecords {
  constructor(
    private readonly store: Store,
    private readonly accounts: Accounts,
  ) {}

  /** The session of a token, by its hash; undefined when its place was given to another one since. */
  withToken(tokenHash: string): HeldSession | undefined {
    return this.#read('token_hash = ?', tokenHash)[0]
  }

  withId(sessionId: string): HeldSession | undefined {
    return this.#read('session_id = ?', sessionId)[0]
  }

  /** The last session of every place of one account or of all, over or not, the newest first. */
  all(userId?: string): HeldSession[] {
    const all = userId === undefined ? this.#read('1') : this.#read("json_extract(data, '$.opening.userId') = ?", userId)
    return all.sort((a, b) => (a.opening.openedAt < b.opening.openedAt ? 1 : -1))
  }

  /** Puts a new session into a free place of its account and workstation. */
  add(tx: Transaction, opening: Opening): void {
    const { userId, workstationId } = opening
    const ids = Array.from({ length: placesEach }, (_, slot) => this.store.importedId(session.kind, `${userId}/${workstationId}/${slot}`))
    const held = ids.map((id) => this.#read('id = ?', id)[0])
    const free = ids.find((_, slot) => held[slot] === undefined || held[slot].over !== undefined)
    const id = free ?? held.reduce((oldest, each) => (each && (!oldest || each.opening.openedAt < oldest.opening.openedAt) ? each : oldest))?.placeId
    if (id === undefined) throw new RangeError('There is no place for a session.')
    if (tx.isKnown(session, id)) tx.update(session, id, { opening })
    else tx.create(session, { opening }, id)
  }

  /** Notes the end of some sessions. */
  end(tx: Transaction, sessions: readonly HeldSession[], ending: Ending): void {
    for (const { placeId, opening } of sessions) {
      const before = Object.entries(tx.get(session, placeId).ended ?? {})
      const kept = before.sort(([, a], [, b]) => (a.at < b.at ? 1 : -1)).slice(0, endingsKept - 1)
      tx.update(session, placeId, { ended: { ...Object.fromEntries(kept), [opening.sessionId]: ending } })
    }
  }

  /** Writes the opening of a session anew: its owner has shown a secret again, or has another password now. */
  reopen(tx: Transaction, { placeId, opening }: HeldSession, change: Partial<Opening>): void {
    tx.update(session, placeId, { opening: { ...opening, ...change } })
  }

  #read(condition: string, ...values: string[]): HeldSession[] {
    return statement<Row>(this.store.db, `SELECT id, data FROM ${session.table} WHERE deleted = 0 AND ${condition}`)
      .all(...values)
      .map(({ id, data }) => {
        const { opening, ended } = JSON.parse(data) as FieldsOf<typeof session>
        const held = { placeId: id, opening, ending: ended?.[opening.sessionId], account: this.accounts.find(opening.userId) }
        return { ...held, over: this.#judge(held) }
      })
  }

  #judge({ opening, ending, account }: Omit<HeldSession, 'over'>): Over | undefined {
    const now = this.store.now()
    const isOwn = opening.workstationId === identityOf(this.store.db).id
    if (ending) return 'ended'
    if (!account || this.accounts.worksUntil(account) <= now) return 'account'
    if (opening.passwordMark !== passwordMarkOf(account)) return 'password'
    if (isPast(opening, now, isOwn)) return 'expired'
    if (!isOwn && this.store.find(workstation, opening.workstationId)?.removedAt !== undefined) return 'workstation'
    return opening.openedAt <= endedHereAt(this.store.db) ? 'here' : undefined
  }
}

/**
 * Whether a session's day is over. One that was opened with a clock ahead lies in the future: on its own workstation it is locked and begins its day when
 * it is unlocked, elsewhere it does not hold before it has begun, or it would hold until all clocks have caught up.
 */
export function isPast({ openedAt, expiresAt }: Opening, now: number, isOwn: boolean): boolean {
  const [from, to] = [Date.parse(openedAt), Date.parse(expiresAt)]
  return now >= to || (!isOwn && now < from - (to - from))
}

const endedHere = 'sessionsEndedHereAt'

/** Until when everything that was opened is over on this workstation; empty when that never was. */
export const endedHereAt = (db: WritableDatabase): string =>
  statement<{ value: string }>(db, 'SELECT value FROM meta WHERE key = ?').get(endedHere)?.value ?? ''

/** Ends every session on this workstation, whoever opened it where: it was removed from the clinic, or its database is one of an earlier time. */
export function endSessionsHere(db: WritableDatabase, at: string): void {
  statement(db, 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(endedHere, at)
}
