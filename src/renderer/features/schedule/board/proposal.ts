import { type Axis, boundsOf, instantAt, positionOf, rowMinutes } from './axis.js'
import type { BoardAppointment, BoardColumn, BoardSteps, Proposal } from './types.js'

/** What a proposal is worked out against. */
export interface Field {
  axis: Axis
  columns: readonly BoardColumn[]
  steps: BoardSteps
}

const dayMinutes = 24 * 60
const shortest = 5
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
const textOf = (ms: number): string => new Date(ms).toISOString()

/** Where an appointment stands now, in a column that shows it. */
export const standing = (
  { id, resourceId }: BoardAppointment,
  column: BoardColumn,
  { startAt, durationMinutes }: Pick<BoardAppointment, 'startAt' | 'durationMinutes'>,
): Proposal => ({
  appointmentId: id,
  columnId: column.id,
  resourceId,
  date: column.date,
  startAt,
  durationMinutes,
})

const into = (proposal: Proposal, column: BoardColumn, startMs: number): Proposal => ({
  ...proposal,
  columnId: column.id,
  resourceId: column.resourceId,
  date: column.date,
  startAt: textOf(startMs),
})

/** The raster is counted on the wall clock, so that it stays on the quarter hours whatever the axis begins with. */
function snapped(position: number, { axis, steps }: Field): number {
  const offset = (axis.rows[0]?.wallMinutes ?? 0) / rowMinutes
  const step = steps.snapMinutes / rowMinutes
  return Math.round((position + offset) / step) * step - offset
}

const columnIndex = ({ columns }: Field, id: string): number => columns.findIndex((column) => column.id === id)

/** A proposal dragged by columns and rows: the start snaps; a drag that never left its place changes nothing. */
export function movedBy(origin: Proposal, columnDelta: number, rowDelta: number, field: Field): Proposal {
  const from = columnIndex(field, origin.columnId)
  const column = field.columns[clamp(from + columnDelta, 0, field.columns.length - 1)]
  if (!column) return origin
  const place = positionOf(field.axis, origin.date, Date.parse(origin.startAt))
  const wanted = clamp(snapped(place + rowDelta, field), 0, field.axis.rows.length - field.steps.snapMinutes / rowMinutes)
  const isAtHome = wanted === snapped(place, field)
  if (isAtHome && column.date === origin.date) return column.id === origin.columnId ? origin : into(origin, column, Date.parse(origin.startAt))
  return into(origin, column, instantAt(field.axis, column.date, isAtHome ? place : wanted))
}

/** A proposal whose end is dragged by rows; at least five minutes long, within its day. */
export function resizedBy(origin: Proposal, rowDelta: number, field: Field): Proposal {
  const start = Date.parse(origin.startAt)
  const end = positionOf(field.axis, origin.date, start + origin.durationMinutes * 60_000, 'end')
  const wanted = snapped(end + rowDelta, field)
  if (wanted === snapped(end, field)) return origin
  const endMs = instantAt(field.axis, origin.date, clamp(wanted, 0, field.axis.rows.length))
  return { ...origin, durationMinutes: clamp(Math.round((endMs - start) / 60_000), shortest, dayMinutes) }
}

/** A new appointment drawn on empty time from one place to another; a mere click gives the usual length. */
export function drawn(column: BoardColumn, from: number, to: number | undefined, field: Field): Proposal {
  const step = field.steps.snapMinutes / rowMinutes
  const offset = (field.axis.rows[0]?.wallMinutes ?? 0) / rowMinutes
  const down = (position: number): number => Math.floor((position + offset) / step) * step - offset
  const top = clamp(down(Math.min(from, to ?? from)), 0, field.axis.rows.length)
  const bottom = clamp(down(Math.max(from, to ?? from)) + step, 0, field.axis.rows.length)
  const start = instantAt(field.axis, column.date, top)
  const minutes = to === undefined ? field.steps.newMinutes : Math.round((instantAt(field.axis, column.date, bottom) - start) / 60_000)
  return {
    columnId: column.id,
    resourceId: column.resourceId,
    date: column.date,
    startAt: textOf(start),
    durationMinutes: clamp(minutes, shortest, dayMinutes),
  }
}

/** One step by keyboard. `inlineNext` is the column after, whatever way the text runs. */
export type Steer = 'earlier' | 'later' | 'inlineNext' | 'inlinePrevious' | 'longer' | 'shorter'

/** A proposal steered by one key press: times step by minutes that pass, columns keep the wall-clock time. It never leaves what is shown. */
export function steered(proposal: Proposal, steer: Steer, isFine: boolean, field: Field): Proposal {
  const minutes = isFine ? field.steps.fineMinutes : field.steps.snapMinutes
  if (steer === 'longer' || steer === 'shorter') {
    return { ...proposal, durationMinutes: clamp(proposal.durationMinutes + (steer === 'longer' ? minutes : -minutes), shortest, dayMinutes) }
  }
  const start = Date.parse(proposal.startAt)
  if (steer === 'earlier' || steer === 'later') {
    const wanted = start + (steer === 'later' ? minutes : -minutes) * 60_000
    const { from, to } = boundsOf(field.axis, proposal.date)
    return wanted < from || wanted >= to ? proposal : { ...proposal, startAt: textOf(wanted) }
  }
  const column = field.columns[columnIndex(field, proposal.columnId) + (steer === 'inlineNext' ? 1 : -1)]
  if (!column) return proposal
  return into(proposal, column, column.date === proposal.date ? start : instantAt(field.axis, column.date, positionOf(field.axis, proposal.date, start)))
}

/** Whether two proposals mean the same place and length. */
export const isSame = (a: Proposal, b: Proposal): boolean =>
  a.columnId === b.columnId && a.durationMinutes === b.durationMinutes && Date.parse(a.startAt) === Date.parse(b.startAt)
