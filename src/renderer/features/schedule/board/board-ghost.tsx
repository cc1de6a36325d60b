import { IconAlertTriangle } from '@tabler/icons-react'
import { useLayoutEffect, useRef } from 'react'
import type { ConflictCode } from '../../../../shared/contract/appointments.js'
import { useTexts } from '../../../i18n/texts.js'
import { type Axis, positionOf } from './axis.js'
import classes from './board.module.css'
import type { BoardFormats } from './board-formats.js'
import { timesOf } from './layout.js'
import { texts } from './texts.js'
import type { Proposal } from './types.js'

export interface GhostProps {
  proposal: Proposal
  title: string
  conflicts: readonly ConflictCode[]
  columnIndex: number
  columnWidth: number
  axis: Axis
  rowHeight: number
  formats: BoardFormats
  /** Steered by keyboard: kept in view. A pointer scrolls by itself. */
  isFollowed: boolean
}

/** Where a drag would put the appointment, with what it would clash with. Read out by the board's live region, not from here. */
export function Ghost({ proposal, title, conflicts, columnIndex, columnWidth, axis, rowHeight, formats, isFollowed }: GhostProps) {
  const t = useTexts(texts)
  const element = useRef<HTMLDivElement>(null)
  const { from, to } = timesOf(proposal)
  const top = positionOf(axis, proposal.date, from)
  const height = Math.max(1, positionOf(axis, proposal.date, to, 'end') - top) * rowHeight
  const insetInlineStart = columnIndex * columnWidth + 2
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place decides, whatever else changed
  useLayoutEffect(() => {
    if (isFollowed) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isFollowed, top, height, insetInlineStart])
  return (
    <div
      ref={element}
      className={classes.ghost}
      data-ghost
      data-conflict={conflicts.length > 0 || undefined}
      style={{ insetBlockStart: top * rowHeight, minBlockSize: height - 2, insetInlineStart, inlineSize: columnWidth - 4 }}
      aria-hidden
    >
      <span className={classes.ghostTime}>
        <bdi>
          {formats.time(from)} – {formats.time(to)}
        </bdi>
        <span>{t('minutes', { count: proposal.durationMinutes })}</span>
      </span>
      <span className={classes.name} dir="auto">
        {title}
      </span>
      {conflicts.map((code) => (
        <span key={code} className={classes.clash}>
          <IconAlertTriangle size={14} />
          {t(`conflict_${code}`)}
        </span>
      ))}
    </div>
  )
}
