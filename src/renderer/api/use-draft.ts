import { useCallback, useEffect, useRef, useState } from 'react'
import { v7 } from 'uuid'
import type { Api } from './client.js'
import { api } from './client.js'

type Content = Parameters<Api['drafts']['save']>[0]['content']

/** How long after a keystroke the draft is kept; while somebody types without a pause it is kept this often. */
const saveAfterMs = 1500

interface DraftOptions<Values> {
  /** Name of the form, e.g. `symptom`. */
  form: string
  patientId: string
  /** What the form holds now; undefined when it is empty and there is nothing to keep. */
  values: Values | undefined
  /** Called once with a draft found at the beginning; `savedAt` is an instant. */
  onFound(values: Values, savedAt: string): void
}

/** State of a form's draft. `clear` forgets it, after the form was sent or thrown away. */
export interface Draft {
  /** Whether it has been looked for, so that the form may be shown. */
  isReady: boolean
  /** When it was last kept on this workstation, an instant. */
  savedAt: string | undefined
  hasFailed: boolean
  clear(): Promise<void>
}

/**
 * Keeps what is being typed as a draft on the workstation, and gives it back after a reload or a crash. It stays under the name of whoever
 * typed it. The values must be made of plain JSON.
 */
export function useDraft<Values extends object>({ form, patientId, values, onFound }: DraftOptions<Values>): Draft {
  const [state, setState] = useState<{ isReady: boolean; savedAt: string | undefined; hasFailed: boolean }>({
    isReady: false,
    savedAt: undefined,
    hasFailed: false,
  })
  const kept = useRef<{ id: string; json: string | undefined }>({ id: v7(), json: undefined })
  const wanted = useRef<string | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // One call after another, so that an older text can never arrive last.
  const queue = useRef<Promise<void>>(Promise.resolve())
  const found = useRef(onFound)
  found.current = onFound

  useEffect(() => {
    let isCurrent = true
    const load = async (): Promise<void> => {
      const { items } = await api.drafts.list({ form })
      const head = items.find((each) => each.patientId === patientId)
      if (!head || !isCurrent) return
      const { content, savedAt } = await api.drafts.get({ id: head.id })
      if (!isCurrent) return
      kept.current = { id: head.id, json: JSON.stringify(content) }
      setState((before) => ({ ...before, savedAt }))
      found.current(content as Values, savedAt)
    }
    void load()
      .catch(() => undefined)
      .finally(() => isCurrent && setState((before) => ({ ...before, isReady: true })))
    return () => {
      isCurrent = false
    }
  }, [form, patientId])

  const save = useCallback((): Promise<void> => {
    clearTimeout(timer.current)
    timer.current = undefined
    queue.current = queue.current.then(async () => {
      const json = wanted.current
      const { id } = kept.current
      if (json === kept.current.json) return
      try {
        if (json === undefined) await api.drafts.remove({ id })
        const savedAt = json === undefined ? undefined : (await api.drafts.save({ id, form, patientId, content: JSON.parse(json) as Content })).savedAt
        kept.current = { id: json === undefined ? v7() : id, json }
        setState((before) => ({ ...before, savedAt, hasFailed: false }))
      } catch {
        setState((before) => ({ ...before, hasFailed: true }))
      }
    })
    return queue.current
  }, [form, patientId])

  const json = values === undefined ? undefined : JSON.stringify(values)
  useEffect(() => {
    if (!state.isReady) return
    wanted.current = json
    if (json !== kept.current.json) timer.current ??= setTimeout(() => void save(), saveAfterMs)
  }, [json, save, state.isReady])

  // Leaving the screen or the page keeps what the timer had not come to yet.
  useEffect(() => {
    const flush = (): void => void (timer.current && save())
    const hide = (): void => void (document.visibilityState === 'hidden' && flush())
    addEventListener('pagehide', flush)
    document.addEventListener('visibilitychange', hide)
    return () => {
      removeEventListener('pagehide', flush)
      document.removeEventListener('visibilitychange', hide)
      flush()
    }
  }, [save])

  const clear = useCallback((): Promise<void> => {
    wanted.current = undefined
    return save()
  }, [save])
  return { ...state, clear }
}
