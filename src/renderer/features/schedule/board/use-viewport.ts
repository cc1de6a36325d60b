import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import { type Stretch, windowOf } from './layout.js'

interface Measured {
  width: number
  height: number
}

/** What is in view of a board of equally wide columns and equally high rows. */
export interface Viewport extends Measured {
  columns: Stretch
  rows: Stretch
}

/** Sizes that the view depends on, in pixels, and how many columns and rows there are. */
export interface ViewportOptions {
  columnWidthOf: (viewportWidth: number) => number
  columnCount: number
  rowHeight: number
  rowCount: number
}

const sameStretch = (a: Stretch, b: Stretch): boolean => a.from === b.from && a.to === b.to

/** Follows size and scrolling of a scroll container; renders again only when other columns or rows come into view. */
export function useViewport(container: RefObject<HTMLElement | null>, { columnWidthOf, columnCount, rowHeight, rowCount }: ViewportOptions): Viewport {
  const [view, setView] = useState<Viewport>({ width: 0, height: 0, columns: { from: 0, to: 0 }, rows: { from: 0, to: 0 } })
  const measure = useCallback(() => {
    const element = container.current
    if (!element) return
    const { clientWidth: width, clientHeight: height } = element
    // Right-to-left containers scroll into negative numbers.
    const columns = windowOf(Math.abs(element.scrollLeft), width, columnWidthOf(width), columnCount, 2)
    const rows = windowOf(element.scrollTop, height, rowHeight, rowCount, 4)
    setView((old) =>
      old.width === width && old.height === height && sameStretch(old.columns, columns) && sameStretch(old.rows, rows) ? old : { width, height, columns, rows },
    )
  }, [container, columnWidthOf, columnCount, rowHeight, rowCount])
  useLayoutEffect(() => {
    const element = container.current
    if (!element) return
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [container, measure])
  return view
}
