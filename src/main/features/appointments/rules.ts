import type { Conflict } from '../../../shared/contract/appointments.js'
import { type AppointmentSlot, AppointmentStatus } from '../../../shared/entities/appointment.js'
import type { WeeklyHours } from '../../../shared/entities/staff.js'
import { at, type Interval, isOpenDuring } from './hours.js'

/** An appointment as far as it takes somebody's time. */
export interface BookedSlot extends AppointmentSlot {
  id: string
  patientId: string
  status: AppointmentStatus
}

/** A closed time: of a provider, a chair or, with neither, of the whole clinic. */
export interface ClosedSlot {
  id: string
  startAt: string
  endAt: string
  practitionerId?: string | undefined
  chairId?: string | undefined
}

/** What a slot is held against. Lists may hold more than touches it; the rest is ignored. */
export interface Surroundings {
  timeZone: string
  /** Empty: the clinic never said when it is open, so no time is outside. */
  clinicHours: WeeklyHours
  /** A provider's own weekly hours; undefined when the clinic's hold for them. An empty list means that they never work. */
  hoursOf: (providerId: string) => WeeklyHours | undefined
  booked: readonly BookedSlot[]
  closedTimes: readonly ClosedSlot[]
}

/** A slot to be checked: `id` is the appointment being moved, which never clashes with itself. */
export type Wanted = AppointmentSlot & { id?: string | undefined; patientId?: string | undefined }

/** Whether an appointment in this status takes time: a cancelled or missed one leaves its slot free. */
export const takesTime = (status: AppointmentStatus): boolean => status !== 'cancelled' && status !== 'noShow'

/** The time a slot takes. */
export const intervalOf = (slot: AppointmentSlot): Interval => {
  const from = at(slot.startAt)
  return { from, to: from + slot.durationMinutes * 60_000 }
}

/** Whether two half-open intervals share a moment; one that ends when the other starts does not. */
export const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to

const conflict = (code: Conflict['code'], ids: string[]): Conflict[] => (ids.length ? [{ code, ids }] : [])

/** Whether a slot lies outside the hours of its provider, or of the clinic when the provider has none of their own. */
function isOutsideHours(wanted: Wanted, interval: Interval, { clinicHours, hoursOf, timeZone }: Surroundings): boolean {
  const own = wanted.providerId === undefined ? undefined : hoursOf(wanted.providerId)
  if (!own && clinicHours.length === 0) return false
  return !isOpenDuring(own ?? clinicHours, interval, timeZone)
}

/** Every reason why a slot is not free, in the order of `conflictCodes`; empty when it is. */
export function conflictsOf(wanted: Wanted, surroundings: Surroundings): Conflict[] {
  const interval = intervalOf(wanted)
  const taken = surroundings.booked.filter((other) => other.id !== wanted.id && takesTime(other.status) && overlaps(interval, intervalOf(other)))
  const closed = surroundings.closedTimes.filter((time) => overlaps(interval, { from: at(time.startAt), to: at(time.endAt) }))
  const same = (name: 'providerId' | 'chairId' | 'patientId'): string[] =>
    wanted[name] === undefined ? [] : taken.filter((other) => other[name] === wanted[name]).map(({ id }) => id)
  return [
    ...conflict('provider', same('providerId')),
    ...conflict('chair', same('chairId')),
    ...conflict('patient', same('patientId')),
    ...conflict(
      'closed',
      closed.filter((time) => !time.practitionerId && (!time.chairId || time.chairId === wanted.chairId)).map(({ id }) => id),
    ),
    ...(isOutsideHours(wanted, interval, surroundings) ? [{ code: 'outsideHours' as const, ids: [] }] : []),
    ...conflict(
      'providerAway',
      closed.filter((time) => time.practitionerId !== undefined && time.practitionerId === wanted.providerId).map(({ id }) => id),
    ),
  ]
}

/** The usual course of a visit; `cancelled` and `noShow` leave it. */
export const course = ['booked', 'confirmed', 'arrived', 'inChair', 'done', 'left'] as const satisfies readonly AppointmentStatus[]

/** Where a visit can be cancelled or missed, and come back from it: somebody given up on may still come. */
const beforeTreatment: readonly AppointmentStatus[] = ['booked', 'confirmed', 'arrived']

/** The statuses that may follow: any step on or back along the course, aside before treatment, and back from there. Every step can be undone. */
export function nextStatuses(status: AppointmentStatus): AppointmentStatus[] {
  if (status === 'cancelled' || status === 'noShow') return [...beforeTreatment]
  return [...course.filter((step) => step !== status), ...(beforeTreatment.includes(status) ? (['cancelled', 'noShow'] as const) : [])]
}

/** A status with the times at which it and earlier ones were reached. */
export interface StatusState {
  status: AppointmentStatus
  statusTimes?: Partial<Record<AppointmentStatus, string>> | undefined
}

const rank = (status: AppointmentStatus): number => {
  const step = (course as readonly AppointmentStatus[]).indexOf(status)
  return step === -1 ? course.length : step
}

/**
 * The state after a step, or undefined when the step is not allowed. A step on keeps all earlier times; a step back is an undo: it
 * forgets the times of what did not happen after all and keeps the first time of the status gone back to. The same status changes nothing.
 */
export function withStatus(state: StatusState, to: AppointmentStatus, happenedAt: string): Required<StatusState> | undefined {
  const times = state.statusTimes ?? {}
  if (to === state.status) return { status: to, statusTimes: times }
  if (!nextStatuses(state.status).includes(to)) return undefined
  // Coming late after being given up on is a step on in the course, but the missed visit is undone with it.
  const kept = AppointmentStatus.options.filter((status) => times[status] !== undefined && rank(status) <= rank(to))
  const statusTimes: Partial<Record<AppointmentStatus, string>> = Object.fromEntries(kept.map((status) => [status, times[status]]))
  const isBack = rank(to) < rank(state.status)
  return { status: to, statusTimes: { ...statusTimes, [to]: (isBack ? times[to] : undefined) ?? happenedAt } }
}
