import { z } from 'zod'
import { AppointmentSlot, AppointmentStatus, appointment } from '../entities/appointment.js'
import { Id } from '../ids.js'
import { neverCached } from '../never-cached.js'
import { DateText, InstantText } from '../time.js'
import { withFreshness } from './freshness.js'
import { clearable, commandId, page, paging, procedure } from './procedure.js'

const { reason, note, overrideReason, statusTimes } = appointment.fields
const slot = AppointmentSlot.shape

/** What an appointment can clash with; the ids named with a code are those of the records concerned (docs/README.md lists the rules). */
export const conflictCodes = ['provider', 'chair', 'patient', 'closed', 'outsideHours', 'providerAway'] as const
export const ConflictCode = z.enum(conflictCodes)
export type ConflictCode = z.infer<typeof ConflictCode>

/** One reason why a slot is not free: appointments for `provider`, `chair` and `patient`, closed times for `closed` and `providerAway`. */
export const Conflict = z.strictObject({ code: ConflictCode, ids: z.array(Id) })
export type Conflict = z.infer<typeof Conflict>

/** An appointment as every screen and the REST interface see one, its slot flattened. */
export const Appointment = z.strictObject({
  id: Id,
  patientId: Id,
  /** Given and family name for showing; empty when the patient's record has not arrived yet. */
  patientName: z.string(),
  providerId: Id.optional(),
  chairId: Id.optional(),
  startAt: InstantText,
  durationMinutes: slot.durationMinutes,
  status: AppointmentStatus,
  statusTimes,
  reason,
  note,
  overrideReason,
  changedAt: InstantText,
})
export type Appointment = z.infer<typeof Appointment>

/** Half-open time between two instants. */
export const Period = z.strictObject({ startAt: InstantText, endAt: InstantText })
export type Period = z.infer<typeof Period>

/** A provider on the board: `working` are their hours of this day, breaks left out; closed times are not cut out of them. */
export const ScheduleProvider = z.strictObject({ id: Id, name: z.string(), color: z.string().optional(), working: z.array(Period) })
export type ScheduleProvider = z.infer<typeof ScheduleProvider>

/** A chair on the board. */
export const ScheduleChair = z.strictObject({ id: Id, name: z.string() })
export type ScheduleChair = z.infer<typeof ScheduleChair>

/** A closed time that touches the day: of a provider, of a chair or, with neither, of the whole clinic. */
export const ScheduleClosedTime = Period.extend({ id: Id, practitionerId: Id.optional(), chairId: Id.optional(), reason: z.string().optional() })
export type ScheduleClosedTime = z.infer<typeof ScheduleClosedTime>

/** Everything the board of one calendar day in the clinic's time zone needs; 23 or 25 hours long when clocks change. */
export const ScheduleDay = neverCached(
  Period.extend({
    date: DateText,
    timeZone: z.string(),
    /** The clinic's opening times of the day. */
    open: z.array(Period),
    providers: z.array(ScheduleProvider),
    chairs: z.array(ScheduleChair),
    closedTimes: z.array(ScheduleClosedTime),
    /** All that touch the day, cancelled ones too, by start. */
    appointments: z.array(Appointment),
  }),
)
export type ScheduleDay = z.infer<typeof ScheduleDay>

/** One day of the month overview. Cancelled and missed visits do not count. */
export const DayCount = z.strictObject({
  date: DateText,
  appointmentCount: z.int(),
  bookedMinutes: z.int(),
  /** Whether the clinic opens on this day; closed times of the whole clinic are cut out. */
  isOpen: z.boolean(),
})
export type DayCount = z.infer<typeof DayCount>

/** A day or an instant; as the end of a range a day is meant to its last moment, an instant is exclusive. */
const Bound = z.union([DateText, InstantText])

const flat = { ...slot, reason, note, overrideReason }

/** What booking asks for. */
export const NewAppointment = z.strictObject({
  ...flat,
  patientId: Id,
  durationMinutes: slot.durationMinutes.default(30),
  status: AppointmentStatus.default('booked'),
})

export const appointments = {
  list: procedure({ permission: 'appointments.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/appointments' })
    .input(
      z.strictObject({
        from: Bound.optional(),
        to: Bound.optional(),
        providerId: Id.optional(),
        chairId: Id.optional(),
        patientId: Id.optional(),
        status: AppointmentStatus.optional(),
        ...paging,
      }),
    )
    .output(page(Appointment)),
  get: procedure({ permission: 'appointments.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/appointments/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(Appointment),
  /** Refused with CONFLICT and the conflicts unless an `overrideReason` is given. */
  book: procedure({ permission: 'appointments.write', type: 'command' })
    .route({ method: 'POST', path: '/appointments', successStatus: 201 })
    .input(NewAppointment.extend({ commandId }))
    .output(Appointment),
  /** Moves, resizes or changes an appointment: only the fields given are changed, null clears. A new slot is checked as in booking. */
  edit: procedure({ permission: 'appointments.write', type: 'command' })
    .route({ method: 'PATCH', path: '/appointments/{id}' })
    .input(z.strictObject({ ...z.strictObject({ ...flat, patientId: Id, status: AppointmentStatus }).partial().shape, ...clearable(flat), id: Id, commandId }))
    .output(Appointment),
  /** A step of the visit, or back by one as an undo. `at` is when it happened, now when absent. */
  setStatus: procedure({ permission: 'appointments.write', type: 'command' })
    .route({ method: 'POST', path: '/appointments/{id}/status' })
    .input(z.strictObject({ id: Id, status: AppointmentStatus, at: InstantText.optional(), overrideReason, commandId }))
    .output(Appointment),
  /** The conflicts that saving would meet; `id` is the appointment being moved, which never clashes with itself. */
  check: procedure({ permission: 'appointments.read', type: 'query', audit: 'patient' })
    .route({ method: 'POST', path: '/appointments/check' })
    .input(z.strictObject({ ...slot, id: Id.optional(), patientId: Id.optional() }))
    .output(z.strictObject({ conflicts: z.array(Conflict) })),
  /** The next free starts, earliest first, for a provider, a chair or both. */
  freeSlots: procedure({ permission: 'appointments.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/schedule/free' })
    .input(
      z.strictObject({
        from: InstantText,
        durationMinutes: z.coerce
          .number()
          .int()
          .min(5)
          .max(24 * 60),
        providerId: Id.optional(),
        chairId: Id.optional(),
        patientId: Id.optional(),
        limit: z.coerce.number().int().min(1).max(50).default(10),
      }),
    )
    .output(z.strictObject({ items: z.array(Period.extend({ providerId: Id.optional(), chairId: Id.optional() })) })),
  day: procedure({ permission: 'appointments.read', type: 'query' })
    .route({ method: 'GET', path: '/schedule/day' })
    .input(z.strictObject({ date: DateText }))
    .output(ScheduleDay),
  /** Seven days from `date` on. */
  week: procedure({ permission: 'appointments.read', type: 'query' })
    .route({ method: 'GET', path: '/schedule/week' })
    .input(z.strictObject({ date: DateText }))
    .output(z.strictObject({ days: z.array(ScheduleDay) })),
  /** How many visits begin on each of the days, both ends included, at most 62; of some providers and chairs only, when named. */
  counts: procedure({ permission: 'appointments.read', type: 'query', cache: 'schedule', isSameForAll: true })
    .route({ method: 'GET', path: '/schedule/counts' })
    .input(z.strictObject({ from: DateText, to: DateText, providerIds: z.array(Id).max(200).optional(), chairIds: z.array(Id).max(200).optional() }))
    .output(withFreshness(z.strictObject({ items: z.array(DayCount) }))),
}
