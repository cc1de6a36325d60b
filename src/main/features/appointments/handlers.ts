import type { Appointment, Conflict, ScheduleDay } from '../../../shared/contract/appointments.js'
import type { contract } from '../../../shared/contract/index.js'
import { type AppointmentSlot, appointment } from '../../../shared/entities/appointment.js'
import { patient } from '../../../shared/entities/patient.js'
import { boundsOfDay, normalInstant } from '../../../shared/time.js'
import { canonical } from '../../records/canonical.js'
import { type Patch, RecordMissing } from '../../store/record-check.js'
import type { Doer } from '../../store/store.js'
import type { Transaction } from '../../store/transaction.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers, Refusals } from '../handler.js'
import type { Services } from '../services.js'
import { listBookable, listChairs } from '../staff/index.js'
import { acceptClashes } from './clashes.js'
import { freeSlots } from './free-slots.js'
import { at, clinicOpenOn, instantOf, openOn, without } from './hours.js'
import { appointmentCounts, appointmentPage, closedTimesBetween, findAppointment, listAppointments } from './queries.js'
import { takesTime, type Wanted, withStatus } from './rules.js'
import { conflictsNow, surroundingsOf } from './scheduling.js'

type Contract = typeof contract.appointments
type Errors = Parameters<Handlers<Contract>['book']>[0]['errors']

const dayMs = 24 * 60 * 60_000
/** Days of one look for free slots. */
const searchedDays = 60
/** Days of one overview at most: a month with the weeks around it, twice. */
const countedDays = 62

const daysFrom = (date: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(`${date}T00:00:00Z`) + i * dayMs).toISOString().slice(0, 10))

/** A day or an instant as an instant: as a start its first moment, as an end the first moment after it. */
const boundary = (bound: string, side: 'startAt' | 'endAt', timeZone: string): string =>
  bound.length === 10 ? boundsOfDay(bound, timeZone)[side] : normalInstant(bound)

/** Book, move and follow visits, and what the schedule's board shows. */
export function appointmentHandlers(services: Services): Handlers<Contract> {
  const { store, read, clinic, now } = services

  const get = (id: string): Appointment => {
    const found = findAppointment(store.db, id)
    if (!found) throw new RecordMissing(appointment.kind)
    return found
  }

  /** Refuses a slot that is not free unless a reason to override was given. Inside the write, so that nothing can be booked in between. */
  const claim = (wanted: Wanted, overrideReason: string | null | undefined, errors: Pick<Errors, 'CONFLICT'>, accepted: readonly Conflict[] = []) => {
    if (overrideReason) return
    const known = new Set(accepted.map(canonical))
    const found = conflictsNow(services, wanted).filter((conflict) => !known.has(canonical(conflict)))
    if (found.length > 0) throw errors.CONFLICT({ data: { conflicts: found } })
  }

  /** A slot that was taken with a reason although it clashes: both sides are accepted as they are now, so that Review does not ask again. */
  const accept = (tx: Transaction, id: string, reason: string | null | undefined, { userId }: Doer) => {
    if (reason) acceptClashes(store, tx, id, { reason, decidedAt: new Date(now()).toISOString(), decidedBy: userId })
    return get(id)
  }

  const step = (
    tx: Transaction,
    id: string,
    to: Appointment['status'],
    at: string,
    errors: Refusals<Contract['setStatus']['~orpc']['errorMap']>,
  ): Patch<typeof appointment> => {
    const { status, statusTimes } = tx.get(appointment, id)
    const next = withStatus({ status, statusTimes }, to, at)
    if (!next) throw errors.INVALID({ data: { fields: [{ path: 'status', code: 'notNow' }] } })
    return next
  }

  const day = (date: string): ScheduleDay => {
    const { timeZone, hours } = clinic()
    const bounds = boundsOfDay(date, timeZone)
    const [startAt, endAt] = [normalInstant(bounds.startAt), normalInstant(bounds.endAt)]
    const periods = (intervals: { from: number; to: number }[]) => intervals.map(({ from, to }) => ({ startAt: instantOf(from), endAt: instantOf(to) }))
    const closedTimes = closedTimesBetween(store.db, startAt, endAt)
    return {
      date,
      timeZone,
      startAt,
      endAt,
      open: periods(clinicOpenOn(hours, date, timeZone)),
      providers: listBookable(store.db).map(({ id, name, color, hours: own }) => ({
        id,
        name,
        ...(color && { color }),
        // Times away stand in `closedTimes`: the board draws them with their reason and tells them from hours off.
        working: periods(own ? openOn(own, date, timeZone) : clinicOpenOn(hours, date, timeZone)),
      })),
      chairs: listChairs(store.db).map(({ id, name }) => ({ id, name })),
      closedTimes,
      appointments: listAppointments(store.db, { from: startAt, to: endAt, limit: 5000 }),
    }
  }

  return {
    list: async ({ input: { from, to, cursor, limit, ...filter } }) => {
      const { timeZone } = clinic()
      const items = await read(appointmentPage, {
        ...filter,
        ...(from && { from: boundary(from, 'startAt', timeZone) }),
        ...(to && { to: boundary(to, 'endAt', timeZone) }),
        after: decodeCursor(cursor, 2),
        limit,
      })
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.startAt, last.id]) }) }
    },
    get: ({ input: { id } }) => get(id),
    book: ({ input: { commandId: _, ...input }, context: { actor, command }, errors }) =>
      store.write({ actor, act: 'appointments.book', command, patientId: input.patientId }, (tx) => {
        tx.get(patient, input.patientId)
        const { startAt, durationMinutes, providerId, chairId, ...rest } = input
        const slot: AppointmentSlot = { startAt: normalInstant(startAt), durationMinutes, ...(providerId && { providerId }), ...(chairId && { chairId }) }
        claim({ ...slot, patientId: input.patientId }, input.overrideReason, errors)
        const id = tx.create(appointment, { ...rest, slot, statusTimes: { [input.status]: new Date(now()).toISOString() } })
        return accept(tx, id, input.overrideReason, actor)
      }),
    edit: ({ input: { id, commandId: _, startAt, durationMinutes, providerId, chairId, status, ...rest }, context: { actor, command }, errors }) =>
      store.write({ actor, act: 'appointments.edit', command }, (tx) => {
        const before = tx.get(appointment, id)
        const slot = movedSlot(before.slot, { startAt, durationMinutes, providerId, chairId })
        const isMoved =
          canonical({ ...slot, startAt: normalInstant(slot.startAt) }) !== canonical({ ...before.slot, startAt: normalInstant(before.slot.startAt) })
        // Forms send everything back: what stays as it was is not asked again, so that a note can be added to a visit that clashes.
        const isOther = rest.patientId !== undefined && rest.patientId !== before.patientId
        if (isOther) tx.get(patient, rest.patientId as string)
        const isBack = status !== undefined && takesTime(status) && !takesTime(before.status)
        const isSameTime = normalInstant(slot.startAt) === normalInstant(before.slot.startAt) && slot.durationMinutes === before.slot.durationMinutes
        if ((isMoved || isOther || isBack) && takesTime(status ?? before.status))
          claim(
            { ...slot, id, patientId: rest.patientId ?? before.patientId },
            rest.overrideReason,
            errors,
            // Whoever is put in a chair on a closed day was booked for that day with a reason: only what is new is asked.
            before.overrideReason && !isBack && isSameTime ? conflictsNow(services, { ...before.slot, id, patientId: before.patientId }) : [],
          )
        tx.update(appointment, id, { ...rest, ...(isMoved && { slot }), ...(status && step(tx, id, status, new Date(now()).toISOString(), errors)) })
        return accept(tx, id, rest.overrideReason, actor)
      }),
    setStatus: ({ input: { id, status, at, overrideReason }, context: { actor, command }, errors }) =>
      store.write({ actor, act: `appointments.${status}`, command }, (tx) => {
        const before = tx.get(appointment, id)
        if (takesTime(status) && !takesTime(before.status)) claim({ ...before.slot, id, patientId: before.patientId }, overrideReason, errors)
        tx.update(appointment, id, {
          ...step(tx, id, status, at ? normalInstant(at) : new Date(now()).toISOString(), errors),
          ...(overrideReason && { overrideReason }),
        })
        return accept(tx, id, overrideReason, actor)
      }),
    check: ({ input }) => ({ conflicts: conflictsNow(services, input) }),
    freeSlots: ({ input: { from, durationMinutes, providerId, chairId, patientId, limit } }) => {
      const candidates = providerId || chairId ? [{ providerId, chairId }] : listBookable(store.db).map((provider) => ({ providerId: provider.id }))
      const items = freeSlots(
        { from, durationMinutes, patientId, candidates, limit, days: searchedDays },
        surroundingsOf(services, normalInstant(from), instantOf(Date.parse(from) + searchedDays * dayMs)),
      )
      return { items: items.map((slot) => Object.fromEntries(Object.entries(slot).filter(([, value]) => value !== undefined)) as typeof slot) }
    },
    day: ({ input: { date } }) => day(date),
    week: ({ input: { date } }) => ({
      days: daysFrom(date, 7).map(day),
    }),
    counts: async ({ input: { from, to, providerIds, chairIds }, errors }) => {
      const count = (Date.parse(to) - Date.parse(from)) / dayMs + 1
      if (count < 1 || count > countedDays) throw errors.INVALID({ data: { fields: [{ path: 'to', code: count < 1 ? 'beforeStart' : 'too_big' }] } })
      const { timeZone, hours } = clinic()
      const days = daysFrom(from, count).map((date) => {
        const bounds = boundsOfDay(date, timeZone)
        return { date, startAt: normalInstant(bounds.startAt), endAt: normalInstant(bounds.endAt) }
      })
      const closed = closedTimesBetween(store.db, days[0]?.startAt ?? from, days.at(-1)?.endAt ?? to)
        .filter((time) => !time.practitionerId && !time.chairId)
        .map((time) => ({ from: at(time.startAt), to: at(time.endAt) }))
      const isOpen = (date: string): boolean => without(clinicOpenOn(hours, date, timeZone), closed).length > 0
      const items = await read(appointmentCounts, { days, providerIds, chairIds })
      return { items: items.map((item) => ({ ...item, isOpen: isOpen(item.date) })) }
    },
  }
}

/** The slot after a change: only the parts given change, null clears provider or chair. */
function movedSlot(before: AppointmentSlot, change: { [Name in keyof AppointmentSlot]?: AppointmentSlot[Name] | null | undefined }): AppointmentSlot {
  const providerId = change.providerId === undefined ? before.providerId : change.providerId
  const chairId = change.chairId === undefined ? before.chairId : change.chairId
  return {
    startAt: change.startAt ? normalInstant(change.startAt) : before.startAt,
    durationMinutes: change.durationMinutes ?? before.durationMinutes,
    ...(providerId && { providerId }),
    ...(chairId && { chairId }),
  }
}
