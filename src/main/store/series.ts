import { statement, type WritableDatabase } from './database.js'

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
