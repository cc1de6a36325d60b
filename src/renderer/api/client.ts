import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { keepPreviousData, QueryCache, QueryClient } from '@tanstack/react-query'
import type { AppContract } from '../../shared/contract/index.js'
import { createConnection } from './connection.js'
import { codeOf, isRetryable } from './errors.js'
import { isDesktop, openPort, openSocket } from './transports.js'

export type Api = ContractRouterClient<AppContract>

/** The line to this workstation's core; `main.tsx` starts it. */
export const connection = createConnection(isDesktop ? openPort : openSocket)

/** The typed client. Screens read through `rpc` and act through `useCommand`; this is for what is neither. */
export const api: Api = createORPCClient(connection.link)

/** Query options and keys by procedure: `useQuery(rpc.patients.get.queryOptions({ input: { id } }))`. */
export const rpc = createTanstackQueryUtils(api)

/**
 * Answers stay until the event stream says that a record in them changed (live.ts), so nothing is asked twice in vain.
 * The network mode is `always`: the core is on this machine, and the browser's idea of being online says nothing about it.
 */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      // The session ended or was locked elsewhere: asking again who is signed in brings the right screen.
      if (['UNAUTHORIZED', 'LOCKED'].includes(codeOf(error))) void queryClient.invalidateQueries({ queryKey: rpc.session.welcome.key() })
    },
  }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (count, error) => count < 4 && isRetryable(error),
      retryDelay: (count) => Math.min(200 * 2 ** count, 3000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

/** Keeps the last hits on the screen while the next ones are fetched, so that a list does not flash while typing. */
export const keepPrevious = keepPreviousData
