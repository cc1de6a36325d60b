import { appointment } from '../../../shared/entities/appointment.js'
import { reviewDecision } from '../../../shared/entities/review-decision.js'
import type { Stamp } from '../../records/stamp.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { contentOf } from '../../store/record-table.js'
import type { Store } from '../../store/store.js'
import type { Transaction } from '../../store/transaction.js'

/** Two visits that want the same provider or chair at the same time, the one with the smaller id first. */
export interface Clash {
  ids: readonly [string, string]
  over: ('provider' | 'chair')[]
  /** When they begin to be at the same time. */
  startAt: string
  /** Names the clash by the stamps of both slots: another slot is another clash. */
  about: string
  /** The newer of the stamps. */
  stamp: Stamp
}

interface Row {
  id: string
  patient_id: string
  start_at: string
  minutes: number
  provider_id: string | null
  chair_id: string | null
}

/** Clashes beyond this many are not looked for: whoever imported a whole schedule twice takes the import back. */
const most = 1000

/** The longest visit: one that is going on at a moment began less than this before. */
const longestMs = 24 * 60 * 60_000

const columns = "id, patient_id, start_at, json_extract(data, '$.slot.durationMinutes') AS minutes, provider_id, chair_id"

/** From the begin of the first to the end of the last of some visits: nothing else can clash with them. */
function spanOf(db: ReadableDatabase, ids: readonly string[]): { from: number; to: number } {
  const rows = ids.flatMap((id) => statement<Row>(db, `SELECT ${columns} FROM appointment WHERE id = ?`).get(id) ?? [])
  const starts = rows.map((row) => Date.parse(row.start_at))
  const ends = rows.map((row) => Date.parse(row.start_at) + row.minutes * 60_000)
  return rows.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...starts), to: Math.max(...ends) }
}

const named = ([a, b]: readonly [string, string], slotOf: (id: string) => Stamp): Pick<Clash, 'about' | 'stamp'> => {
  const [first, second] = [slotOf(a), slotOf(b)]
  return { about: `doubleBooking ${first} ${second}`, stamp: first > second ? first : second }
}

/** Two ids in the order in which a clash names them. */
export const inOrder = (a: string, b: string): [string, string] => (a < b ? [a, b] : [b, a])

/**
 * Double bookings that end after `now` and that nobody has accepted; of some visits only, when `ids` names them. A visit that has been done, was
 * cancelled or missed takes no time any more.
 */
export function findClashes(db: ReadableDatabase, now: string, ids?: readonly string[]): Clash[] {
  const { from, to } = ids ? spanOf(db, ids) : { from: Date.parse(now), to: Number.POSITIVE_INFINITY }
  const rows = statement<Row>(
    db,
    `SELECT ${columns} FROM appointment
     WHERE deleted = 0 AND start_at > ? AND start_at < ? AND status NOT IN ('cancelled', 'noShow', 'done', 'left') ORDER BY start_at, id`,
  ).all(new Date(from - longestMs).toISOString(), to === Number.POSITIVE_INFINITY ? '9999' : new Date(to).toISOString())
  const pairs = new Map<string, Omit<Clash, 'about' | 'stamp'>>()
  const going = new Map<string, { row: Row; end: number }[]>()
  const wanted = ids && new Set(ids)
  const note = (key: string, over: 'provider' | 'chair', row: Row): void => {
    const start = Date.parse(row.start_at)
    const end = start + row.minutes * 60_000
    const before = (going.get(key) ?? []).filter((other) => other.end > start)
    for (const other of before) {
      if (Math.min(other.end, end) <= Date.parse(now) || pairs.size >= most || (wanted && !wanted.has(row.id) && !wanted.has(other.row.id))) continue
      const pair = inOrder(other.row.id, row.id)
      const known = pairs.get(pair.join())
      pairs.set(pair.join(), { ids: pair, over: [...(known?.over ?? []), over], startAt: row.start_at })
    }
    going.set(key, [...before, { row, end }])
  }
  for (const row of rows) {
    if (row.provider_id !== null) note(`provider ${row.provider_id}`, 'provider', row)
    if (row.chair_id !== null) note(`chair ${row.chair_id}`, 'chair', row)
  }
  const slotOf = (id: string) => slotStamp(db, id)
  return [...pairs.values()].map((pair) => ({ ...pair, ...named(pair.ids, slotOf) })).filter(({ about }) => !isDecided(db, about))
}

function slotStamp(db: ReadableDatabase, id: string): Stamp {
  const row = statement<{ data: string; cells: string; source: Buffer | null }>(db, 'SELECT data, cells, source FROM appointment WHERE id = ?').get(id)
  return (row && contentOf(row).cells.slot?.stamp) ?? ''
}

/** Whether a decision on these stamps stands. */
export const isDecided = (db: ReadableDatabase, about: string): boolean =>
  statement(db, "SELECT 1 FROM review_decision WHERE about = ? AND deleted = 0 AND json_extract(data, '$.undoneAt') IS NULL").get(about) !== undefined

/** What goes with accepting clashes. */
export interface Acceptance {
  reason: string
  decidedAt: string
  decidedBy: string | undefined
}

/** Most clashes of one visit that are accepted with it: they are one operation. */
const acceptedAtOnce = 30

/** Accepts every clash that a visit has now, so that nobody is asked about it while both keep their slots. */
export function acceptClashes(store: Store, tx: Transaction, id: string, acceptance: Acceptance): void {
  for (const { ids, about } of findClashes(store.db, acceptance.decidedAt, [id]).slice(0, acceptedAtOnce)) acceptClash(store, tx, ids, about, acceptance)
}

/** Notes that two visits may be at the same time, and answers the decision's id: the same on every workstation, so that two who accept it agree. */
export function acceptClash(
  store: Store,
  tx: Transaction,
  ids: readonly [string, string],
  about: string,
  { reason, decidedAt, decidedBy }: Acceptance,
): string {
  const decisionId = store.importedId(reviewDecision.kind, about)
  const { patientId } = tx.get(appointment, ids[0])
  const how = { reason, decidedAt, ...(decidedBy && { decidedBy }) }
  if (tx.find(reviewDecision, decisionId)) tx.update(reviewDecision, decisionId, { ...how, undoneAt: null })
  else
    tx.create(
      reviewDecision,
      { question: 'doubleBooking', answer: 'keptBoth', about, records: ids.map((one) => ({ kind: appointment.kind, id: one })), patientId, ...how },
      decisionId,
    )
  return decisionId
}
