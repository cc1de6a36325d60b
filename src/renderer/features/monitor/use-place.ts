import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** The tab that the address names; a reload and the back button find it. */
export function usePlace(): { tab: string | undefined; go: (tab: string) => void } {
  const search: { tab?: unknown } = useSearch({ strict: false })
  const navigate = useNavigate()
  const go = useCallback((tab: string) => void navigate({ to: '/monitor', search: { tab } as never }), [navigate])
  return { tab: typeof search.tab === 'string' ? search.tab : undefined, go }
}
