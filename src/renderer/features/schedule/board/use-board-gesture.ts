import { type DragEndEvent, type DragMoveEvent, type DragStartEvent, MouseSensor, TouchSensor, useSensor, useSensors } from '@dnd-kit/core'
import { useCallback, useRef, useState } from 'react'
import { drawn, type Field, isSame, movedBy, resizedBy, standing } from './proposal.js'
import type { BoardActions, BoardAppointment, BoardColumn, Proposal } from './types.js'

/** A move, resize or drawing under way, or (`saving`) dropped and not yet answered. */
export interface Gesture {
  kind: 'move' | 'resize' | 'create'
  by: 'pointer' | 'keyboard' | 'saving'
  origin: Proposal
  proposal: Proposal
  /** Key of the appointment lifted. */
  lifted: string | undefined
}

/** An appointment together with the column it was taken from. */
export interface Taken {
  appointment: BoardAppointment
  column: BoardColumn
}

export interface GestureOptions {
  field: Field
  columnWidth: number
  rowHeight: number
  isReadOnly: boolean
  takenOf: (itemKey: string) => Taken | undefined
  actions: Pick<BoardActions, 'onMove' | 'onResize' | 'onCreate'>
}

/** Place of a pointer on the columns: column and rows from the top. */
interface Point {
  column: BoardColumn | undefined
  row: number
}

const pointOf = (event: Event): { x: number; y: number } => {
  const touch = 'touches' in event ? (event as TouchEvent).touches[0] : (event as MouseEvent)
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 }
}

/** Where a screen position lies on the board, in either writing direction. */
export function pointOn(
  body: Element,
  { x, y }: { x: number; y: number },
  { field, columnWidth, rowHeight }: Pick<GestureOptions, 'field' | 'columnWidth' | 'rowHeight'>,
): Point {
  const box = body.getBoundingClientRect()
  const inline = getComputedStyle(body).direction === 'rtl' ? box.right - x : x - box.left
  return { column: field.columns[Math.floor(inline / columnWidth)], row: (y - box.top) / rowHeight }
}

/** The state of what is being dragged, drawn or steered; one at a time, whatever moves it. */
export function useBoardGesture(options: GestureOptions) {
  const latest = useRef(options)
  latest.current = options
  const [gesture, setGesture] = useState<Gesture>()
  // Events come faster than renders; the last state stands here.
  const current = useRef<Gesture>(undefined)
  const set = useCallback((next: Gesture | undefined) => {
    current.current = next
    setGesture(next)
  }, [])
  const propose = useCallback(
    (proposal: Proposal) => {
      const old = current.current
      if (old && !isSame(old.proposal, proposal)) set({ ...old, proposal })
    },
    [set],
  )
  /** Ends the gesture and hands the proposal over; false when nothing had changed. */
  const drop = useCallback((): boolean => {
    const done = current.current
    if (!done) return false
    const { onMove, onResize, onCreate } = latest.current.actions
    if (done.kind !== 'create' && isSame(done.origin, done.proposal)) {
      set(undefined)
      return false
    }
    const answer = done.kind === 'create' ? onCreate(done.proposal) : done.kind === 'move' ? onMove(done.proposal) : onResize(done.proposal)
    if (!(answer instanceof Promise)) set(undefined)
    else {
      const saving: Gesture = { ...done, by: 'saving' }
      set(saving)
      const settle = (): void => {
        if (current.current === saving) set(undefined)
      }
      answer.then(settle, settle)
    }
    return true
  }, [set])
  const cancel = useCallback(() => set(undefined), [set])
  return { gesture, current, begin: set, propose, drop, cancel }
}

/** Drag-and-drop handlers of the board: one draggable layer, where the pressed element decides what is dragged. */
export function usePointerGesture(options: GestureOptions, { current, begin, propose, drop, cancel }: ReturnType<typeof useBoardGesture>) {
  const latest = useRef(options)
  latest.current = options
  const wasDragged = useRef(false)
  const drawnFrom = useRef<Required<Point> | undefined>(undefined)
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
  )

  const onDragStart = useCallback(
    ({ activatorEvent }: DragStartEvent) => {
      wasDragged.current = true
      const { field, isReadOnly, takenOf } = latest.current
      const target = activatorEvent.target
      if (!(target instanceof Element) || isReadOnly) return
      const handle = target.closest<HTMLElement>('[data-resize]')
      const key = handle?.dataset.resize ?? target.closest<HTMLElement>('[data-appointment]')?.dataset.appointment
      const body = target.closest('[data-board-body]')
      if (key) {
        const taken = takenOf(key)
        if (!taken) return
        const origin = standing(taken.appointment, taken.column, taken.appointment)
        begin({ kind: handle ? 'resize' : 'move', by: 'pointer', origin, proposal: origin, lifted: key })
      } else if (body) {
        const { column, row } = pointOn(body, pointOf(activatorEvent), latest.current)
        if (!column) return
        drawnFrom.current = { column, row }
        const proposal = drawn(column, row, row, field)
        begin({ kind: 'create', by: 'pointer', origin: proposal, proposal, lifted: undefined })
      }
    },
    [begin],
  )
  const onDragMove = useCallback(
    ({ delta, activatorEvent }: DragMoveEvent) => {
      const now = current.current
      if (now?.by !== 'pointer') return
      const { field, columnWidth, rowHeight } = latest.current
      const target = activatorEvent.target
      const sign = target instanceof Element && getComputedStyle(target).direction === 'rtl' ? -1 : 1
      const rows = delta.y / rowHeight
      if (now.kind === 'move') propose(movedBy(now.origin, Math.round((sign * delta.x) / columnWidth), rows, field))
      else if (now.kind === 'resize') propose(resizedBy(now.origin, rows, field))
      else if (drawnFrom.current?.column) propose(drawn(drawnFrom.current.column, drawnFrom.current.row, drawnFrom.current.row + rows, field))
    },
    [current, propose],
  )
  const onDragEnd = useCallback(
    (_: DragEndEvent) => {
      if (current.current?.by === 'pointer') drop()
    },
    [current, drop],
  )
  /** A press begins anew; the click that ends a drag, given up or not, is no click. */
  const onPress = useCallback(() => {
    wasDragged.current = false
  }, [])
  return { sensors, onDragStart, onDragMove, onDragEnd, onDragCancel: cancel, onPress, wasDragged }
}
