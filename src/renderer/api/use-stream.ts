import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Progress, SyncStatus } from '../../shared/contract/streams.js'
import { api, connection, queryClient, rpc } from './client.js'
import type { ConnectionState } from './connection.js'
import { codeOf } from './errors.js'
import { createInvalidator, createSyncPulse } from './live.js'
import { follow } from './streams.js'

/** Whether somebody is signed in and the screen is not locked; streams rest meanwhile. */
export const ActiveContext = createContext(false)

/** Calls `onEvent` for every event of a stream while the component is shown; broken lines are taken up again. `subscribe` must not change. */
export function useStream<Event>(
  subscribe: (signal: AbortSignal) => Promise<AsyncIterable<Event>>,
  onEvent: (event: Event) => void,
  onResume?: () => void,
): void {
  const handlers = useRef({ onEvent, onResume })
  handlers.current = { onEvent, onResume }
  const isActive = useContext(ActiveContext)
  const hasRun = useRef(false)
  useEffect(() => {
    if (!isActive) return
    // Events went by while the screen was locked.
    if (hasRun.current) handlers.current.onResume?.()
    hasRun.current = true
    const end = new AbortController()
    void follow(connection, subscribe, {
      signal: end.signal,
      onEvent: (event) => handlers.current.onEvent(event),
      onResume: () => handlers.current.onResume?.(),
      onRefused: askWhoIsSignedIn,
    })
    return () => end.abort()
  }, [subscribe, isActive])
}

/** A stream that is refused is the first to tell that the session ended or was locked elsewhere. */
function askWhoIsSignedIn(error: unknown): void {
  if (['UNAUTHORIZED', 'LOCKED'].includes(codeOf(error))) void queryClient.invalidateQueries({ queryKey: rpc.session.welcome.key() })
}

const changes = (signal: AbortSignal) => api.streams.changes(undefined, { signal })
const syncStatus = (signal: AbortSignal) => api.streams.syncStatus(undefined, { signal })
const progress = (signal: AbortSignal) => api.streams.progress(undefined, { signal })

/** Keeps every query current by the streams of changes and of the connection's state; mounted once, in the shell. */
export function useLiveQueries(): void {
  const client = useQueryClient()
  const [invalidator] = useState(() => createInvalidator(client))
  const [pulse] = useState(() => createSyncPulse(client))
  useStream(changes, invalidator.add, invalidator.all)
  useStream(syncStatus, (status) => {
    client.setQueryData(rpc.sync.status.queryKey({ input: {} }), status)
    pulse()
  })
}

/** The state of synchronisation as its stream told it last; undefined until the first event. */
export const useSyncStatus = (): SyncStatus | undefined => useQuery(rpc.sync.status.queryOptions({ input: {}, enabled: false })).data

/** Long tasks of this workstation by id, the newest state of each. */
export function useProgress(): readonly Progress[] {
  const [tasks, setTasks] = useState<readonly Progress[]>([])
  useStream(progress, (event) => setTasks((before) => [event, ...before.filter(({ id }) => id !== event.id)].slice(0, 20)))
  return tasks
}

/** The line between this page and the workstation's core. */
export const useConnection = (): ConnectionState => useSyncExternalStore(connection.subscribe, connection.state)
