import type { DuplicateHit, PatientHit } from '../../../shared/contract/patients.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { findDuplicates } from '../../store/search/duplicates.js'
import { searchPatients } from '../../store/search/search.js'

interface HitRow {
  rowid: number
  id: string
  data: string
}

const hit = (row: HitRow): PatientHit => {
  const { recordNumber, familyName, givenName, birthDate, sex, phone } = JSON.parse(row.data) as PatientHit
  return { id: row.id, recordNumber, familyName, givenName, sex, ...(birthDate && { birthDate }), ...(phone && { phone }) }
}

function hitsOf(db: ReadableDatabase, rowids: readonly number[]): PatientHit[] {
  const select = statement<HitRow>(db, 'SELECT rowid, id, data FROM patient WHERE rowid = ? AND deleted = 0')
  return rowids.flatMap((rowid) => {
    const row = select.get(rowid)
    return row ? [hit(row)] : []
  })
}

/** The best hits of a search text, best first. */
export const patientSearch = defineRead('patients.search', (db, { query, limit }: { query: string; limit: number }) =>
  hitsOf(
    db,
    searchPatients(db, query, limit).map((found) => found.rowid),
  ),
)

/** Patients by name, one page; `after` is where the page before ended. */
export const patientPage = defineRead('patients.page', (db, { after, limit }: { after: readonly [string, string, string] | undefined; limit: number }) => {
  const columns = 'rowid, id, data, family_name, given_name'
  const rows = after
    ? statement<HitRow>(
        db,
        `SELECT ${columns} FROM patient WHERE deleted = 0 AND (family_name COLLATE NOCASE, given_name COLLATE NOCASE, id) > (?, ?, ?) ORDER BY family_name COLLATE NOCASE, given_name COLLATE NOCASE, id LIMIT ?`,
      ).all(...after, limit)
    : statement<HitRow>(db, `SELECT ${columns} FROM patient WHERE deleted = 0 ORDER BY family_name COLLATE NOCASE, given_name COLLATE NOCASE, id LIMIT ?`).all(
        limit,
      )
  return rows.map(hit)
})

/** What is known of a person who is being typed in; fields may be half written. */
export type PersonSought = Parameters<typeof findDuplicates>[1]

/** Registered people who may be the same person, most likely first, with the reasons. */
export const patientDuplicates = defineRead('patients.duplicates', (db, { person, limit }: { person: PersonSought; limit: number }): DuplicateHit[] => {
  const found = findDuplicates(db, person, limit)
  return found.flatMap(({ rowid, reasons }) => hitsOf(db, [rowid]).map((patientHit) => ({ ...patientHit, reasons })))
})
