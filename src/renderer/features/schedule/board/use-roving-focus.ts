import { type FocusEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Placed } from './layout.js'
import { findStop, firstStop, type Stop } from './navigation.js'
import type { BoardColumn } from './types.js'
import { itemKeyOf, partsOf } from './use-board-model.js'

/** The one appointment that Tab comes to. Arrows move it; it stays with its appointment when that is moved. */
export function useRovingFocus(scroller: RefObject<HTMLElement | null>, columns: readonly BoardColumn[], placed: readonly (readonly Placed[])[]) {
  const [active, setActive] = useState<{ columnId: string; appointmentId: string }>()
  const stop = findStop(active?.columnId, active?.appointmentId, columns, placed) ?? firstStop(placed)
  const keyOf = (at: Stop): string | undefined => {
    const [column, item] = [columns[at.columnIndex], placed[at.columnIndex]?.[at.order]]
    return column && item && itemKeyOf(column.id, item.appointment.id)
  }
  const tabStop = stop && keyOf(stop)
  const wanted = useRef<string>(undefined)
  const hadFocus = useRef(false)
  useLayoutEffect(() => {
    const key = wanted.current ?? (hadFocus.current && document.activeElement === document.body ? tabStop : undefined)
    if (key === undefined || key !== tabStop) return
    wanted.current = undefined
    scroller.current?.querySelector<HTMLElement>(`[data-appointment="${CSS.escape(key)}"]`)?.focus()
  })
  const onFocus = useCallback((event: FocusEvent) => {
    const key = event.target instanceof HTMLElement ? event.target.dataset.appointment : undefined
    hadFocus.current = key !== undefined
    if (key) setActive(partsOf(key))
  }, [])
  // An appointment that moves to another column is drawn anew there and loses focus without having been left.
  const onBlur = useCallback((event: FocusEvent) => {
    if (event.target.isConnected && event.relatedTarget) hadFocus.current = false
  }, [])
  const focus = (next: Stop): void => {
    const key = keyOf(next)
    if (!key) return
    wanted.current = key
    setActive(partsOf(key))
    if (key === tabStop) scroller.current?.querySelector<HTMLElement>(`[data-appointment="${CSS.escape(key)}"]`)?.focus()
  }
  return { stop, tabStop, keyOf, focus, onFocus, onBlur }
}
