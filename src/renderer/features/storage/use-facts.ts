import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { SyncFacts } from '../../../shared/contract/sync.js'
import { rpc } from '../../api/client.js'
import { useSyncStatus } from '../../api/use-stream.js'

/** Facts that no event tells of (the last answer, the clock) are asked for so often, and the progress of a comparison every second. */
const factsEveryMs = 5000
const progressEveryMs = 1000

/** What is known of the exchange with the server, kept current while it is shown. */
export function useFacts(): UseQueryResult<SyncFacts & { asOf: string; hasServer: boolean }> {
  return useQuery(
    rpc.sync.facts.queryOptions({
      input: {},
      staleTime: 0,
      refetchInterval: ({ state: { data } }) => (data?.hasServer === false ? false : data?.reconciling ? progressEveryMs : factsEveryMs),
    }),
  )
}

/** Whether this workstation has no server, so that nothing has to be sent. */
export function useIsAlone(): boolean {
  const { data } = useFacts()
  const state = useSyncStatus()?.state
  return data ? !data.hasServer : state === 'localOnly'
}
