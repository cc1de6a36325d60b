import { useCallback, useEffect, useRef, useState } from 'react'
import type { CacheCategory } from '../../../shared/cache-categories.js'
import type { EntryLine } from '../../../shared/contract/monitor-acts.js'
import { api } from '../../api/client.js'

/** What is looked for. */
export interface Wanted {
  area: EntryLine['area']
  category?: CacheCategory
  kind?: string
}

/** How far a walk through the keys is. */
export interface Walk {
  items: readonly EntryLine[]
  place: 'server' | 'here'
  asOf: string | undefined
  state: 'looking' | 'paused' | 'stopped' | 'ended' | 'failed'
  error: unknown
}

/** So many new entries are looked for at once; a piece of the server's may hold none. */
const atOnce = 50
const start: Walk = { items: [], place: 'server', asOf: undefined, state: 'looking', error: undefined }

/**
 * Walks through the keys of an area in small pieces until there is a screenful, then waits for `more`; `stop` ends the asking at once. Not a query: nothing is asked again by
 * itself, so that what stands there stays while it is read.
 */
export function useWalk(wanted: Wanted): Walk & { more(): void; stop(): void; again(): void } {
  const [walk, setWalk] = useState(start)
  const cursor = useRef<string>(undefined)
  const running = useRef<AbortController>(undefined)
  const key = JSON.stringify(wanted)

  const go = useCallback(
    async (isFresh: boolean): Promise<void> => {
      running.current?.abort()
      const end = new AbortController()
      running.current = end
      if (isFresh) cursor.current = undefined
      setWalk((before) => (isFresh ? start : { ...before, state: 'looking', error: undefined }))
      let added = 0
      try {
        do {
          const input = { ...(JSON.parse(key) as Wanted), limit: atOnce, ...(cursor.current && { cursor: cursor.current }) }
          const { items, place, asOf, nextCursor } = await api.monitor.entries.list(input, { signal: end.signal })
          if (end.signal.aborted) return
          cursor.current = nextCursor
          added += items.length
          setWalk((before) => ({ ...before, place, asOf, items: joined(before.items, items), state: nextCursor ? 'looking' : 'ended' }))
        } while (cursor.current && added < atOnce)
        if (cursor.current) setWalk((before) => ({ ...before, state: 'paused' }))
      } catch (error) {
        if (!end.signal.aborted) setWalk((before) => ({ ...before, state: 'failed', error }))
      }
    },
    [key],
  )
  useEffect(() => {
    void go(true)
    return () => running.current?.abort()
  }, [go])
  return {
    ...walk,
    more: () => void go(false),
    again: () => void go(true),
    stop: () => {
      running.current?.abort()
      setWalk((before) => ({ ...before, state: 'stopped' }))
    },
  }
}

/** A walk may meet a key twice, when the server moves its keys about meanwhile. */
function joined(before: readonly EntryLine[], more: readonly EntryLine[]): EntryLine[] {
  const known = new Set(before.map(({ key }) => key))
  return [...before, ...more.filter(({ key }) => !known.has(key) && known.add(key))]
}
