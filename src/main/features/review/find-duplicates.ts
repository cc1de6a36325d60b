import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { type DuplicateReason, findDuplicates } from '../../store/search/duplicates.js'
import { inOrder } from '../appointments/index.js'
import { fieldsOf } from './names.js'

/** Two patients that may be one person. */
export interface FoundPair {
  a: string
  b: string
  score: number
  reasons: DuplicateReason[]
}

/** A family shares a phone and an e-mail address: without a similar name or the same insurance number nobody is asked. */
const isWorthAsking = ({ score, reasons }: { score: number; reasons: readonly DuplicateReason[] }): boolean =>
  score >= 7 && (reasons.includes('name') || reasons.includes('insuranceNumber'))

/** Most pairs of one patient. */
const perPatient = 5

/** Patients that may be the same person as one of some others; on a worker, because each takes some milliseconds. */
export const duplicatesOf = defineRead('review.duplicatesOf', (db, { ids }: { ids: readonly string[] }): FoundPair[] => ids.flatMap((id) => pairsOf(db, id)))

function pairsOf(db: ReadableDatabase, id: string): FoundPair[] {
  const own = statement<{ row: number }>(db, 'SELECT row FROM patient WHERE id = ? AND deleted = 0').get(id)?.row
  const fields = own === undefined ? undefined : fieldsOf(db, 'patient', id)
  if (!fields) return []
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  return findDuplicates(db, present, perPatient + 1).flatMap(({ rowid, score, reasons }) => {
    if (rowid === own || !isWorthAsking({ score, reasons })) return []
    const other = statement<{ id: string }>(db, 'SELECT id FROM patient WHERE row = ? AND deleted = 0').get(rowid)?.id
    if (!other) return []
    const [a, b] = inOrder(id, other)
    return [{ a, b, score, reasons }]
  })
}
