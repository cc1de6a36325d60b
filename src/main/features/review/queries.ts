import type { QuestionKind, ReviewItem } from '../../../shared/contract/review.js'
import { fieldQuestion, pairQuestion } from '../../../shared/question-id.js'
import { tombstone } from '../../records/cell.js'
import { millisOf } from '../../records/stamp.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { findClashes } from '../appointments/index.js'
import { patientName, titleOf } from './names.js'
import { possibleDuplicates, sharedNumbers } from './pairs.js'
import type { Looking } from './rights.js'
import './details.js'
import './decisions.js'
import './find-duplicates.js'
import './history.js'

/** An open question before its names are looked up. */
type Head = Omit<ReviewItem, 'title' | 'patientName' | 'canResolve'>

interface ReviewRow {
  kind: string
  id: string
  patient_id: string | null
  fields: string
  at: string
}

function fieldQuestions(db: ReadableDatabase, visible: readonly string[], patientId: string | undefined): Head[] {
  const rows = patientId
    ? statement<ReviewRow>(db, 'SELECT * FROM review WHERE patient_id = ?').all(patientId)
    : statement<ReviewRow>(db, 'SELECT * FROM review').all()
  return rows
    .filter(({ kind }) => visible.includes(kind))
    .flatMap(({ kind, id, patient_id, fields, at }) =>
      (JSON.parse(fields) as string[]).map((field): Head => {
        const isDeletion = field === tombstone
        const name = { id: fieldQuestion(kind, id, field), kind: isDeletion ? ('deletion' as const) : ('edit' as const) }
        return { ...name, at, recordKind: kind, recordId: id, ...(!isDeletion && { field }), ...(patient_id && { patientId: patient_id }) }
      }),
    )
}

function doubleBookings(db: ReadableDatabase, now: string, patientId: string | undefined): Head[] {
  return findClashes(db, now).flatMap(({ ids, stamp, startAt }): Head[] => {
    const patients = ids.map((id) => statement<{ id: string | null }>(db, 'SELECT patient_id AS id FROM appointment WHERE id = ?').get(id)?.id ?? undefined)
    if (patientId && !patients.includes(patientId)) return []
    const [recordId] = ids
    const at = new Date(millisOf(stamp)).toISOString()
    const whose = patientId ?? patients[0]
    return [
      { id: pairQuestion('doubleBooking', ids), kind: 'doubleBooking', at, recordKind: 'appointment', recordId, startAt, ...(whose && { patientId: whose }) },
    ]
  })
}

function patientPairs(db: ReadableDatabase, kind: 'duplicate' | 'number', patientId: string | undefined): Head[] {
  const pairs = kind === 'duplicate' ? possibleDuplicates(db, { patientId }) : sharedNumbers(db, { patientId })
  return pairs.map(({ ids, at }) => ({ id: pairQuestion(kind, ids), kind, at, recordKind: 'patient', recordId: ids[0], patientId: ids[0] }))
}

/** Every open question, in no order. */
function headsOf(db: ReadableDatabase, { visible, now }: Looking, patientId?: string): Head[] {
  return [
    ...fieldQuestions(db, visible, patientId),
    ...(visible.includes('appointment') ? doubleBookings(db, now, patientId) : []),
    ...(visible.includes('patient') ? [...patientPairs(db, 'duplicate', patientId), ...patientPairs(db, 'number', patientId)] : []),
  ]
}

/** Which questions a page shows. */
export interface QuestionFilter extends Looking {
  kinds?: readonly QuestionKind[] | undefined
  patientId?: string | undefined
  after?: readonly [at: string, id: string] | undefined
  limit: number
}

/** Open questions, newest first, one page; looked for on a worker, because double bookings are found among all visits to come. */
export const questionPage = defineRead(
  'review.page',
  (db, { kinds, patientId, after, limit, ...looking }: QuestionFilter): Omit<ReviewItem, 'canResolve'>[] => {
    const isBefore = ({ at, id }: Head): boolean => !after || at < after[0] || (at === after[0] && id < after[1])
    return headsOf(db, looking, patientId)
      .filter((head) => (!kinds || kinds.includes(head.kind)) && isBefore(head))
      .sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1))
      .slice(0, limit)
      .map((head) => ({ ...head, title: titleOf(db, head.recordKind, head.recordId), ...(head.patientId && { patientName: patientName(db, head.patientId) }) }))
  },
)

/** How many questions are open, by kind; and what counting took of the thread's CPU, in milliseconds, which a busy computer does not lengthen. */
export const questionCounts = defineRead('review.counts', (db, looking: Looking): { byKind: Partial<Record<QuestionKind, number>>; cpuMs: number } => {
  const began = process.threadCpuUsage()
  const byKind: Partial<Record<QuestionKind, number>> = {}
  for (const { kind } of headsOf(db, looking)) byKind[kind] = (byKind[kind] ?? 0) + 1
  const { user, system } = process.threadCpuUsage(began)
  return { byKind, cpuMs: (user + system) / 1000 }
})
