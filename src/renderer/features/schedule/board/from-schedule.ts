import type { Appointment, ScheduleDay } from '../../../../shared/contract/appointments.js'
import type { BoardAppointment, BoardColumn } from './types.js'

/** What the columns are: providers or chairs, and in a week which of day and resource is the outer heading. */
export interface BoardView {
  by: 'provider' | 'chair'
  groupBy: 'day' | 'resource'
}

/** Words that the columns need besides names. */
export interface ColumnWords {
  day: (date: string) => string
  unassigned: string
  closed: string
  /** Today in the clinic's time zone, yyyy-mm-dd, to mark its heading. */
  today?: string | undefined
}

interface Resource {
  id: string | undefined
  name: string
  color?: string | undefined
}

const resourceOf = (appointment: Appointment, by: BoardView['by']): string | undefined => (by === 'provider' ? appointment.providerId : appointment.chairId)

/** The resources of all days, in order of first mention; a last one for appointments that name none, or one that is no longer bookable. */
function resourcesOf(days: readonly ScheduleDay[], by: BoardView['by'], words: ColumnWords): { resources: Resource[]; known: Set<string> } {
  const found = new Map<string, Resource>()
  for (const day of days) for (const resource of by === 'provider' ? day.providers : day.chairs) if (!found.has(resource.id)) found.set(resource.id, resource)
  const known = new Set(found.keys())
  const hasOthers = days.some((day) => day.appointments.some((appointment) => !known.has(resourceOf(appointment, by) ?? '')))
  return { resources: [...found.values(), ...(hasOthers || found.size === 0 ? [{ id: undefined, name: words.unassigned }] : [])], known }
}

function columnOf(day: ScheduleDay, resource: Resource, { by, groupBy }: BoardView, isWeek: boolean, words: ColumnWords): BoardColumn {
  const provider = by === 'provider' ? day.providers.find(({ id }) => id === resource.id) : undefined
  const name = by === 'provider' ? 'practitionerId' : 'chairId'
  const closed = day.closedTimes.filter((time) => (!time.practitionerId && !time.chairId) || (resource.id !== undefined && time[name] === resource.id))
  const dayLabel = words.day(day.date)
  const byDay = groupBy === 'day'
  return {
    id: `${day.date}/${resource.id ?? ''}`,
    resourceId: resource.id,
    date: day.date,
    label: isWeek && !byDay ? dayLabel : resource.name,
    color: resource.color,
    working: provider?.working ?? day.open,
    closed: closed.map(({ id, startAt, endAt, reason }) => ({ id, startAt, endAt, label: reason || words.closed })),
    ...(isWeek && { group: byDay ? { id: day.date, label: dayLabel, isToday: day.date === words.today } : { id: resource.id ?? '', label: resource.name } }),
  }
}

/** Makes the board's columns and appointments from one or more days of the schedule. */
export function boardOf(days: readonly ScheduleDay[], view: BoardView, words: ColumnWords): { columns: BoardColumn[]; appointments: BoardAppointment[] } {
  const { resources, known } = resourcesOf(days, view.by, words)
  const pairs =
    view.groupBy === 'day'
      ? days.flatMap((day) => resources.map((resource) => [day, resource] as const))
      : resources.flatMap((resource) => days.map((day) => [day, resource] as const))
  const names = new Map(days.flatMap((day) => [...day.providers, ...day.chairs]).map(({ id, name }) => [id, name]))
  // An appointment over midnight comes with both of its days.
  const unique = new Map(days.flatMap((day) => day.appointments).map((appointment) => [appointment.id, appointment]))
  return {
    columns: pairs.map(([day, resource]) => columnOf(day, resource, view, days.length > 1, words)),
    appointments: [...unique.values()].map((appointment) => {
      const resourceId = resourceOf(appointment, view.by)
      const other = view.by === 'provider' ? appointment.chairId : appointment.providerId
      return {
        id: appointment.id,
        resourceId: resourceId && known.has(resourceId) ? resourceId : undefined,
        startAt: appointment.startAt,
        durationMinutes: appointment.durationMinutes,
        status: appointment.status,
        title: appointment.patientName,
        detail: appointment.reason,
        place: other && names.get(other),
        hasOverride: appointment.overrideReason !== undefined,
      }
    }),
  }
}
