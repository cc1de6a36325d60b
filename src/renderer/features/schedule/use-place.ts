import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { todayIn, useFormats } from '../../i18n/formats.js'
import { useNow } from '../../ui/use-now.js'
import { type Place, placeOf, searchOf, type View, views } from './place.js'

const storageKey = 'schedule-view'

/** The view last used on this computer. */
function usualView(): Pick<Place, 'view' | 'by'> {
  const [view, by] = (localStorage.getItem(storageKey) ?? '').split(' ')
  return { view: views.find((each) => each === view) ?? 'day', by: by === 'chair' ? 'chair' : 'provider' }
}

/** The place in the address, and a way to another. `today` follows the clock. */
export function usePlace(): { place: Place; today: string; go(to: Partial<Place>): void } {
  const { timeZone } = useFormats()
  const now = useNow(30_000)
  const today = todayIn(timeZone, new Date(now))
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const key = JSON.stringify(search)
  const place = useMemo(() => placeOf(JSON.parse(key) as Record<string, unknown>, { ...usualView(), date: today }), [key, today])
  const go = useCallback(
    (to: Partial<Place>) => {
      const next = { ...place, ...to }
      const { view, by }: { view: View; by: Place['by'] } = next
      localStorage.setItem(storageKey, `${view} ${by}`)
      void navigate({ to: '/schedule', search: searchOf(next), replace: next.view === place.view })
    },
    [navigate, place],
  )
  return { place, today, go }
}
