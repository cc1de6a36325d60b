import type { Account, Chair, ClosedTime, Practitioner } from '../../../shared/contract/staff.js'
import { normalInstant } from '../../../shared/time.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { changedAtOf } from '../../store/tables.js'

interface Row {
  id: string
  data: string
  cells: string
}

/** The fields of a row without the ones that were cleared. */
function present<Fields extends object>({ id, data, cells }: Row): Fields & { id: string; changedAt: string } {
  const fields = Object.fromEntries(Object.entries(JSON.parse(data) as Fields).filter(([, value]) => value !== null)) as Fields
  return { ...fields, id, changedAt: changedAtOf(cells) }
}

const isActive = "json_extract(data, '$.isActive')"

/** Practitioners by name; `after` is where the page before ended. */
export function listPractitioners(
  db: ReadableDatabase,
  filter: { query?: string | undefined; isBookable?: boolean | undefined; withEnded?: boolean | undefined; after: string | undefined; limit: number },
): Practitioner[] {
  const name = "lower(json_extract(data, '$.familyName') || ' ' || json_extract(data, '$.givenName') || ' ' || id)"
  const rows = statement<Row>(
    db,
    `SELECT id, data, cells FROM practitioner WHERE deleted = 0 AND (? OR ${isActive}) AND (? IS NULL OR json_extract(data, '$.isBookable') = ?) AND (? IS NULL OR ${name} LIKE ? ESCAPE '\\') AND ${name} > ? ORDER BY ${name} LIMIT ?`,
  )
  const bookable = filter.isBookable === undefined ? null : Number(filter.isBookable)
  const like = filter.query ? `%${filter.query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%` : null
  return rows.all(filter.withEnded ? 1 : 0, bookable, bookable, like, like, filter.after ?? '', filter.limit).map((row) => present(row))
}

/** Where `listPractitioners` goes on after a practitioner. */
export const placeOf = ({ familyName, givenName, id }: Practitioner): string => `${familyName} ${givenName} ${id}`.toLowerCase()

/** Providers on the schedule, by name. */
export function listBookable(db: ReadableDatabase): { id: string; name: string; color?: string; hours?: Practitioner['hours'] }[] {
  return listPractitioners(db, { isBookable: true, after: undefined, limit: 200 }).map(({ id, prefix, givenName, familyName, color, hours }) => ({
    id,
    name: [prefix, givenName, familyName].filter(Boolean).join(' '),
    ...(color && { color }),
    ...(hours && { hours }),
  }))
}

/** Chairs in their order. */
export const listChairs = (db: ReadableDatabase, withEnded = false): Chair[] =>
  statement<Row>(db, `SELECT id, data, cells FROM chair WHERE deleted = 0 AND (? OR ${isActive}) ORDER BY json_extract(data, '$.sortOrder'), id LIMIT 200`)
    .all(withEnded ? 1 : 0)
    .map((row) => present(row))

/** Closed times that touch a range, by start. */
export function listClosedTimes(
  db: ReadableDatabase,
  filter: {
    from?: string | undefined
    to?: string | undefined
    practitionerId?: string | undefined
    chairId?: string | undefined
    after: readonly (string | number)[] | undefined
    limit: number
  },
): ClosedTime[] {
  const sql = `SELECT id, data, cells FROM closed_time WHERE deleted = 0 AND (? IS NULL OR end_at > ?) AND (? IS NULL OR start_at < ?)
    AND (? IS NULL OR json_extract(data, '$.practitionerId') = ?) AND (? IS NULL OR json_extract(data, '$.chairId') = ?) AND (start_at, id) > (?, ?) ORDER BY start_at, id LIMIT ?`
  const twice = (value: string | undefined) => [value ?? null, value ?? null]
  const instant = (text: string | undefined) => text && normalInstant(text)
  return statement<Row>(db, sql)
    .all(
      ...twice(instant(filter.from)),
      ...twice(instant(filter.to)),
      ...twice(filter.practitionerId),
      ...twice(filter.chairId),
      ...(filter.after ?? ['', '']),
      filter.limit,
    )
    .map((row) => {
      const { period, ...rest } = present<Omit<ClosedTime, 'id' | 'startAt' | 'endAt' | 'changedAt'> & { period: { startAt: string; endAt: string } }>(row)
      return { ...rest, startAt: normalInstant(period.startAt), endAt: normalInstant(period.endAt) }
    })
}

/** Staff accounts by name, without anything secret. */
export const listAccounts = (db: ReadableDatabase, withEnded = false): Account[] =>
  statement<Row>(
    db,
    `SELECT id, data, cells FROM user WHERE deleted = 0 AND (? OR ${isActive}) ORDER BY lower(json_extract(data, '$.displayName')), id LIMIT 1000`,
  )
    .all(withEnded ? 1 : 0)
    .map((row) => accountOf(present(row)))

/** An account as screens may see it. */
export function accountOf({
  passwordHash: _,
  pinHash,
  source: __,
  ...rest
}: Omit<Account, 'hasPin'> & { passwordHash?: string; pinHash?: string; source?: unknown }): Account {
  return { ...rest, hasPin: pinHash !== undefined }
}

/** Whether a user name is taken by an account, ended ones included. */
export const isUsernameTaken = (db: ReadableDatabase, username: string): boolean =>
  statement(db, 'SELECT 1 FROM user WHERE username = ? AND deleted = 0').get(username) !== undefined

/** How many accounts of administrators there are, apart from one, that are active and have no last day: who ends some day cannot be the last who may let others in. */
export const otherAdministrators = (db: ReadableDatabase, exceptId: string): number =>
  Number(
    statement<{ count: number }>(
      db,
      `SELECT count(*) AS count FROM user WHERE deleted = 0 AND ${isActive} AND json_extract(data, '$.role') = 'administrator' AND json_extract(data, '$.validUntilDate') IS NULL AND id <> ?`,
    ).get(exceptId)?.count,
  )
