import { memo } from 'react'
import classes from './board.module.css'
import type { BoardColumn } from './types.js'

export interface HeaderProps {
  /** Columns in view with their places. */
  shown: readonly { column: BoardColumn; index: number }[]
  all: readonly BoardColumn[]
  columnWidth: number
}

/** Runs of neighbouring columns with the same heading. */
function groupsOf(all: readonly BoardColumn[]): { id: string; label: string; isToday: boolean; from: number; to: number }[] {
  const groups: { id: string; label: string; isToday: boolean; from: number; to: number }[] = []
  for (const [index, { group }] of all.entries()) {
    if (!group) continue
    const last = groups.at(-1)
    if (last?.id === group.id) last.to = index + 1
    else groups.push({ id: group.id, label: group.label, isToday: group.isToday ?? false, from: index, to: index + 1 })
  }
  return groups
}

/** Headings of the columns; they stay when the board scrolls. */
export const BoardHeader = memo(function BoardHeader({ shown, all, columnWidth }: HeaderProps) {
  const groups = groupsOf(all)
  return (
    <div className={classes.header}>
      <div className={classes.corner} />
      <div className={classes.headings} style={{ inlineSize: all.length * columnWidth }}>
        {groups.map(({ id, label, isToday, from, to }) => (
          <div
            key={`${id} ${from}`}
            className={classes.group}
            data-today={isToday || undefined}
            style={{ insetInlineStart: from * columnWidth, inlineSize: (to - from) * columnWidth }}
          >
            <span>{label}</span>
          </div>
        ))}
        {shown.map(({ column, index }) => (
          <div
            key={column.id}
            className={classes.heading}
            data-grouped={column.group ? true : undefined}
            style={{ insetInlineStart: index * columnWidth, inlineSize: columnWidth }}
          >
            {column.color && <span className={classes.dot} style={{ background: column.color }} />}
            <span className={classes.name} dir="auto">
              {column.label}
            </span>
          </div>
        ))}
      </div>
    </div>
  )
})
