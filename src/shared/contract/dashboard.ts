import { z } from 'zod'
import { AppointmentStatus, appointmentStatuses } from '../entities/appointment.js'
import { Id } from '../ids.js'
import { DateText, InstantText } from '../time.js'
import { withFreshness } from './freshness.js'
import { procedure } from './procedure.js'

const visit = {
  id: Id,
  patientId: Id,
  patientName: z.string(),
  providerId: Id.optional(),
  providerName: z.string().optional(),
  startAt: InstantText,
  status: AppointmentStatus,
}

/** A visit of today as the dashboard names it. */
export const DashboardVisit = z.strictObject(visit)
export type DashboardVisit = z.infer<typeof DashboardVisit>

/** Somebody who has arrived and is not in a chair yet. */
export const WaitingVisit = z.strictObject({ ...visit, arrivedAt: InstantText, waitingMinutes: z.int().min(0) })
export type WaitingVisit = z.infer<typeof WaitingVisit>

/** The clinic's day so far, as it was at `asOf`: from records alone, the same for everybody. */
export const Dashboard = z.strictObject({
  /** Today in the clinic's time zone. */
  date: DateText,
  timeZone: z.string(),
  /** When it was computed on this workstation. */
  asOf: InstantText,
  /** Visits of today by status; all statuses are there. */
  appointments: z.strictObject(Object.fromEntries(appointmentStatuses.map((status) => [status, z.int()])) as Record<AppointmentStatus, z.ZodInt>),
  /** Visits of today that take place: without the cancelled and missed ones. */
  visitCount: z.int(),
  /** Longest wait first. */
  waiting: z.array(WaitingVisit),
  /** The next five who are expected, those who are late first. */
  nextUp: z.array(DashboardVisit),
  /** Missed today, latest first. */
  noShows: z.array(DashboardVisit),
  /** People registered here since Monday; imported ones are not new. */
  newPatientsThisWeek: z.int(),
})
export type Dashboard = z.infer<typeof Dashboard>

export const dashboard = {
  today: procedure({ permission: 'appointments.read', type: 'query', cache: 'dashboard', isSameForAll: true })
    .route({ method: 'GET', path: '/dashboard' })
    .input(z.strictObject({}))
    .output(withFreshness(Dashboard)),
}
