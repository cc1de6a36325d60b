import type { Appointment, ScheduleClosedTime } from '../../../shared/contract/appointments.js'
import type { AppointmentSlot } from '../../../shared/entities/appointment.js'
import { normalInstant } from '../../../shared/time.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { changedAtOf } from '../../store/tables.js'

interface AppointmentRow {
  id: string
  data: string
  cells: string
  patient: string | null
}

interface AppointmentData extends Omit<Appointment, keyof AppointmentSlot | 'id' | 'changedAt' | 'patientName'> {
  slot: AppointmentSlot
}

const columns = `a.id, a.data, a.cells, (SELECT json_extract(p.data, '$.givenName') || ' ' || json_extract(p.data, '$.familyName') FROM patient p WHERE p.id = a.patient_id AND p.deleted = 0) AS patient`

function shown({ id, data, cells, patient }: AppointmentRow): Appointment {
  const { slot, patientId, status, statusTimes, reason, note, overrideReason } = JSON.parse(data) as AppointmentData
  const optional = { statusTimes, reason, note, overrideReason }
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined && value !== null))
  return { id, patientId, patientName: patient?.trim() ?? '', ...slot, startAt: normalInstant(slot.startAt), status, ...present, changedAt: changedAtOf(cells) }
}

/** Which appointments are meant: those that touch [from, to), of a provider, chair or patient, in a status. */
export interface AppointmentFilter {
  from?: string | undefined
  to?: string | undefined
  providerId?: string | undefined
  chairId?: string | undefined
  patientId?: string | undefined
  status?: string | undefined
  after?: readonly (string | number)[] | undefined
  limit: number
}

/** The longest appointment: one that touches a moment started less than this before. */
const dayBefore = (instant: string): string => new Date(Date.parse(instant) - 24 * 60 * 60_000).toISOString()

/** Appointments by start, one page. */
export function listAppointments(db: ReadableDatabase, filter: AppointmentFilter): Appointment[] {
  const conditions = ['a.deleted = 0']
  const values: unknown[] = []
  const where = (condition: string, ...bound: unknown[]) => {
    conditions.push(condition)
    values.push(...bound)
  }
  if (filter.from !== undefined) {
    where('a.start_at > ?', dayBefore(filter.from))
    where("(a.start_at >= ? OR unixepoch(a.start_at) + json_extract(a.data, '$.slot.durationMinutes') * 60 > unixepoch(?))", filter.from, filter.from)
  }
  if (filter.to !== undefined) where('a.start_at < ?', filter.to)
  if (filter.providerId !== undefined) where('a.provider_id = ?', filter.providerId)
  if (filter.chairId !== undefined) where('a.chair_id = ?', filter.chairId)
  if (filter.patientId !== undefined) where("a.id IN (SELECT id FROM timeline WHERE patient_id = ? AND kind = 'appointment')", filter.patientId)
  if (filter.status !== undefined) where('a.status = ?', filter.status)
  if (filter.after) where('(a.start_at, a.id) > (?, ?)', ...filter.after)
  const sql = `SELECT ${columns} FROM appointment a WHERE ${conditions.join(' AND ')} ORDER BY a.start_at, a.id LIMIT ?`
  return statement<AppointmentRow>(db, sql)
    .all(...values, filter.limit)
    .map(shown)
}

/** One appointment with its patient's name. */
export function findAppointment(db: ReadableDatabase, id: string): Appointment | undefined {
  const row = statement<AppointmentRow>(db, `SELECT ${columns} FROM appointment a WHERE a.id = ? AND a.deleted = 0`).get(id)
  return row && shown(row)
}

/** Days to count visits of: each from its first moment to the first after it. */
interface CountedDays {
  days: readonly { date: string; startAt: string; endAt: string }[]
  providerIds?: readonly string[] | undefined
  chairIds?: readonly string[] | undefined
}

/** Visits that begin on each day, and their minutes; cancelled and missed ones are left out. */
function countAppointments(
  db: ReadableDatabase,
  { days, providerIds, chairIds }: CountedDays,
): { date: string; appointmentCount: number; bookedMinutes: number }[] {
  const counted = statement<{ appointmentCount: number; bookedMinutes: number }>(
    db,
    `SELECT COUNT(*) AS appointmentCount, COALESCE(SUM(json_extract(data, '$.slot.durationMinutes')), 0) AS bookedMinutes FROM appointment
     WHERE deleted = 0 AND start_at >= ? AND start_at < ? AND status NOT IN ('cancelled', 'noShow')
     AND (? IS NULL OR provider_id IN (SELECT value FROM json_each(?))) AND (? IS NULL OR chair_id IN (SELECT value FROM json_each(?)))`,
  )
  const [providers, chairs] = [providerIds, chairIds].map((ids) => (ids?.length ? JSON.stringify(ids) : null))
  return days.map(({ date, startAt, endAt }) => {
    const row = counted.get(startAt, endAt, providers, providers, chairs, chairs)
    return { date, appointmentCount: row?.appointmentCount ?? 0, bookedMinutes: row?.bookedMinutes ?? 0 }
  })
}

/** Closed times that touch [from, to). */
export function closedTimesBetween(db: ReadableDatabase, from: string, to: string): ScheduleClosedTime[] {
  const sql = 'SELECT id, data FROM closed_time WHERE deleted = 0 AND start_at < ? AND end_at > ? ORDER BY start_at'
  return statement<{ id: string; data: string }>(db, sql)
    .all(to, from)
    .map(({ id, data }) => {
      const { period, practitionerId, chairId, reason } = JSON.parse(data) as { period: { startAt: string; endAt: string } } & Omit<
        ScheduleClosedTime,
        'id' | 'startAt' | 'endAt'
      >
      return {
        id,
        startAt: normalInstant(period.startAt),
        endAt: normalInstant(period.endAt),
        ...(practitionerId && { practitionerId }),
        ...(chairId && { chairId }),
        ...(reason && { reason }),
      }
    })
}

/** Appointments by start, on a worker: ranges may hold thousands. */
export const appointmentPage = defineRead('appointments.page', listAppointments)

/** Visits a day, on a worker: a month of a large clinic holds thousands. */
export const appointmentCounts = defineRead('appointments.counts', countAppointments)
