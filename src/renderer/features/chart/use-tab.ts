import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** The tab that the address names, undefined for the first one. */
export function useTabName(): string | undefined {
  const search: { tab?: unknown } = useSearch({ strict: false })
  return typeof search.tab === 'string' ? search.tab : undefined
}

/** Opens another tab of the chart that is shown; it stands in the address, so that a reload and the back button find it. */
export function useOpenTab(): (tab: string) => void {
  const navigate = useNavigate()
  return useCallback((tab) => void navigate({ to: '.', search: { tab } as never, resetScroll: false }), [navigate])
}
