import type { Placed } from './layout.js'
import type { BoardColumn } from './types.js'

/** An appointment in a column, as keys move between them. */
export interface Stop {
  columnIndex: number
  order: number
}

/** A way to go from appointment to appointment; inline ways follow the text's direction. */
export type Way = 'earlier' | 'later' | 'inlineNext' | 'inlinePrevious' | 'first' | 'last'

/** The appointment that a key leads to: the next in the column, or the nearest in time in the next column that has any. */
export function neighbour(from: Stop, way: Way, placed: readonly (readonly Placed[])[]): Stop {
  const { columnIndex, order } = from
  const column = placed[columnIndex] ?? []
  if (way === 'first') return { columnIndex, order: 0 }
  if (way === 'last') return { columnIndex, order: Math.max(0, column.length - 1) }
  if (way === 'earlier') return { columnIndex, order: Math.max(0, order - 1) }
  if (way === 'later') return { columnIndex, order: Math.min(column.length - 1, order + 1) }
  const step = way === 'inlineNext' ? 1 : -1
  const row = column[order]?.from ?? 0
  for (let index = columnIndex + step; index >= 0 && index < placed.length; index += step) {
    const items = placed[index] ?? []
    if (items.length === 0) continue
    const distances = items.map((item) => Math.abs(item.from - row))
    return { columnIndex: index, order: distances.indexOf(Math.min(...distances)) }
  }
  return from
}

/** Where Tab comes to when nothing was focused before: the first appointment of the first column that has any. */
export function firstStop(placed: readonly (readonly Placed[])[]): Stop | undefined {
  const columnIndex = placed.findIndex((items) => items.length > 0)
  return columnIndex === -1 ? undefined : { columnIndex, order: 0 }
}

/** Finds an appointment again after the board changed: in its column, else wherever it went. */
export function findStop(
  columnId: string | undefined,
  appointmentId: string | undefined,
  columns: readonly BoardColumn[],
  placed: readonly (readonly Placed[])[],
): Stop | undefined {
  if (appointmentId === undefined) return undefined
  const inColumn = (columnIndex: number): Stop | undefined => {
    const order = placed[columnIndex]?.findIndex((item) => item.appointment.id === appointmentId) ?? -1
    return order === -1 ? undefined : { columnIndex, order }
  }
  const home = inColumn(columns.findIndex(({ id }) => id === columnId))
  if (home) return home
  for (let index = 0; index < placed.length; index++) {
    const found = inColumn(index)
    if (found) return found
  }
  return undefined
}
