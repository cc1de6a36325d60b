import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'

export interface VirtualListHandle {
  /** Brings an item into view without moving more than needed. */
  show(index: number): void
}

interface VirtualListProps<Item> {
  items: readonly Item[]
  /** Estimated height of a row in pixels; rows measure themselves. */
  rowHeight: number
  keyOf(item: Item): string
  children(item: Item, index: number): ReactNode
  /** Called when the last rows come into view, to fetch more. */
  onEnd?(): void
  className?: string
  /** What the scrolling element is to a screen reader, e.g. the listbox of a search field. */
  role?: 'listbox' | 'list' | 'presentation'
  id?: string
  label?: string
  isBusy?: boolean
  ref?: Ref<VirtualListHandle>
}

/** A scrolling list that keeps only the rows in view in the document. Roles and labels are the caller's. */
export function VirtualList<Item>({
  items,
  rowHeight,
  keyOf,
  children,
  onEnd,
  className,
  role = 'presentation',
  id,
  label,
  isBusy,
  ref,
}: VirtualListProps<Item>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
  })
  useImperativeHandle(ref, () => ({ show: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }) }), [virtualizer])
  const rows = virtualizer.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 10) onEnd?.()
  }, [last, items.length, onEnd])

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a caller that gives a label also gives a role that has one
    <div ref={scroller} id={id} className={className} role={role} aria-label={label} aria-busy={isBusy} style={{ overflowY: 'auto' }}>
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {rows.map((row) => {
          const item = items[row.index]
          return item === undefined ? null : (
            <div
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              role="presentation"
              style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${row.start}px)` }}
            >
              {children(item, row.index)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
