import type { AppointmentStatus } from '../../../shared/entities/appointment.js'

/** Parts of the day in which the list can be shown. */
export const selections = ['open', 'expected', 'here', 'over', 'all'] as const
/** Which of today's visits are listed. */
export type Selection = (typeof selections)[number]

/** The statuses of a part; undefined for the whole day. */
export const statusesOf: Readonly<Record<Selection, readonly AppointmentStatus[] | undefined>> = {
  open: ['booked', 'confirmed', 'arrived', 'inChair', 'done'],
  all: undefined,
  expected: ['booked', 'confirmed'],
  here: ['arrived', 'inChair'],
  over: ['done', 'left', 'noShow', 'cancelled'],
}
