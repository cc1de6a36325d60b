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
