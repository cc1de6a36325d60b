import { memo } from 'react'
import { type Axis, missingOn } from './axis.js'
import classes from './board.module.css'
import { AppointmentBlock } from './board-appointment.js'
import type { BoardFormats } from './board-formats.js'
import { type Placed, type Stretch, shadedRows, stretchOn } from './layout.js'
import type { BoardText } from './texts.js'
import type { BoardColumn } from './types.js'
import { itemKeyOf } from './use-board-model.js'

export interface ColumnProps {
  column: BoardColumn
  index: number
  width: number
  placed: readonly Placed[]
  axis: Axis
  rowHeight: number
  /** Rows in view; appointments elsewhere are left out. */
  rows: Stretch
  formats: BoardFormats
  /** Key of the appointment in this column that Tab comes to; it is drawn in view or not. */
  tabStop: string | undefined
  lifted: string | undefined
  isReadOnly: boolean
  /** Row of the current time, on today's column. */
  nowRow: number | undefined
  t: BoardText
}

/** A provider's or chair's day: shading, closed times and the appointments in view. */
export const ColumnBody = memo(function ColumnBody({
  column,
  index,
  width,
  placed,
  axis,
  rowHeight,
  rows,
  formats,
  tabStop,
  lifted,
  isReadOnly,
  nowRow,
  t,
}: ColumnProps) {
  const band = ({ from, to }: Stretch) => ({ insetBlockStart: from * rowHeight, blockSize: (to - from) * rowHeight })
  const shown = placed
    .map((item, order) => ({ item, order, key: itemKeyOf(column.id, item.appointment.id) }))
    .filter(({ item, key }) => (item.from < rows.to && item.to > rows.from) || key === tabStop || key === lifted)
  return (
    <div className={classes.column} style={{ insetInlineStart: index * width, inlineSize: width }} data-column={column.id}>
      {shadedRows(column.working, column.date, axis).map((stretch) => (
        <div key={stretch.from} className={classes.shade} style={band(stretch)} />
      ))}
      {missingOn(axis, column.date).map((stretch) => (
        <div key={stretch.from} className={classes.missing} style={band(stretch)}>
          {!axis.rows[stretch.from]?.isRepeat && <span>{t('skippedHour')}</span>}
        </div>
      ))}
      {column.closed.map((time) => {
        const stretch = stretchOn({ from: Date.parse(time.startAt), to: Date.parse(time.endAt) }, column.date, axis)
        return (
          stretch.to > stretch.from && (
            <div key={time.id} className={classes.closed} style={band(stretch)}>
              <span>{time.label}</span>
            </div>
          )
        )
      })}
      {shown.length > 0 && (
        <ul className={classes.list} aria-label={t('columnLabel', { column: `${column.group?.label ?? ''} ${column.label}`.trim(), count: placed.length })}>
          {shown.map(({ item, order, key }) => (
            <AppointmentBlock
              key={key}
              placed={item}
              itemKey={key}
              position={order + 1}
              count={placed.length}
              rowHeight={rowHeight}
              columnWidth={width}
              formats={formats}
              isTabStop={key === tabStop}
              isLifted={key === lifted}
              isReadOnly={isReadOnly}
              t={t}
            />
          ))}
        </ul>
      )}
      {nowRow !== undefined && <div className={classes.now} style={{ insetBlockStart: nowRow * rowHeight }} />}
    </div>
  )
})
