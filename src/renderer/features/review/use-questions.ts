import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { QuestionKind } from '../../../shared/contract/review.js'
import { keepPrevious, rpc } from '../../api/client.js'

const pageSize = 50

/** Open questions of a kind, newest first, page after page. */
export function useQuestions(kind: QuestionKind | undefined) {
  const query = useInfiniteQuery(
    rpc.review.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: pageSize, ...(kind && { kinds: [kind] }), ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
    }),
  )
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return { query, items }
}
