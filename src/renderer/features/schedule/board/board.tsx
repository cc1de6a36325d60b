import { type CSSProperties, type MouseEvent, useCallback, useEffect, useId, useMemo, useRef } from 'react'
import { directionOf } from '../../../i18n/languages.js'
import { useLanguage, useTexts } from '../../../i18n/texts.js'
import { positionOf } from './axis.js'
import classes from './board.module.css'
import { ColumnBody } from './board-column.js'
import { Ghost } from './board-ghost.js'
import { BoardHeader } from './board-header.js'
import { BoardLayer } from './board-layer.js'
import { drawn, type Field } from './proposal.js'
import { texts } from './texts.js'
import { TimeGutter } from './time-gutter.js'
import type { BoardActions, BoardAppointment, BoardColumn, BoardSteps, Proposal } from './types.js'
import { useAnnouncer } from './use-announcer.js'
import { type GestureOptions, pointOn, useBoardGesture, usePointerGesture } from './use-board-gesture.js'
import { useBoardKeys } from './use-board-keys.js'
import { type BoardModel, partsOf, useBoardModel } from './use-board-model.js'
import { useRovingFocus } from './use-roving-focus.js'
import { useViewport } from './use-viewport.js'

export interface BoardProps extends BoardActions {
  /** Names the board, e.g. the day it shows. */
  label: string
  timeZone: string
  /** In order, those of a group side by side; see `boardOf`. Keep the array while nothing changes. */
  columns: readonly BoardColumn[]
  appointments: readonly BoardAppointment[]
  /** The current instant; moves the line that shows it. */
  now: string
  /** Shows all hours of the day instead of the working hours and what lies outside them. */
  isWholeDay?: boolean
  /** Height of a quarter of an hour in pixels: the zoom. */
  rowHeight?: number
  /** Columns become narrower than this never; the board scrolls sideways instead. */
  minColumnWidth?: number
  steps?: Partial<BoardSteps>
  /** Nothing can be moved or drawn, e.g. for a role that may only read. */
  isReadOnly?: boolean
}

/** Width of the column of hours, in pixels. */
const gutterWidth = 68
const defaultSteps: BoardSteps = { snapMinutes: 15, fineMinutes: 5, newMinutes: 30 }

/** Scrolls to where one looks first, once per range of days: now on a board of today, else where work begins. */
function useFirstView(
  scroller: React.RefObject<HTMLElement | null>,
  { columns, rowHeight }: BoardProps & { rowHeight: number },
  { axis, nowRow, today }: BoardModel,
  columnWidth: number,
): void {
  const range = `${columns[0]?.date} ${columns.at(-1)?.date} ${columns.length} ${columnWidth > 0}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another range of days scrolls the board by itself
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const starts = columns.flatMap(({ date, working }) => working.map(({ startAt }) => positionOf(axis, date, Date.parse(startAt))))
    element.scrollTop = Math.max(0, (nowRow === undefined ? Math.min(...starts) - 1 : nowRow - 6) * rowHeight) || 0
    const column = Math.max(
      0,
      columns.findIndex(({ date }) => date === today),
    )
    element.scrollLeft = (getComputedStyle(element).direction === 'rtl' ? -1 : 1) * column * columnWidth
  }, [range])
}

/**
 * The clinic's schedule: columns of providers or chairs, time downwards. It shows what it is given and asks its owner to change it;
 * times are exact on days on which clocks change. Pointer, touch and keyboard can do the same things.
 */
export function Board(props: BoardProps) {
  const {
    label,
    columns,
    appointments,
    now,
    isWholeDay = false,
    rowHeight = 20,
    minColumnWidth = 132,
    isReadOnly = false,
    conflictsOf,
    onOpen,
    onCreate,
  } = props
  const t = useTexts(texts)
  const keysId = useId()
  const direction = directionOf(useLanguage())
  const model = useBoardModel({ ...props, isWholeDay, rowHeight })
  const { axis, placed, formats, today, nowRow, takenOf } = model
  const scroller = useRef<HTMLElement>(null)
  const count = columns.length
  const columnWidthOf = useCallback(
    (width: number) => Math.max(minColumnWidth, Math.floor((width - gutterWidth) / Math.max(1, count))),
    [minColumnWidth, count],
  )
  const view = useViewport(scroller, { columnWidthOf, columnCount: count, rowHeight, rowCount: axis.rows.length })
  const columnWidth = columnWidthOf(view.width)
  useFirstView(scroller, { ...props, rowHeight }, model, view.width && columnWidth)

  const steps = useMemo(() => ({ ...defaultSteps, ...props.steps }), [props.steps])
  const field: Field = useMemo(() => ({ axis, columns, steps }), [axis, columns, steps])
  const options: GestureOptions = { field, columnWidth, rowHeight, isReadOnly, takenOf, actions: props }
  const gestures = useBoardGesture(options)
  const pointer = usePointerGesture(options, gestures)
  const { gesture } = gestures
  const conflicts = useMemo(() => (gesture ? conflictsOf(gesture.proposal) : []), [gesture, conflictsOf])
  const titleOf = useCallback(
    (proposal: Proposal) => appointments.find(({ id }) => id === proposal.appointmentId)?.title ?? t('newAppointment'),
    [appointments, t],
  )
  const { message, announce } = useAnnouncer({ gesture, conflicts, columns, formats, titleOf })
  const { stop, tabStop, keyOf, focus, onFocus, onBlur } = useRovingFocus(scroller, columns, placed)
  const onKeyDown = useBoardKeys({ field, placed, stop, direction, now, isReadOnly, keyOf, takenOf, focus, announce }, gestures)

  const onClick = useCallback(
    (event: MouseEvent) => {
      if (!(event.target instanceof Element) || pointer.wasDragged.current) return
      const key = event.target.closest<HTMLElement>('[data-appointment]')?.dataset.appointment
      if (key) return onOpen(partsOf(key).appointmentId)
      if (isReadOnly || event.target.closest('[data-resize]')) return
      const { column, row } = pointOn(event.currentTarget, { x: event.clientX, y: event.clientY }, { field, columnWidth, rowHeight })
      if (column) onCreate(drawn(column, row, undefined, field))
    },
    [onOpen, onCreate, isReadOnly, field, columnWidth, rowHeight, pointer.wasDragged],
  )

  // What is focused or lifted stays drawn when it is scrolled out of view: focus and a finger's drag hang on it.
  const pinned = [stop?.columnIndex, gesture ? columns.findIndex(({ id }) => id === gesture.origin.columnId) : undefined]
  const shown = columns
    .map((column, index) => ({ column, index }))
    .filter(({ index }) => (index >= view.columns.from && index < view.columns.to) || pinned.includes(index))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble here from the appointments and the scrolling area
    <div
      className={classes.board}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={onBlur}
      style={{ '--row': `${rowHeight}px`, '--gutter': `${gutterWidth}px` } as CSSProperties}
    >
      <p id={keysId} className={classes.hidden}>
        {t('keys')}
      </p>
      {/* A scrolling area must be reachable by keyboard when nothing in it is. */}
      <section ref={scroller} className={classes.scroller} aria-label={label} aria-describedby={keysId} tabIndex={stop ? undefined : 0}>
        <div className={classes.frame} style={{ inlineSize: count * columnWidth + gutterWidth }}>
          <BoardHeader shown={shown} all={columns} columnWidth={columnWidth} />
          <TimeGutter axis={axis} rowHeight={rowHeight} formats={formats} nowRow={nowRow} nowText={formats.time(Date.parse(now))} />
          <BoardLayer pointer={pointer} style={{ inlineSize: count * columnWidth, blockSize: axis.rows.length * rowHeight }} onClick={onClick}>
            {shown.map(({ column, index }) => (
              <ColumnBody
                key={column.id}
                column={column}
                index={index}
                width={columnWidth}
                placed={placed[index] ?? []}
                axis={axis}
                rowHeight={rowHeight}
                rows={view.rows}
                formats={formats}
                tabStop={stop?.columnIndex === index ? tabStop : undefined}
                lifted={gesture?.lifted?.startsWith(`${column.id} `) ? gesture.lifted : undefined}
                isReadOnly={isReadOnly}
                t={t}
                nowRow={column.date === today ? nowRow : undefined}
              />
            ))}
            {gesture && (
              <Ghost
                proposal={gesture.proposal}
                title={titleOf(gesture.proposal)}
                conflicts={conflicts}
                columnIndex={columns.findIndex(({ id }) => id === gesture.proposal.columnId)}
                columnWidth={columnWidth}
                axis={axis}
                rowHeight={rowHeight}
                formats={formats}
                isFollowed={gesture.by === 'keyboard'}
              />
            )}
          </BoardLayer>
        </div>
      </section>
      <div className={classes.hidden} aria-live="assertive" aria-atomic="true" data-board-live>
        {message}
      </div>
    </div>
  )
}
