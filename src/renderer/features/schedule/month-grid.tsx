import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { directionOf } from '../../i18n/languages.js'
import { useLanguage } from '../../i18n/texts.js'
import { addDays, addMonths, weeksOf } from './place.js'
import classes from './schedule.module.css'
import { useDayFormats } from './use-day-formats.js'

interface MonthGridProps {
  /** The day that the arrow keys stand on; its month is shown. */
  date: string
  today: string
  firstDay: number
  isLarge?: boolean
  /** What stands in a day's field beside its number, and what it says aloud. */
  renderDay?: (date: string) => ReactNode
  labelOf: (date: string) => string
  /** The arrow keys came to another day, maybe of another month. */
  onMove(date: string): void
  onPick(date: string): void
}

/** A month as a table of days, of which Tab comes to one and the arrow keys to the others. */
export function MonthGrid({ date, today, firstDay, isLarge, renderDay, labelOf, onMove, onPick }: MonthGridProps) {
  const { weekday, weekdayLetter, month } = useDayFormats()
  const direction = directionOf(useLanguage())
  const grid = useRef<HTMLTableElement>(null)
  const byKey = useRef(false)
  const weeks = useMemo(() => weeksOf(date, firstDay), [date, firstDay])

  useEffect(() => {
    if (!byKey.current) return
    byKey.current = false
    grid.current?.querySelector<HTMLElement>(`[data-date="${date}"]`)?.focus()
  }, [date])

  const press = (event: KeyboardEvent): void => {
    const inline = direction === 'rtl' ? -1 : 1
    const days = { ArrowLeft: -inline, ArrowRight: inline, ArrowUp: -7, ArrowDown: 7 }[event.key]
    const months = { PageUp: -1, PageDown: 1 }[event.key]
    const week = weeks.find((each) => each.includes(date)) ?? []
    const edge = { Home: week[0], End: week[6] }[event.key]
    const to = days ? addDays(date, days) : months ? addMonths(date, months) : edge
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    byKey.current = to !== date
    onMove(to)
  }

  return (
    <table ref={grid} className={classes.month} data-large={isLarge || undefined} aria-label={month(date)} onKeyDown={press}>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day} scope="col" abbr={weekday(day)}>
              {isLarge ? weekday(day) : weekdayLetter(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td key={day} data-selected={day === date || undefined}>
                <button
                  type="button"
                  className={classes.monthDay}
                  data-date={day}
                  data-outside={day.slice(0, 7) !== date.slice(0, 7) || undefined}
                  tabIndex={day === date ? 0 : -1}
                  // A popover that opens gives the focus to this day.
                  data-autofocus={(!isLarge && day === date) || undefined}
                  aria-current={day === today ? 'date' : undefined}
                  aria-label={labelOf(day)}
                  onClick={() => onPick(day)}
                >
                  <span className={classes.dayNumber}>{Number(day.slice(8))}</span>
                  {renderDay?.(day)}
                </button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
