import type { Dashboard, DashboardVisit, WaitingVisit } from '../../../shared/contract/dashboard.js'
import { type AppointmentSlot, type AppointmentStatus, appointmentStatuses } from '../../../shared/entities/appointment.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

interface VisitRow {
  id: string
  patient_id: string
  data: string
  patient: string | null
}

interface Visit extends DashboardVisit {
  arrivedAt: string | undefined
}

/** Visits that are listed as next, and missed ones that are listed. */
const nextCount = 5
const missedCount = 20

/** All visits that start in [from, to), by start. A day has some hundreds, found by the index on the start. */
function visitsBetween(db: ReadableDatabase, from: string, to: string): Visit[] {
  const names = new Map<string, string | undefined>()
  const practitioner = statement<{ name: string }>(
    db,
    `SELECT concat_ws(' ', json_extract(data, '$.prefix'), json_extract(data, '$.givenName'), json_extract(data, '$.familyName')) AS name FROM practitioner WHERE id = ?`,
  )
  const nameOf = (id: string): string | undefined => {
    if (!names.has(id)) names.set(id, practitioner.get(id)?.name)
    return names.get(id)
  }
  return statement<VisitRow>(
    db,
    `SELECT a.id, a.patient_id, a.data,
       (SELECT concat_ws(' ', p.given_name, p.family_name) FROM patient p WHERE p.id = a.patient_id AND p.deleted = 0) AS patient
     FROM appointment a WHERE a.deleted = 0 AND a.start_at >= ? AND a.start_at < ? ORDER BY a.start_at, a.id`,
  )
    .all(from, to)
    .map(({ id, patient_id, data, patient }) => {
      const { slot, status, statusTimes } = JSON.parse(data) as {
        slot: AppointmentSlot
        status: AppointmentStatus
        statusTimes?: Partial<Record<AppointmentStatus, string>> | null
      }
      const providerName = slot.providerId === undefined ? undefined : nameOf(slot.providerId)
      return {
        id,
        patientId: patient_id,
        patientName: patient?.trim() ?? '',
        ...(slot.providerId && { providerId: slot.providerId }),
        ...(providerName && { providerName }),
        startAt: slot.startAt,
        status,
        arrivedAt: statusTimes?.arrived,
      }
    })
}

/** Smallest UUIDv7 of an instant: ids made here sort by when they were made. */
function firstIdAt(instant: string): string {
  const millis = Date.parse(instant).toString(16).padStart(12, '0')
  return `${millis.slice(0, 8)}-${millis.slice(8)}-7000-8000-000000000000`
}

/** People registered on a workstation since an instant, by their ids; ids of imported ones are of another version. */
const registeredSince = (db: ReadableDatabase, since: string): number =>
  Number(
    statement<{ count: number }>(db, "SELECT count(*) AS count FROM patient WHERE id >= ? AND substr(id, 15, 1) = '7' AND deleted = 0").get(firstIdAt(since))
      ?.count,
  )

const shown = ({ arrivedAt: _, ...visit }: Visit): DashboardVisit => visit

/** What the dashboard shows of the clinic's records. `startAt` and `endAt` bound the day, `weekStartAt` begins the week; all are instants. */
export const clinicDay = defineRead(
  'dashboard.today',
  (
    db,
    { startAt, endAt, weekStartAt, now }: { startAt: string; endAt: string; weekStartAt: string; now: string },
  ): Pick<Dashboard, 'appointments' | 'visitCount' | 'waiting' | 'nextUp' | 'noShows' | 'newPatientsThisWeek'> => {
    const visits = visitsBetween(db, startAt, endAt)
    const appointments = Object.fromEntries(appointmentStatuses.map((status) => [status, 0])) as Record<AppointmentStatus, number>
    for (const { status } of visits) appointments[status]++
    const waiting = visits.flatMap((visit): WaitingVisit[] => {
      if (visit.status !== 'arrived') return []
      const arrivedAt = visit.arrivedAt ?? visit.startAt
      return [{ ...shown(visit), arrivedAt, waitingMinutes: Math.max(0, Math.floor((Date.parse(now) - Date.parse(arrivedAt)) / 60_000)) }]
    })
    return {
      appointments,
      visitCount: visits.length - appointments.cancelled - appointments.noShow,
      waiting: waiting.sort((a, b) => (a.arrivedAt < b.arrivedAt ? -1 : 1)),
      nextUp: visits
        .filter(({ status }) => status === 'booked' || status === 'confirmed')
        .slice(0, nextCount)
        .map(shown),
      noShows: visits
        .filter(({ status }) => status === 'noShow')
        .reverse()
        .slice(0, missedCount)
        .map(shown),
      newPatientsThisWeek: registeredSince(db, weekStartAt),
    }
  },
)
