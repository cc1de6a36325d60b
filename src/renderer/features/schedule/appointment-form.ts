import type { Appointment } from '../../../shared/contract/appointments.js'
import { instantOf, type Meant, wallClockOf } from './clock.js'
import type { VisitTypeId } from './visit-types.js'

/** The patient of a visit as far as the form shows them. */
export interface ChosenPatient {
  id: string
  name: string
}

/** What the form of a visit holds while it is being filled in; empty text means not given. */
export interface AppointmentValues {
  patient: ChosenPatient | undefined
  type: VisitTypeId | ''
  providerId: string
  chairId: string
  date: string | undefined
  time: string
  isSecond: boolean
  durationMinutes: number | ''
  reason: string
  note: string
  overrideReason: string
}

/** Where a new visit begins: from the board, a day or nothing. */
export interface Beginning {
  patient?: ChosenPatient | undefined
  providerId?: string | undefined
  chairId?: string | undefined
  startAt?: string | undefined
  /** The day, when no time was chosen. */
  date?: string | undefined
  durationMinutes?: number | undefined
}

/** The form of a new visit. */
export function newValues({ patient, providerId = '', chairId = '', startAt, date, durationMinutes = 30 }: Beginning, timeZone: string): AppointmentValues {
  const wall = startAt ? wallClockOf(startAt, timeZone) : { date, time: '', isSecond: false }
  return { patient, type: '', providerId, chairId, ...wall, durationMinutes, reason: '', note: '', overrideReason: '' }
}

/** A visit as the form shows it. */
export function valuesOf(visit: Appointment, timeZone: string): AppointmentValues {
  const { patientId, patientName, providerId = '', chairId = '', durationMinutes, reason = '', note = '', overrideReason = '' } = visit
  return {
    patient: { id: patientId, name: patientName },
    type: '',
    providerId,
    chairId,
    ...wallClockOf(visit.startAt, timeZone),
    durationMinutes,
    reason,
    note,
    overrideReason,
  }
}

/** Minutes that a visit may last. */
export const isLength = (minutes: number | ''): minutes is number => minutes !== '' && Number.isInteger(minutes) && minutes >= 5 && minutes <= 24 * 60

/** When the visit begins; undefined while day or time are missing. */
export const startOf = ({ date, time, isSecond }: AppointmentValues, timeZone: string): Meant | undefined =>
  date ? instantOf({ date, time, isSecond }, timeZone) : undefined

/** The slot of a complete form, undefined while something is missing. */
export function slotOf(values: AppointmentValues, timeZone: string) {
  const start = startOf(values, timeZone)
  if (!start || !isLength(values.durationMinutes)) return undefined
  return {
    startAt: start.startAt,
    durationMinutes: values.durationMinutes,
    ...(values.providerId && { providerId: values.providerId }),
    ...(values.chairId && { chairId: values.chairId }),
  }
}

/** The fields whose text is missing or cannot be used. */
export function missingOf(values: AppointmentValues, timeZone: string): ('patient' | 'date' | 'time' | 'durationMinutes')[] {
  return [
    ...(values.patient ? [] : (['patient'] as const)),
    ...(values.date ? [] : (['date'] as const)),
    ...(values.date && !startOf(values, timeZone) ? (['time'] as const) : values.time ? [] : (['time'] as const)),
    ...(isLength(values.durationMinutes) ? [] : (['durationMinutes'] as const)),
  ]
}

const textOf = (text: string): string | undefined => text.trim() || undefined

/** What booking sends; undefined while the form is not complete. */
export function bookingOf(values: AppointmentValues, timeZone: string, isClashing: boolean) {
  const slot = slotOf(values, timeZone)
  if (!slot || !values.patient) return undefined
  const texts = { reason: textOf(values.reason), note: textOf(values.note), overrideReason: isClashing ? textOf(values.overrideReason) : undefined }
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as {
    reason?: string
    note?: string
    overrideReason?: string
  }
  return { patientId: values.patient.id, ...slot, ...given }
}

/**
 * Only what differs from the visit, null for what was emptied; undefined when nothing does. A reason to override goes with every new slot:
 * given when it clashes, cleared when it does not.
 */
export function patchOf(before: Appointment, values: AppointmentValues, timeZone: string, isClashing: boolean) {
  const slot = slotOf(values, timeZone)
  if (!slot || !values.patient) return undefined
  const now = {
    startAt: slot.startAt,
    durationMinutes: slot.durationMinutes,
    providerId: slot.providerId ?? null,
    chairId: slot.chairId ?? null,
    reason: textOf(values.reason) ?? null,
    note: textOf(values.note) ?? null,
  }
  const was: Record<string, unknown> = { ...before, startAt: new Date(before.startAt).toISOString() }
  const changed = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== (was[name] ?? null))) as Partial<typeof now>
  const patientId = values.patient.id === before.patientId ? undefined : values.patient.id
  const isMoved = patientId !== undefined || ['startAt', 'durationMinutes', 'providerId', 'chairId'].some((name) => name in changed)
  const reason = isMoved && isClashing ? (textOf(values.overrideReason) ?? null) : isMoved && before.overrideReason !== undefined ? null : undefined
  const patch = { ...changed, ...(patientId && { patientId }), ...(reason !== undefined && { overrideReason: reason }) }
  return Object.keys(patch).length > 0 ? { patch, isMoved } : undefined
}
