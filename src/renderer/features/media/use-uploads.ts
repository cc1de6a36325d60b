import { useCallback, useEffect, useRef, useState } from 'react'
import { prepare } from './prepare.js'
import { addMedia } from './send.js'

/** One file on its way into the chart. */
export interface Upload {
  id: string
  file: File
  state: 'waiting' | 'preparing' | 'sending' | 'failed'
  /** Part that has been sent, 0 to 1. */
  share: number
  error?: unknown
}

export interface Uploads {
  items: readonly Upload[]
  add(files: readonly File[]): void
  retry(id: string): void
  /** Stops an upload, or forgets one that failed. */
  drop(id: string): void
}

/** Adds files one after the other; failed ones stay with their reason. Leaving the screen stops what has not been sent. */
export function useUploads(patientId: string, onAdded: (count: number) => void): Uploads {
  const [items, setItems] = useState<readonly Upload[]>([])
  const running = useRef<{ id: string; end: AbortController }>(undefined)
  const added = useRef(0)
  const latest = useRef(onAdded)
  latest.current = onAdded
  const change = useCallback((id: string, patch: Partial<Upload>) => setItems((all) => all.map((each) => (each.id === id ? { ...each, ...patch } : each))), [])

  useEffect(() => {
    const next = items.find(({ state }) => state === 'waiting')
    if (running.current) return
    if (!next) {
      if (added.current > 0) latest.current(added.current)
      added.current = 0
      return
    }
    const end = new AbortController()
    running.current = { id: next.id, end }
    const work = async (): Promise<void> => {
      change(next.id, { state: 'preparing' })
      const prepared = await prepare(next.file)
      if (end.signal.aborted) return
      change(next.id, { state: 'sending', share: 0 })
      await addMedia(patientId, next.file, prepared, { signal: end.signal, onProgress: (share) => change(next.id, { share }) })
      added.current++
      setItems((all) => all.filter(({ id }) => id !== next.id))
    }
    work()
      .catch((error: unknown) => {
        if (!end.signal.aborted) change(next.id, { state: 'failed', error })
      })
      .finally(() => {
        running.current = undefined
        // Wakes the effect for the next one.
        setItems((all) => [...all])
      })
  }, [items, patientId, change])
  useEffect(() => () => running.current?.end.abort(), [])

  return {
    items,
    add: (files) => setItems((all) => [...all, ...files.map((file) => ({ id: crypto.randomUUID(), file, state: 'waiting' as const, share: 0 }))]),
    retry: (id) => change(id, { state: 'waiting', share: 0, error: undefined }),
    drop: (id) => {
      if (running.current?.id === id) running.current.end.abort()
      setItems((all) => all.filter((each) => each.id !== id))
    },
  }
}
