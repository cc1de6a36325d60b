import { millisOf, type Stamp } from '../../records/stamp.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { contentOf } from '../../store/record-table.js'
import type { DuplicateReason } from '../../store/search/duplicates.js'
import { recordNumber } from '../../store/series.js'
import { identityFields } from '../../store/tables.js'
import { isDecided } from '../appointments/index.js'

/** Two patients about whom staff are asked, the one with the smaller id first. */
export interface PatientPair {
  ids: [string, string]
  /** Names what clashes by its stamps: when a name or number is changed, it is another question. */
  about: string
  at: string
  reasons: DuplicateReason[]
}

interface PatientRow {
  data: string
  cells: string
  source: Buffer | null
}

const pairOf = (db: ReadableDatabase, kind: 'duplicate' | 'number', ids: [string, string], reasons: DuplicateReason[]): PatientPair[] => {
  const fields = kind === 'number' ? (['recordNumber'] as const) : identityFields
  const stamps: Stamp[] = []
  for (const id of ids) {
    const row = statement<PatientRow>(db, 'SELECT data, cells, source FROM patient WHERE id = ? AND deleted = 0').get(id)
    if (!row) return []
    const { cells } = contentOf(row)
    stamps.push(...fields.map((field) => cells[field]?.stamp ?? '-'))
  }
  const about = `${kind} ${ids.join(' ')} ${stamps.join(' ')}`
  if (isDecided(db, about)) return []
  const newest = stamps.filter((stamp) => stamp !== '-').reduce((a, b) => (a > b ? a : b), '')
  return [{ ids, about, at: new Date(millisOf(newest)).toISOString(), reasons }]
}

/** Patients of whom one arrived from elsewhere and who may be one person, as the comparison found them; of one pair or patient only, when named. */
export function possibleDuplicates(db: ReadableDatabase, of: { ids?: readonly string[]; patientId?: string | undefined } = {}): PatientPair[] {
  const [where, bound] = of.ids ? ['a = ? AND b = ?', of.ids] : of.patientId ? ['a = ? OR b = ?', [of.patientId, of.patientId]] : ['1', []]
  return statement<{ a: string; b: string; reasons: string }>(db, `SELECT a, b, reasons FROM possible_duplicate WHERE ${where} ORDER BY score DESC LIMIT 1000`)
    .all(...bound)
    .flatMap(({ a, b, reasons }) => pairOf(db, 'duplicate', [a, b], JSON.parse(reasons) as DuplicateReason[]))
}

/** Patients who bear one record number; each with the one of the next id where there are more than two. */
export function sharedNumbers(db: ReadableDatabase, of: { ids?: readonly string[]; patientId?: string | undefined } = {}): PatientPair[] {
  const among = of.ids ?? (of.patientId ? [of.patientId] : undefined)
  const numbers = among
    ? among.flatMap((id) => statement<{ number: string }>(db, `SELECT ${recordNumber} AS number FROM patient WHERE id = ? AND deleted = 0`).all(id))
    : // The index alone is read, which only an inner query in its order does; who of them was deleted shows below.
      statement<{ number: string }>(
        db,
        `SELECT number FROM (SELECT ${recordNumber} AS number FROM patient ORDER BY 1) WHERE number <> '' GROUP BY number HAVING count(*) > 1 LIMIT 1000`,
      ).all()
  return [...new Set(numbers.map(({ number }) => number))].flatMap((number) => {
    const bearers = statement<{ id: string }>(db, `SELECT id FROM patient WHERE ${recordNumber} = ? AND deleted = 0 ORDER BY id`).all(number)
    return bearers.slice(1).flatMap(({ id }, i) => {
      const ids: [string, string] = [bearers[i]?.id ?? '', id]
      const isMeant = !among || (of.ids ? of.ids.every((one) => ids.includes(one)) : ids.some((one) => one === of.patientId))
      return isMeant ? pairOf(db, 'number', ids, []) : []
    })
  })
}
