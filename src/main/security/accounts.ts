import { createHash } from 'node:crypto'
import { clinic, user } from '../../shared/entities/staff.js'
import type { Role } from '../../shared/permissions.js'
import { boundsOfDay } from '../../shared/time.js'
import { statement } from '../store/database.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import { verifyPassword } from './passwords.js'

/** A staff account as the store has it. */
export type StaffAccount = Stored<typeof user>

/** The signed-in user behind a session. */
export interface SignedIn {
  userId: string
  username: string
  displayName: string
  role: Role
  sessionId: string
}

/** Short mark of an account's present password: another one as soon as the password is set anew, also to the same. Says nothing of the password. */
export const passwordMarkOf = ({ passwordHash }: Pick<StaffAccount, 'passwordHash'>): string =>
  createHash('sha256').update(passwordHash).digest().subarray(0, 16).toString('base64url')

/** Staff accounts as signing in looks at them. */
export class Accounts {
  constructor(private readonly store: Store) {}

  find(id: string): StaffAccount | undefined {
    return this.store.find(user, id)
  }

  /** The account of a user name, ended or not. */
  named(username: string): StaffAccount | undefined {
    const id = statement<{ id: string }>(this.store.db, 'SELECT id FROM user WHERE username = ? AND deleted = 0').get(username.trim().toLowerCase())?.id
    return id === undefined ? undefined : this.find(id)
  }

  /** The instant from which an account works no more, in milliseconds: past for an ended one. Last days are the clinic's: in UTC they would end in an American afternoon. */
  worksUntil(account: StaffAccount): number {
    if (!account.isActive) return Number.NEGATIVE_INFINITY
    if (account.validUntilDate === undefined) return Number.POSITIVE_INFINITY
    return Date.parse(boundsOfDay(account.validUntilDate, this.#timeZone()).endAt)
  }

  /** Whether a password is that of an administrator who may work now. Takes time for each administrator. */
  async isAdministrators(password: string, now: number): Promise<boolean> {
    const ids = statement<{ id: string }>(
      this.store.db,
      "SELECT id FROM user WHERE deleted = 0 AND json_extract(data, '$.role') = 'administrator' LIMIT 100",
    ).all()
    for (const { id } of ids) {
      const account = this.find(id)
      if (account?.role === 'administrator' && this.worksUntil(account) > now && (await verifyPassword(account.passwordHash, password))) return true
    }
    return false
  }

  #timeZone(): string {
    return (
      statement<{ zone: string }>(this.store.db, `SELECT json_extract(data, '$.timeZone') AS zone FROM ${clinic.table} WHERE deleted = 0`).get()?.zone ?? 'UTC'
    )
  }
}

/** What calls know of an account. */
export const signedInAs = ({ id, username, displayName, role }: StaffAccount, sessionId: string): SignedIn => ({
  userId: id,
  username,
  displayName,
  role,
  sessionId,
})
