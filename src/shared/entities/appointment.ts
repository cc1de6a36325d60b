import { z } from 'zod'
import { InstantText } from '../time.js'
import { entity } from './entity.js'

/** The course of a visit. The order is the rank by which concurrent changes are read (done over arrived over booked). */
export const appointmentStatuses = ['booked', 'confirmed', 'cancelled', 'noShow', 'arrived', 'inChair', 'done', 'left'] as const
export const AppointmentStatus = z.enum(appointmentStatuses)
export type AppointmentStatus = z.infer<typeof AppointmentStatus>

/** Minutes after an arrival from which on the waiting is long: screens say so louder, and the provider is told. */
export const longWaitMinutes = 15

/** When, with whom and where: one field, because its parts mean something only together. */
export const AppointmentSlot = z.strictObject({
  startAt: InstantText,
  durationMinutes: z
    .int()
    .min(5)
    .max(24 * 60),
  providerId: z.uuid().optional(),
  chairId: z.uuid().optional(),
})
export type AppointmentSlot = z.infer<typeof AppointmentSlot>

/** A booked visit. Times of each status are kept in `statusTimes` as they happened. */
export const appointment = entity({
  kind: 'appointment',
  fields: {
    patientId: z.uuid(),
    slot: AppointmentSlot,
    status: AppointmentStatus,
    statusTimes: z.partialRecord(AppointmentStatus, InstantText).optional(),
    reason: z.string().max(500).optional(),
    note: z.string().max(2000).optional(),
    /** Why a conflict shown before saving was accepted. */
    overrideReason: z.string().max(300).optional(),
  },
  merge: { status: 'status', patientId: 'review' },
  ranks: { status: appointmentStatuses, statusTimes: 'union' },
  patient: 'patientId',
  happenedAt: (fields) => (fields.slot as AppointmentSlot | undefined)?.startAt,
  sensitivity: 'identity',
})
