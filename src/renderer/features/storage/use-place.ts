import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { operationStates } from '../../../shared/contract/sync.js'

type QueueState = (typeof operationStates)[number]

/** The tab and, in the queue, the state that the address names; a reload, the back button and the badge find them. */
export function usePlace(): { tab: string | undefined; state: QueueState | undefined; go: (to: { tab: string; state?: QueueState | undefined }) => void } {
  const search: { tab?: unknown; state?: unknown } = useSearch({ strict: false })
  const navigate = useNavigate()
  const go = useCallback((to: { tab: string; state?: QueueState | undefined }) => void navigate({ to: '/storage', search: to as never }), [navigate])
  return {
    tab: typeof search.tab === 'string' ? search.tab : undefined,
    state: operationStates.find((each) => each === search.state),
    go,
  }
}
