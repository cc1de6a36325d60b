import type { SeverityPoint, Symptom } from '../../../shared/contract/symptoms.js'
import { timelineAt } from '../../../shared/entities/clinical-values.js'
import { foldName } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { changedAtOf } from '../../store/tables.js'

interface SymptomRow {
  id: string
  at: string
  data: string
  cells: string
}

/** An entry with its place on the timeline. */
export interface PlacedSymptom {
  at: string
  symptom: Symptom
}

function select(db: ReadableDatabase, patientId: string, after: readonly [string, string] | undefined, limit: number): PlacedSymptom[] {
  const sql = `SELECT s.id, t.at, s.data, s.cells FROM timeline t JOIN symptom s ON s.id = t.id AND s.deleted = 0
    WHERE t.patient_id = ? AND t.kind = 'symptom' ${after ? 'AND (t.at, t.id) < (?, ?)' : ''} ORDER BY t.at DESC, t.id DESC LIMIT ?`
  return statement<SymptomRow>(db, sql)
    .all(patientId, ...(after ?? []), limit)
    .map(({ id, at, data, cells }) => ({ at, symptom: { ...(JSON.parse(data) as Omit<Symptom, 'id' | 'changedAt'>), id, changedAt: changedAtOf(cells) } }))
}

/** Entries of a patient, newest first, one page. */
export const symptomPage = defineRead(
  'symptoms.page',
  (db, { patientId, after, limit }: { patientId: string; after: readonly [string, string] | undefined; limit: number }) => select(db, patientId, after, limit),
)

/** Entries that a course looks back over. */
const courseLength = 2000

/** Severity over time by concern; the one told last comes first, each from its oldest entry on. */
export const symptomCourse = defineRead('symptoms.course', (db, { patientId }: { patientId: string }) => {
  const concerns = new Map<string, { concern: string; points: SeverityPoint[] }>()
  for (const { at, symptom } of select(db, patientId, undefined, courseLength)) {
    if (symptom.autoSaved) continue
    const key = foldName(symptom.concern)
    const course = concerns.get(key) ?? { concern: symptom.concern, points: [] }
    concerns.set(key, course)
    course.points.unshift({ id: symptom.id, occurredAt: symptom.occurredAt, at: at || (timelineAt(symptom.occurredAt) ?? ''), severity: symptom.severity })
  }
  return [...concerns.values()]
})
