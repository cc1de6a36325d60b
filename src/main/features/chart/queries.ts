import type { ChartKind, HistoryEntry, TimelineItem } from '../../../shared/contract/chart.js'
import { foldName } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { type ChartFields, itemOf } from './items.js'
import { fieldsOf, practitionerNames } from './rows.js'
import { questionsOf } from './undecided.js'
import './overview.js'
import './record.js'

/** Where a page ended: time, kind and id of its last row. */
export type TimelinePlace = readonly [at: string, kind: string, id: string]

/** Which records of a chart are meant. */
export interface TimelineFilter {
  patientId: string
  kinds?: readonly ChartKind[] | undefined
  text?: string | undefined
  encounterId?: string | undefined
  after?: TimelinePlace | undefined
  limit: number
}

/** Records that one page looks at when it searches: more would hold the worker for too long; the page is then short and the next goes on. */
const searchedRecords = 1500

// Folding is dear, and nearly all clinical text is plain.
const fold = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : foldName(text))

/** Everything that a search looks through: what the line shows, and notes, which are longer. */
const searchedText = (item: TimelineItem, fields: ChartFields): string =>
  fold(
    [item.title, item.detail, item.code?.code, item.by, fields.note, fields.description, fields.conclusion]
      .filter((part) => typeof part === 'string')
      .join(' '),
  )

interface PlaceRow {
  at: string
  kind: ChartKind
  id: string
}

function placesOf(db: ReadableDatabase, { patientId, kinds, after }: TimelineFilter, limit: number): PlaceRow[] {
  const conditions = ['patient_id = ?', ...(kinds ? ['kind IN (SELECT value FROM json_each(?))'] : []), ...(after ? ['(at, kind, id) < (?, ?, ?)'] : [])]
  const values = [patientId, ...(kinds ? [JSON.stringify(kinds)] : []), ...(after ?? []), limit]
  const sql = `SELECT at, kind, id FROM timeline WHERE ${conditions.join(' AND ')} ORDER BY at DESC, kind DESC, id DESC LIMIT ?`
  return statement<PlaceRow>(db, sql).all(...values)
}

/** A page of a chart's records, newest first, and where it ended; `end` is absent on the last page. */
export const chartTimeline = defineRead('chart.timeline', (db, filter: TimelineFilter): { items: TimelineItem[]; end?: TimelinePlace } => {
  const { text, encounterId, limit } = filter
  const words = text ? foldName(text).split(' ').filter(Boolean) : []
  const isSearch = words.length > 0 || encounterId !== undefined
  const places = placesOf(db, filter, isSearch ? searchedRecords : limit)
  const nameOf = practitionerNames(db)
  const undecided = new Set(questionsOf(db, filter.patientId).map(({ recordKind, recordId }) => `${recordKind}/${recordId}`))
  const items: TimelineItem[] = []
  let last: PlaceRow | undefined
  for (const place of places) {
    if (items.length === limit) break
    last = place
    const fields = fieldsOf(db, place.kind, place.id)
    if (!fields || (encounterId !== undefined && fields.encounterId !== encounterId && place.id !== encounterId)) continue
    const item = itemOf(place.kind, place.id, place.at, fields, nameOf)
    if (words.length > 0) {
      const searched = searchedText(item, fields)
      if (!words.every((word) => searched.includes(word))) continue
    }
    items.push(undecided.has(`${place.kind}/${place.id}`) ? { ...item, isUndecided: true } : item)
  }
  const isEnd = last === undefined || (last === places.at(-1) && places.length < (isSearch ? searchedRecords : limit))
  return { items, ...(last && !isEnd && { end: [last.at, last.kind, last.id] as const }) }
})

interface AuditRow {
  seq: number
  at: string
  act: string
  operation: number | null
  detail: string | null
  user_name: string | null
  records: string | null
}

/** Records of one act that are listed by name; an import writes more. */
const listedRecords = 50

/** Who read and changed what of a patient, newest first. */
export const chartHistory = defineRead(
  'chart.history',
  (db, { patientId, before, limit }: { patientId: string; before: number | undefined; limit: number }): HistoryEntry[] => {
    const sql = `SELECT a.seq, a.at, a.act, a.operation, a.detail, o.records,
      (SELECT json_extract(u.data, '$.displayName') FROM user u WHERE u.id = a.user_id) AS user_name
      FROM audit a LEFT JOIN operation o ON o.seq = a.operation WHERE a.patient_id = ? AND a.seq < ? ORDER BY a.seq DESC LIMIT ?`
    return statement<AuditRow>(db, sql)
      .all(patientId, before ?? Number.MAX_SAFE_INTEGER, limit)
      .map((row) => ({
        seq: row.seq,
        at: row.at,
        ...(row.user_name && { userName: row.user_name }),
        act: row.act,
        type: row.operation === null ? 'read' : 'change',
        records: recordsOfAct(row),
      }))
  },
)

function recordsOfAct({ detail, records }: AuditRow): HistoryEntry['records'] {
  const { changed = {} } = JSON.parse(detail ?? '{}') as { changed?: Record<string, string[]> }
  const keys = records ? (JSON.parse(records) as string[]) : Object.keys(changed)
  return keys.slice(0, listedRecords).map((key) => {
    const [kind = '', id = ''] = key.split('/')
    const fields = changed[key]
    return { kind, id, ...(fields && { fields }) }
  })
}
