import type { ConflictCode } from '../../../../shared/contract/appointments.js'
import type { AppointmentStatus } from '../../../../shared/entities/appointment.js'

/** Half-open time between two instants, ISO text. */
export interface BoardPeriod {
  startAt: string
  endAt: string
}

/** One column: a provider's or chair's calendar day. */
export interface BoardColumn {
  id: string
  /** The provider or chair; undefined for what is assigned to none. */
  resourceId: string | undefined
  /** Calendar day in the board's time zone, yyyy-mm-dd. */
  date: string
  label: string
  /** Columns that stand under a common heading are neighbours and share its id. */
  group?: { id: string; label: string; isToday?: boolean } | undefined
  color?: string | undefined
  /** Times in which one can book; the rest of the day is shaded. */
  working: readonly BoardPeriod[]
  /** Closed times with their reason, drawn over the working times. */
  closed: readonly (BoardPeriod & { id: string; label: string })[]
}

/** An appointment as the board draws it. It stands in every column of its resource whose day it touches. */
export interface BoardAppointment extends Pick<BoardPeriod, 'startAt'> {
  id: string
  resourceId: string | undefined
  durationMinutes: number
  status: AppointmentStatus
  /** The patient's name. */
  title: string
  /** Reason of the visit. */
  detail?: string | undefined
  /** The chair on a board of providers, the provider on a board of chairs. */
  place?: string | undefined
  /** A conflict was accepted when it was saved. */
  hasOverride?: boolean | undefined
}

/** Where an appointment would stand if it were dropped now; without `appointmentId` a new one. */
export interface Proposal {
  appointmentId?: string | undefined
  columnId: string
  resourceId: string | undefined
  date: string
  startAt: string
  durationMinutes: number
}

/** What the board asks its owner to do. While a promise returned by `onMove` or `onResize` runs, the appointment is shown where it was dropped. */
export interface BoardActions {
  onMove: (proposal: Proposal) => unknown
  onResize: (proposal: Proposal) => unknown
  onCreate: (proposal: Proposal) => void
  onOpen: (appointmentId: string) => void
  /** What the proposal clashes with; asked at every step of a drag, so it must answer from memory. */
  conflictsOf: (proposal: Proposal) => readonly ConflictCode[]
}

/** Lengths in minutes: what pointer and arrow keys snap to, the finer step of arrows with Shift, and a new appointment. */
export interface BoardSteps {
  snapMinutes: number
  fineMinutes: number
  newMinutes: number
}
