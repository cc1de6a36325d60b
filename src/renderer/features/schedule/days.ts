import type { Appointment, ScheduleDay } from '../../../shared/contract/appointments.js'
import { queryClient, rpc } from '../../api/client.js'
import { endOf } from './clock.js'
import type { Place } from './place.js'

/** Colours for providers who have none of their own, in the order in which they stand on the schedule; each is seen on light and dark. */
const palette = ['#2f8fb5', '#c2671a', '#6f5bd0', '#3a9a5b', '#c0447f', '#8a7a12', '#4a7fe0', '#b5483f']

/** Gives every provider a colour. */
export function coloured(days: readonly ScheduleDay[]): ScheduleDay[] {
  return days.map((day) => ({
    ...day,
    providers: day.providers.map((provider, index) => ({ ...provider, color: provider.color ?? palette[index % palette.length] ?? '#2f8fb5' })),
  }))
}

/** Leaves of the days what the filters let through. */
export function filtered(days: readonly ScheduleDay[], { providerIds, chairIds }: Pick<Place, 'providerIds' | 'chairIds'>): ScheduleDay[] {
  const passes = (ids: readonly string[], id: string | undefined): boolean => ids.length === 0 || (id !== undefined && ids.includes(id))
  return days.map((day) => ({
    ...day,
    providers: day.providers.filter(({ id }) => passes(providerIds, id)),
    chairs: day.chairs.filter(({ id }) => passes(chairIds, id)),
    appointments: day.appointments.filter(({ providerId, chairId }) => passes(providerIds, providerId) && passes(chairIds, chairId)),
  }))
}

/** Days of a week on which something can be or is booked; all when there are none. */
export function withoutClosed(days: readonly ScheduleDay[]): ScheduleDay[] {
  const open = days.filter(({ open, appointments, providers }) => open.length + appointments.length > 0 || providers.some(({ working }) => working.length > 0))
  return open.length > 0 ? open : [...days]
}

/** The day with an appointment as it is now: in its place, or gone when it no longer touches the day. */
export function withAppointment(day: ScheduleDay, changed: Appointment): ScheduleDay {
  const touches = Date.parse(changed.startAt) < Date.parse(day.endAt) && Date.parse(endOf(changed)) > Date.parse(day.startAt)
  const others = day.appointments.filter(({ id }) => id !== changed.id)
  if (!touches && others.length === day.appointments.length) return day
  return { ...day, appointments: touches ? [...others, changed].sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt)) : others }
}

/** Puts a saved appointment into every loaded day, so that it stands where it was put before the next answer arrives. */
export function keepAppointment(changed: Appointment): void {
  queryClient.setQueriesData<ScheduleDay>({ queryKey: rpc.appointments.day.key() }, (day) => day && withAppointment(day, changed))
  queryClient.setQueriesData<{ days: ScheduleDay[] }>(
    { queryKey: rpc.appointments.week.key() },
    (week) => week && { days: week.days.map((day) => withAppointment(day, changed)) },
  )
  queryClient.setQueryData(rpc.appointments.get.queryKey({ input: { id: changed.id } }), changed)
}
