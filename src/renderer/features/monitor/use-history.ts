import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Sample } from '../../../shared/contract/monitor-acts.js'
import { api, rpc } from '../../api/client.js'

/** What is shown of the past: every five seconds of the last ten minutes, or every minute of the last day. */
export type Range = 'minutes' | 'day'

/** How long each range is, and after how long without a sample its line is broken, in milliseconds. */
export const ranges: Readonly<Record<Range, { lengthMs: number; gapMs: number; everyMs: number }>> = {
  minutes: { lengthMs: 600_000, gapMs: 20_000, everyMs: 5000 },
  day: { lengthMs: 86_400_000, gapMs: 200_000, everyMs: 60_000 },
}

interface History {
  asOf: string
  samples: readonly Sample[]
}

/** The samples of a range, kept current while they are shown; only what came since the last look is asked for. */
export function useHistory(range: Range): UseQueryResult<History> {
  const client = useQueryClient()
  const queryKey = rpc.monitor.history.key({ input: { range } })
  const { lengthMs, everyMs } = ranges[range]
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<History> => {
      const before = client.getQueryData<History>(queryKey)?.samples ?? []
      const after = before.at(-1)?.at
      const { asOf, samples } = await api.monitor.history({ range, ...(after && { after }) }, { signal })
      const oldest = new Date(Date.parse(asOf) - lengthMs).toISOString()
      return { asOf, samples: [...before, ...samples].filter(({ at }) => at >= oldest) }
    },
    staleTime: 0,
    refetchInterval: everyMs,
  })
}
