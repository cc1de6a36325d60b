import { memo } from 'react'
import { useTexts } from '../../../i18n/texts.js'
import type { Axis } from './axis.js'
import classes from './board.module.css'
import type { BoardFormats } from './board-formats.js'
import { texts } from './texts.js'

export interface GutterProps {
  axis: Axis
  rowHeight: number
  formats: BoardFormats
  /** Row of the current time and how to write it, when the board shows today. */
  nowRow: number | undefined
  nowText: string
}

/** The hours beside the columns; they stay when the board scrolls sideways. */
export const TimeGutter = memo(function TimeGutter({ axis, rowHeight, formats, nowRow, nowText }: GutterProps) {
  const t = useTexts(texts)
  return (
    <div className={classes.gutter} style={{ blockSize: axis.rows.length * rowHeight }}>
      {axis.rows.map(
        ({ wallMinutes, isRepeat }, row) =>
          wallMinutes % 60 === 0 &&
          (nowRow === undefined || Math.abs(nowRow - row) * rowHeight > 13) && (
            <div key={`${wallMinutes} ${isRepeat}`} className={classes.hour} data-first={row === 0 || undefined} style={{ insetBlockStart: row * rowHeight }}>
              <bdi>{formats.wall(wallMinutes)}</bdi>
              {isRepeat && <span className={classes.again}>{t('again')}</span>}
            </div>
          ),
      )}
      {nowRow !== undefined && (
        <div className={classes.nowLabel} style={{ insetBlockStart: nowRow * rowHeight }}>
          <bdi>{nowText}</bdi>
        </div>
      )}
    </div>
  )
})
