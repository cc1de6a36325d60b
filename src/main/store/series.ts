import { type ReadableDatabase, statement, type WritableDatabase } from './database.js'

/** Begins the numbers of the workstation that founded the clinic; those that join are given others with their invitations. */
export const foundingPrefix = 'A'

/** Begins the numbers that this workstation gives by itself. */
export const ownPrefix = (db: ReadableDatabase): string =>
  statement<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'numberPrefix'").get()?.value ?? foundingPrefix

/**
 * The next number of one of this workstation's own series, e.g. `A00042`; call it inside the transaction of the record that gets it,
 * so that the series has no gaps. A series that does not exist yet begins at 1 with `prefix`.
 */
export function takeNumber(db: WritableDatabase, name: string, prefix: string, digits = 5): string {
  const row = statement<{ prefix: string; number: number }>(
    db,
    'INSERT INTO series (name, prefix, next) VALUES (?, ?, 2) ON CONFLICT (name) DO UPDATE SET next = next + 1 RETURNING prefix, next - 1 AS number',
  ).get(name, prefix)
  if (!row) throw new Error('The series gave no number.')
  return row.prefix + String(row.number).padStart(digits, '0')
}

/** Lets a series go on behind numbers that are in use already: after a recovery its own count is that of an earlier day. Call it inside a transaction. */
export function raiseSeries(db: WritableDatabase, name: string, prefix: string, used: readonly string[]): void {
  const own = new RegExp(`^${prefix}(\\d{5,9})$`)
  const highest = Math.max(0, ...used.map((number) => Number(own.exec(number)?.[1] ?? 0)))
  statement(db, 'INSERT INTO series (name, prefix, next) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)').run(
    name,
    prefix,
    highest + 1,
  )
}

const patients = 'patient'

/** The record number of a row of `patient`, as its index has it: a query that says it in other words reads every row. */
export const recordNumber = "json_extract(data, '$.recordNumber')"

/** The next record number that this workstation gives to a patient: of its own series, and one that no patient held here has. Call it as `takeNumber`. */
export function takeRecordNumber(db: WritableDatabase): string {
  for (;;) {
    const number = takeNumber(db, patients, ownPrefix(db))
    // Numbers of this series can come from elsewhere: in an import, or back from the server after an old backup was restored.
    if (!statement(db, `SELECT 1 FROM patient WHERE ${recordNumber} = ? LIMIT 1`).get(number)) return number
  }
}

/** `raiseSeries` for the record numbers of patients. */
export const raiseRecordNumbers = (db: WritableDatabase, used: readonly string[]): void => raiseSeries(db, patients, ownPrefix(db), used)

/** Gives this workstation another prefix; its series goes on behind the numbers that patients held here have with it. Call it inside a transaction. */
export function setOwnPrefix(db: WritableDatabase, prefix: string): void {
  if (prefix === ownPrefix(db)) return
  statement(db, "INSERT INTO meta (key, value) VALUES ('numberPrefix', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(prefix)
  statement(db, 'DELETE FROM series WHERE name = ?').run(patients)
  raiseRecordNumbers(db, recordNumbersOf(db, prefix))
}

/** Record numbers of patients held here that begin with a prefix and a digit. */
export const recordNumbersOf = (db: ReadableDatabase, prefix: string): string[] =>
  statement<{ number: string }>(db, `SELECT ${recordNumber} AS number FROM patient WHERE ${recordNumber} >= ? AND ${recordNumber} < ?`)
    .all(`${prefix}0`, `${prefix}:`)
    .map((row) => row.number)
