import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { QuestionKind } from '../../../shared/contract/review.js'
import { questionKinds } from '../../../shared/entities/review-decision.js'

/** What the screen shows; it stands in the address, so that charts can link to a question and the back button works. */
export interface Place {
  view: 'open' | 'decided'
  kind?: QuestionKind | undefined
  question?: string | undefined
}

/** The place that the address names, and how to go to another one. */
export function usePlace(): Place & { go(to: Partial<Place>): void } {
  const search: { view?: unknown; kind?: unknown; question?: unknown } = useSearch({ strict: false })
  const navigate = useNavigate()
  const place: Place = {
    view: search.view === 'decided' ? 'decided' : 'open',
    kind: questionKinds.find((each) => each === search.kind),
    question: typeof search.question === 'string' ? search.question : undefined,
  }
  const go = useCallback(
    (to: Partial<Place>) => {
      const next = Object.fromEntries(Object.entries(to).filter(([name, value]) => value !== undefined && !(name === 'view' && value === 'open')))
      void navigate({ to: '/review', search: next as never, resetScroll: false })
    },
    [navigate],
  )
  return { ...place, go }
}
