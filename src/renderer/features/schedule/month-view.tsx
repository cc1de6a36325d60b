import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorState } from '../../ui/error-state.js'
import { MonthGrid } from './month-grid.js'
import { firstDayOf, type Place, weeksOf } from './place.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { useDayFormats } from './use-day-formats.js'

/** How full each day of the month is; picking one opens it. */
export function MonthView({ place, today, go }: { place: Place; today: string; go(to: Partial<Place>): void }) {
  const t = useTexts(texts)
  const { locale } = useFormats()
  const { full, month } = useDayFormats()
  const firstDay = firstDayOf(locale)
  const weeks = weeksOf(place.date, firstDay)
  const { data, error, refetch, dataUpdatedAt } = useQuery(
    rpc.appointments.counts.queryOptions({
      input: {
        from: weeks[0]?.[0] ?? place.date,
        to: weeks.at(-1)?.[6] ?? place.date,
        ...(place.providerIds.length > 0 && { providerIds: [...place.providerIds] }),
        ...(place.chairIds.length > 0 && { chairIds: [...place.chairIds] }),
      },
      placeholderData: keepPrevious,
    }),
  )
  const counts = useMemo(() => new Map(data?.items.map((item) => [item.date, item])), [data])
  const most = Math.max(1, ...[...counts.values()].map(({ bookedMinutes }) => bookedMinutes))
  const label = (date: string): string => {
    const item = counts.get(date)
    const parts = [
      full(date),
      item && item.appointmentCount > 0 ? t('visits', { count: item.appointmentCount }) : t('noVisits'),
      item && !item.isOpen && t('closedDay'),
    ]
    return parts.filter(Boolean).join(', ')
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <div className={classes.monthView}>
      <MonthGrid
        isLarge
        date={place.date}
        today={today}
        firstDay={firstDay}
        labelOf={label}
        onMove={(date) => go({ date })}
        onPick={(date) => go({ view: 'day', date })}
        renderDay={(date) => {
          const item = counts.get(date)
          if (!item) return null
          return (
            <>
              {item.appointmentCount > 0 && <span className={classes.visitCount}>{t('visits', { count: item.appointmentCount })}</span>}
              {!item.isOpen && <span className={classes.closedDay}>{t('closedDay')}</span>}
              {item.appointmentCount > 0 && (
                <span className={classes.load}>
                  <span style={{ inlineSize: `${Math.max(4, (item.bookedMinutes / most) * 100)}%` }} />
                </span>
              )}
            </>
          )
        }}
      />
      <p className={classes.foot}>
        {t('monthTotal', {
          count: [...counts.values()].filter(({ date }) => date.slice(0, 7) === place.date.slice(0, 7)).reduce((sum, item) => sum + item.appointmentCount, 0),
          month: month(place.date),
        })}{' '}
        <AsOf at={dataUpdatedAt} freshness={data?.freshness} />
      </p>
    </div>
  )
}
