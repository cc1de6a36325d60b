import { useCallback, useMemo } from 'react'
import { dayOf } from '../../../../shared/time.js'
import { useFormats } from '../../../i18n/formats.js'
import { type Axis, buildAxis, positionOf } from './axis.js'
import { type BoardFormats, boardFormats } from './board-formats.js'
import { byResource, type Placed, placeColumn, visibleHours } from './layout.js'
import type { BoardAppointment, BoardColumn } from './types.js'
import type { Taken } from './use-board-gesture.js'

/** Names an appointment in a column: one over midnight stands in two. */
export const itemKeyOf = (columnId: string, appointmentId: string): string => `${columnId} ${appointmentId}`

/** Takes a name apart again; ids hold no blanks. */
export function partsOf(itemKey: string): { columnId: string; appointmentId: string } {
  const blank = itemKey.lastIndexOf(' ')
  return { columnId: itemKey.slice(0, blank), appointmentId: itemKey.slice(blank + 1) }
}

export interface ModelOptions {
  columns: readonly BoardColumn[]
  appointments: readonly BoardAppointment[]
  timeZone: string
  now: string
  isWholeDay: boolean
  rowHeight: number
}

/** What the board draws, worked out from what it was given. */
export interface BoardModel {
  axis: Axis
  /** Appointments of each column, by start. */
  placed: readonly (readonly Placed[])[]
  formats: BoardFormats
  today: string
  /** Row of the current time, when a column shows today. */
  nowRow: number | undefined
  takenOf: (itemKey: string) => Taken | undefined
}

/** Pixels an appointment is high at least, so that its name can be read and it can be hit. */
const shortestBlock = 20

/** Works out axis and places, anew only when what they depend on changes. */
export function useBoardModel({ columns, appointments, timeZone, now, isWholeDay, rowHeight }: ModelOptions): BoardModel {
  const { locale } = useFormats()
  const formats = useMemo(() => boardFormats(locale, timeZone), [locale, timeZone])
  const axis = useMemo(() => {
    const dates = columns.map(({ date }) => date)
    return buildAxis(dates, timeZone, isWholeDay ? undefined : visibleHours(columns, appointments, formats.minutesOf))
  }, [columns, appointments, timeZone, isWholeDay, formats])
  const placed = useMemo(() => {
    const own = byResource(appointments)
    return columns.map((column) => placeColumn(column, own.get(column.resourceId) ?? [], axis, shortestBlock / rowHeight))
  }, [columns, appointments, axis, rowHeight])
  const takenOf = useCallback(
    (itemKey: string) => {
      const { columnId, appointmentId } = partsOf(itemKey)
      const index = columns.findIndex(({ id }) => id === columnId)
      const column = columns[index]
      const item = placed[index]?.find(({ appointment, isMovable }) => isMovable && appointment.id === appointmentId)
      return item && column && { appointment: item.appointment, column }
    },
    [placed, columns],
  )
  const today = dayOf(now, timeZone)
  const nowRow = columns.some(({ date }) => date === today) ? positionOf(axis, today, Date.parse(now)) : undefined
  return { axis, placed, formats, today, nowRow: nowRow === undefined || nowRow <= 0 || nowRow >= axis.rows.length ? undefined : nowRow, takenOf }
}
