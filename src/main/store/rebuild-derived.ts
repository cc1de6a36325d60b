import type Database from 'better-sqlite3'
import { entities } from '../../shared/entities/index.js'
import { patient } from '../../shared/entities/patient.js'
import { canonical } from '../records/canonical.js'
import { bucketOf, combine } from '../records/digest.js'
import { readRecord } from '../records/reading.js'
import { allKeptVersions } from './kept-versions.js'
import { columnsOf, contentOf, presentFields } from './record-table.js'
import type { SearchablePatient } from './search/terms.js'
import { reviewRow, timelinePlace } from './tables.js'

interface Row {
  row: number
  id: string
  patient_id: string | null
  data: string
  cells: string
  source: Buffer | null
  digest: Buffer
  deleted: number
}

/**
 * Makes everything again that is computed from the cells of the records: how they are read, digests of groups, timeline, patient search, questions
 * for staff. One transaction.
 */
export function rebuildDerived(db: Database.Database, rebuildSearch: (patients: [number, SearchablePatient][]) => void): void {
  db.transaction(() => {
    const buckets = new Map<number, Buffer>()
    const patients: [number, SearchablePatient][] = []
    const versionsOf = allKeptVersions(db)
    const addToTimeline = db.prepare('INSERT OR REPLACE INTO timeline (patient_id, at, kind, id) VALUES (?, ?, ?, ?)')
    const addSum = db.prepare('INSERT INTO kind_sum (kind, digest) VALUES (?, ?)')
    const addQuestion = db.prepare('INSERT INTO review (kind, id, patient_id, fields, at) VALUES (?, ?, ?, ?, ?)')
    db.exec('DELETE FROM timeline; DELETE FROM bucket; DELETE FROM review; DELETE FROM kind_sum')
    for (const entity of entities) {
      let sum: Buffer = Buffer.alloc(8)
      const setColumns = db.prepare(`UPDATE ${entity.table} SET patient_id = ?, data = ?, cells = ?, deleted = ? WHERE row = ?`)
      for (const row of db.prepare<[], Row>(`SELECT row, id, patient_id, data, cells, source, digest, deleted FROM ${entity.table}`).all()) {
        const n = bucketOf(row.id)
        buckets.set(n, combine(buckets.get(n) ?? Buffer.alloc(8), row.digest))
        sum = combine(sum, row.digest)
        const { cells } = contentOf(row)
        const reading = readRecord(cells, versionsOf(entity.kind, row.id), entity)
        const columns = columnsOf(entity, row.id, cells, reading)
        if (!isSame(row, columns)) setColumns.run(columns.patientId, columns.data, columns.stamps, columns.deleted, row.row)
        const question = reviewRow(entity, row.id, cells, reading)
        if (question) addQuestion.run(entity.kind, row.id, question.patientId, question.fields, question.at)
        if (reading.isDeleted) continue
        const fields = presentFields(reading.fields)
        const place = timelinePlace(entity, row.id, fields)
        if (place) addToTimeline.run(place.patientId, place.at, entity.kind, row.id)
        if (entity === patient) patients.push([row.row, fields as unknown as SearchablePatient])
      }
      addSum.run(entity.kind, sum)
    }
    for (const { id, digest } of db.prepare<[], { id: string; digest: Buffer }>('SELECT id, digest FROM parked').all())
      buckets.set(bucketOf(id), combine(buckets.get(bucketOf(id)) ?? Buffer.alloc(8), digest))
    const putBucket = db.prepare('INSERT INTO bucket (n, digest) VALUES (?, ?)')
    for (const [n, digest] of buckets) putBucket.run(n, digest)
    rebuildSearch(patients)
  }).immediate()
}

const isSame = (row: Row, columns: ReturnType<typeof columnsOf>): boolean =>
  row.patient_id === columns.patientId &&
  row.deleted === columns.deleted &&
  (row.data === columns.data || canonical(JSON.parse(row.data)) === canonical(JSON.parse(columns.data))) &&
  (row.cells === columns.stamps || canonical(JSON.parse(row.cells)) === canonical(JSON.parse(columns.stamps)))
