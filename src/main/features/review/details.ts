import type { ClashingVisit, ComparedPatient, FieldVersion, ReviewQuestion } from '../../../shared/contract/review.js'
import { findEntity } from '../../../shared/entities/index.js'
import { type Subject, subjectOf } from '../../../shared/question-id.js'
import { canonical, type Json } from '../../records/canonical.js'
import { type Cell, type Cells, type Tombstone, tombstone } from '../../records/cell.js'
import { type RecordReading, readRecord } from '../../records/reading.js'
import { millisOf, type Stamp } from '../../records/stamp.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { keptVersionsOf } from '../../store/kept-versions.js'
import { defineRead } from '../../store/read.js'
import { contentOf, patientOf } from '../../store/record-table.js'
import { replacedValues } from '../../store/replaced-values.js'
import { findAppointment, findClashes } from '../appointments/index.js'
import { fieldsIn } from '../chart/index.js'
import { authors, type Place, type Written } from './authors.js'
import { fieldsOf, patientName, titleOf } from './names.js'
import { possibleDuplicates, sharedNumbers } from './pairs.js'
import { isHiddenField, type Looking } from './rights.js'
import { inputOf } from './value-input.js'

type Detail = ReviewQuestion extends infer Each ? (Each extends ReviewQuestion ? Omit<Each, 'canResolve'> : never) : never

/** A record with its cells and how it is read, deleted or not. */
export interface ReadCells {
  cells: Cells
  reading: RecordReading
  place: Place
}

/** Reads a record with its kept versions; undefined for a kind or id that is not here. */
export function readCells(db: ReadableDatabase, kind: string, id: string): ReadCells | undefined {
  const entity = findEntity(kind)
  const row =
    entity && statement<{ data: string; cells: string; source: Buffer | null }>(db, `SELECT data, cells, source FROM ${entity.table} WHERE id = ?`).get(id)
  if (!entity || !row) return undefined
  const { cells } = contentOf(row)
  const reading = readRecord(cells, keptVersionsOf(db, kind, id), entity)
  return { cells, reading, place: { kind, id, patientId: patientOf(entity, id, reading.fields) ?? undefined } }
}

/** The values that an edit is about, the one that stands first. */
export const versionsOf = ({ cells, reading }: ReadCells, field: string): Cell[] => [
  ...(cells[field] ? [cells[field]] : []),
  ...(reading.undecided[field] ?? []),
]

/** A value for showing: hidden where it is a secret. */
export const shownValue = (db: ReadableDatabase, kind: string, field: string, value: Json): Pick<FieldVersion, 'isHidden' | 'fields'> =>
  isHiddenField(kind, field) ? { isHidden: value !== null, fields: [] } : { isHidden: false, fields: fieldsIn(db, value, field) }

type About = Pick<Detail, 'id' | 'recordKind' | 'recordId' | 'title' | 'patientId' | 'patientName'>

function aboutRecord(db: ReadableDatabase, id: string, { kind, id: recordId, patientId }: Place): About {
  return { id, recordKind: kind, recordId, title: titleOf(db, kind, recordId), ...(patientId && { patientId, patientName: patientName(db, patientId) }) }
}

const newestAt = (stamps: readonly Stamp[]): string => new Date(millisOf(stamps.reduce((a, b) => (a > b ? a : b), ''))).toISOString()

function editQuestion(db: ReadableDatabase, id: string, read: ReadCells, field: string): Detail | undefined {
  const entity = findEntity(read.place.kind)
  const open = versionsOf(read, field)
  if (!entity || !read.reading.tasks.includes(field)) return undefined
  const writtenBy = authors(db)
  const shown = (cell: Cell): FieldVersion => ({
    ...writtenBy(read.place, field, cell.stamp),
    isCurrent: cell === open[0],
    ...shownValue(db, entity.kind, field, cell.value),
  })
  const value = read.reading.fields[field] ?? null
  const before = replacedByAll(db, read, field, open)
  return {
    kind: 'edit',
    ...aboutRecord(db, id, read.place),
    field,
    at: newestAt(open.map(({ stamp }) => stamp)),
    versions: open.map(shown),
    shown: shownValue(db, entity.kind, field, value).fields,
    isShownCombined: !open.some((cell) => canonical(cell.value) === canonical(value)),
    ...(before && { before: shown(before) }),
    input: inputOf(entity, field, value),
  }
}

/** The newest value that every one of some cells had replaced, as far as this workstation knows it. */
function replacedByAll(db: ReadableDatabase, { place }: ReadCells, field: string, cells: readonly Cell[]): Cell | undefined {
  const kept = [...(keptVersionsOf(db, place.kind, place.id)[field] ?? []), ...replacedValues(db, place.kind, place.id, field)]
  return kept.filter(({ stamp }) => cells.every(({ ancestors }) => ancestors.includes(stamp))).sort((a, b) => (a.stamp < b.stamp ? 1 : -1))[0]
}

function deletionQuestion(db: ReadableDatabase, id: string, read: ReadCells): Detail | undefined {
  const { cells, reading, place } = read
  if (!reading.tasks.includes(tombstone)) return undefined
  const writtenBy = authors(db)
  const deletions = versionsOf(read, tombstone)
  const saw = new Set(deletions.flatMap(({ value }) => (value as Tombstone)?.saw ?? []))
  const present = [...Object.keys(cells)].flatMap((field) => (field === tombstone ? [] : versionsOf(read, field).map((cell) => ({ field, cell }))))
  return {
    kind: 'deletion',
    ...aboutRecord(db, id, place),
    at: newestAt([...deletions, ...Object.values(cells)].map(({ stamp }) => stamp)),
    deletions: deletions.map(({ stamp, value }) => ({ ...writtenBy(place, tombstone, stamp), isTakenBack: value === null })),
    edits: present
      .filter(({ field, cell }) => field !== 'source' && !saw.has(cell.stamp))
      .map(({ field, cell }) => ({
        field,
        ...writtenBy(place, field, cell.stamp),
        isCurrent: cells[field] === cell,
        ...shownValue(db, place.kind, field, cell.value),
      })),
  }
}

function doubleBookingQuestion(db: ReadableDatabase, id: string, ids: readonly string[], now: string): Detail | undefined {
  const clash = findClashes(db, now, ids).find(({ ids: pair }) => pair[0] === ids[0] && pair[1] === ids[1])
  if (!clash) return undefined
  const writtenBy = authors(db)
  const visits = clash.ids.flatMap((each): ClashingVisit[] => {
    const visit = findAppointment(db, each)
    const stamp = readCells(db, 'appointment', each)?.cells.slot?.stamp
    if (!visit || !stamp) return []
    const { patientId, patientName: name, providerId, chairId, startAt, durationMinutes, status, reason } = visit
    const [providerName, chairName] = [providerId && titleOf(db, 'practitioner', providerId), chairId && titleOf(db, 'chair', chairId)]
    return [
      {
        ...writtenBy({ kind: 'appointment', id: each, patientId }, 'slot', stamp),
        ...{ id: each, patientId, patientName: name, startAt, durationMinutes, status },
        ...(providerId && { providerId }),
        ...(providerName && { providerName }),
        ...(chairId && { chairId }),
        ...(chairName && { chairName }),
        ...(reason && { reason }),
      },
    ]
  })
  const [first] = visits
  if (!first || visits.length < 2) return undefined
  const about = { id, recordKind: 'appointment', recordId: first.id, title: '', patientId: first.patientId, patientName: first.patientName }
  return { kind: 'doubleBooking', ...about, at: newestAt([clash.stamp]), startAt: clash.startAt, over: clash.over, visits }
}

function pairQuestionOf(db: ReadableDatabase, id: string, kind: 'duplicate' | 'number', ids: readonly string[]): Detail | undefined {
  const pair = (kind === 'duplicate' ? possibleDuplicates(db, { ids }) : sharedNumbers(db, { ids }))[0]
  if (!pair) return undefined
  const writtenBy = authors(db)
  const patients = pair.ids.flatMap((each) => comparedPatient(db, each, writtenBy) ?? [])
  const about = { id, recordKind: 'patient', recordId: pair.ids[0], title: titleOf(db, 'patient', pair.ids[0]), at: pair.at }
  const whose = { patientId: pair.ids[0], patientName: patientName(db, pair.ids[0]) }
  return kind === 'duplicate' ? { kind, ...about, ...whose, reasons: pair.reasons, patients } : { kind, ...about, ...whose, patients }
}

function comparedPatient(db: ReadableDatabase, id: string, writtenBy: (place: Place, field: string, stamp: Stamp) => Written): ComparedPatient | undefined {
  const fields = fieldsOf(db, 'patient', id) as Record<string, string | null> | undefined
  const stamp = readCells(db, 'patient', id)?.cells.recordNumber?.stamp
  if (!fields || !stamp) return undefined
  const { recordNumber, familyName, givenName, birthDate, sex, phone, email, insuranceNumber } = fields
  const address = Object.values((fields.address ?? {}) as unknown as Record<string, string>).join(', ')
  const optional = { birthDate, phone, email, insuranceNumber, address }
  return {
    ...writtenBy({ kind: 'patient', id, patientId: id }, 'recordNumber', stamp),
    ...({ id, recordNumber, familyName, givenName, sex } as Pick<ComparedPatient, 'id' | 'recordNumber' | 'familyName' | 'givenName' | 'sex'>),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)),
    recordCount: statement<{ n: number }>(db, 'SELECT count(*) AS n FROM timeline WHERE patient_id = ?').get(id)?.n ?? 0,
  }
}

const isVisible = (subject: Subject, visible: readonly string[]): boolean =>
  visible.includes('recordKind' in subject ? subject.recordKind : subject.kind === 'doubleBooking' ? 'appointment' : 'patient')

/** A question with what is needed to settle it; undefined when it is settled, or not for whoever asks. */
export const questionDetail = defineRead('review.question', (db, { question, visible, now }: Looking & { question: string }): Detail | undefined => {
  const subject = subjectOf(question)
  if (!subject || !isVisible(subject, visible)) return undefined
  if ('recordKind' in subject) {
    const read = readCells(db, subject.recordKind, subject.recordId)
    if (!read) return undefined
    return subject.kind === 'edit' ? editQuestion(db, question, read, subject.field) : deletionQuestion(db, question, read)
  }
  return subject.kind === 'doubleBooking' ? doubleBookingQuestion(db, question, subject.ids, now) : pairQuestionOf(db, question, subject.kind, subject.ids)
})
