import { type KeyboardEvent, useCallback, useRef } from 'react'
import { positionOf } from './axis.js'
import type { Placed } from './layout.js'
import { neighbour, type Stop, type Way } from './navigation.js'
import { drawn, type Field, type Steer, standing, steered } from './proposal.js'
import type { Proposal } from './types.js'
import type { Gesture, Taken, useBoardGesture } from './use-board-gesture.js'

export interface KeyOptions {
  field: Field
  placed: readonly (readonly Placed[])[]
  stop: Stop | undefined
  direction: 'ltr' | 'rtl'
  now: string
  isReadOnly: boolean
  keyOf: (stop: Stop) => string | undefined
  takenOf: (itemKey: string) => Taken | undefined
  focus: (stop: Stop) => void
  /** Says aloud what a key did. */
  announce: { picked: (gesture: Gesture) => void; dropped: (proposal: Proposal, hasChanged: boolean) => void; cancelled: (gesture: Gesture) => void }
}

const vertical: Readonly<Record<string, 'earlier' | 'later'>> = { ArrowUp: 'earlier', ArrowDown: 'later' }
const lengths: Readonly<Record<string, 'longer' | 'shorter'>> = { '+': 'longer', '=': 'longer', '-': 'shorter', _: 'shorter' }

/** The inline way of a sideways arrow: with text from right to left the left arrow leads on. */
function sideways(key: string, direction: 'ltr' | 'rtl'): 'inlineNext' | 'inlinePrevious' | undefined {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined
  return (key === 'ArrowRight') === (direction === 'ltr') ? 'inlineNext' : 'inlinePrevious'
}

/** Keys of the board: going between appointments, and moving, resizing and drawing them without a pointer. */
export function useBoardKeys(options: KeyOptions, { current, begin, propose, drop, cancel }: ReturnType<typeof useBoardGesture>) {
  const latest = useRef(options)
  latest.current = options

  const pickUp = useCallback(
    (key: string | undefined): boolean => {
      const { takenOf, announce, isReadOnly } = latest.current
      const taken = key === undefined || isReadOnly ? undefined : takenOf(key)
      if (!taken) return false
      const origin = standing(taken.appointment, taken.column, taken.appointment)
      const gesture: Gesture = { kind: 'move', by: 'keyboard', origin, proposal: origin, lifted: key }
      begin(gesture)
      announce.picked(gesture)
      return true
    },
    [begin],
  )
  const draw = useCallback(() => {
    const { field, placed, stop, now, announce, isReadOnly } = latest.current
    const column = field.columns[stop?.columnIndex ?? 0]
    if (!column || isReadOnly) return
    const beside = stop && placed[stop.columnIndex]?.[stop.order]
    const place = beside ? Math.ceil(beside.to) : positionOf(field.axis, column.date, Date.parse(now))
    const proposal = drawn(column, Math.min(place, field.axis.rows.length - 1), undefined, field)
    const gesture: Gesture = { kind: 'create', by: 'keyboard', origin: proposal, proposal, lifted: undefined }
    begin(gesture)
    announce.picked(gesture)
  }, [begin])

  const steer = useCallback(
    (event: KeyboardEvent, gesture: Gesture): boolean => {
      const { field, direction, announce } = latest.current
      const way: Steer | undefined = vertical[event.key] ?? sideways(event.key, direction) ?? lengths[event.key]
      if (way) {
        const next = steered(gesture.proposal, way, event.shiftKey, field)
        current.current = {
          ...gesture,
          kind:
            gesture.kind === 'move' &&
            next.durationMinutes !== gesture.origin.durationMinutes &&
            next.startAt === gesture.origin.startAt &&
            next.columnId === gesture.origin.columnId
              ? 'resize'
              : gesture.kind === 'create'
                ? 'create'
                : 'move',
        }
        propose(next)
      } else if (event.key === 'Enter' || event.key === ' ' || event.key === 'm' || event.key === 'M') {
        announce.dropped(gesture.proposal, drop())
      } else if (event.key === 'Escape' || event.key === 'Tab') {
        cancel()
        announce.cancelled(gesture)
        return event.key === 'Escape'
      }
      // While something is picked up every other key is without meaning; none may scroll or type.
      return true
    },
    [current, propose, drop, cancel],
  )

  return useCallback(
    (event: KeyboardEvent) => {
      const { stop, direction, placed, focus, keyOf } = latest.current
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const gesture = current.current
      let isHandled = false
      if (gesture?.by === 'keyboard') isHandled = steer(event, gesture)
      else if (gesture) return
      else {
        const key = stop && keyOf(stop)
        const way: Way | undefined =
          vertical[event.key] ?? sideways(event.key, direction) ?? (event.key === 'Home' ? 'first' : event.key === 'End' ? 'last' : undefined)
        const isOnItem = event.target instanceof HTMLElement && event.target.dataset.appointment !== undefined
        if (event.key === 'n' || event.key === 'N' || (event.key === 'Enter' && !isOnItem)) {
          draw()
          isHandled = true
        } else if (isOnItem && way && stop) {
          focus(neighbour(stop, way, placed))
          isHandled = true
        } else if (isOnItem && (event.key === 'm' || event.key === 'M' || event.key === ' ')) {
          pickUp(key)
          isHandled = true
        } else if (isOnItem && lengths[event.key] && pickUp(key) && current.current) isHandled = steer(event, current.current)
      }
      if (isHandled) {
        event.preventDefault()
        event.stopPropagation()
      }
    },
    [current, steer, draw, pickUp],
  )
}
