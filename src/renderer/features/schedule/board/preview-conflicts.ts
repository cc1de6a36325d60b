import type { ConflictCode, Period, ScheduleDay } from '../../../../shared/contract/appointments.js'

/** A slot as far as it can clash. */
export interface PreviewSlot {
  appointmentId?: string | undefined
  patientId?: string | undefined
  providerId?: string | undefined
  chairId?: string | undefined
  startAt: string
  durationMinutes: number
}

interface Span {
  from: number
  to: number
}

const spanOf = ({ startAt, endAt }: Period): Span => ({ from: Date.parse(startAt), to: Date.parse(endAt) })
const meet = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/** Whether the periods, which may touch, hold the whole span. */
function holds(periods: readonly Span[], span: Span): boolean {
  let reached = span.from
  for (const period of [...periods].sort((a, b) => a.from - b.from)) if (period.from <= reached) reached = Math.max(reached, period.to)
  return reached >= span.to
}

/**
 * Answers from the loaded days what a slot would clash with, for showing while dragging. The workstation decides again on saving: it
 * alone knows appointments of the patient on days that are not loaded.
 */
export function previewConflicts(days: readonly ScheduleDay[]): (slot: PreviewSlot) => ConflictCode[] {
  const unique = new Map(days.flatMap((day) => day.appointments).map((appointment) => [appointment.id, appointment]))
  const booked = [...unique.values()]
    .filter(({ status }) => status !== 'cancelled' && status !== 'noShow')
    .map((appointment) => ({
      ...appointment,
      from: Date.parse(appointment.startAt),
      to: Date.parse(appointment.startAt) + appointment.durationMinutes * 60_000,
    }))
  const closed = days.flatMap((day) => day.closedTimes).map((time) => ({ ...time, ...spanOf(time) }))
  const open = days.flatMap((day) => day.open).map(spanOf)
  const working = Map.groupBy(
    days.flatMap((day) => day.providers),
    ({ id }) => id,
  )
  return (slot) => {
    const from = Date.parse(slot.startAt)
    const span = { from, to: from + slot.durationMinutes * 60_000 }
    const taken = booked.filter((other) => other.id !== slot.appointmentId && meet(span, other))
    const shut = closed.filter((time) => meet(span, time))
    const own =
      slot.providerId === undefined
        ? undefined
        : working
            .get(slot.providerId)
            ?.flatMap((provider) => provider.working)
            .map(spanOf)
    const found: [ConflictCode, boolean][] = [
      ['provider', slot.providerId !== undefined && taken.some(({ providerId }) => providerId === slot.providerId)],
      ['chair', slot.chairId !== undefined && taken.some(({ chairId }) => chairId === slot.chairId)],
      ['patient', slot.patientId !== undefined && taken.some(({ patientId }) => patientId === slot.patientId)],
      ['closed', shut.some((time) => !time.practitionerId && (!time.chairId || time.chairId === slot.chairId))],
      ['outsideHours', !holds(own ?? open, span)],
      ['providerAway', shut.some((time) => time.practitionerId !== undefined && time.practitionerId === slot.providerId)],
    ]
    return found.flatMap(([code, isTrue]) => (isTrue ? [code] : []))
  }
}
