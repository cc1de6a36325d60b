import { useCallback, useRef, useState } from 'react'
import { v7 } from 'uuid'

interface Attempt<Output> {
  key: string
  commandId: string
  running?: Promise<Output | undefined>
}

/** State of a command that a screen gives. `run` settles with undefined when it failed; the error is then in `error`. */
export interface Command<Input, Output> {
  run(input: Omit<Input, 'commandId'>): Promise<Output | undefined>
  isRunning: boolean
  error: unknown
  reset(): void
}

/**
 * Gives a command with an id made here. A double click joins the call that runs, and repeating a failed call with the same input
 * keeps its id, so that it is carried out once even when the first answer was lost.
 */
export function useCommand<Input, Output>(call: (input: Input & { commandId: string }) => Promise<Output>): Command<Input, Output> {
  const last = useRef<Attempt<Output>>(undefined)
  const latest = useRef(call)
  latest.current = call
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({ isRunning: false, error: undefined })

  const run = useCallback((input: Omit<Input, 'commandId'>): Promise<Output | undefined> => {
    const key = JSON.stringify(input)
    const before = last.current?.key === key ? last.current : undefined
    if (before?.running) return before.running
    const attempt: Attempt<Output> = before ?? { key, commandId: v7() }
    last.current = attempt
    setState({ isRunning: true, error: undefined })
    attempt.running = latest.current({ ...input, commandId: attempt.commandId } as Input & { commandId: string }).then(
      (output) => {
        last.current = undefined
        setState({ isRunning: false, error: undefined })
        return output
      },
      (error: unknown) => {
        attempt.running = undefined
        setState({ isRunning: false, error })
        return undefined
      },
    )
    return attempt.running
  }, [])

  const reset = useCallback(() => setState({ isRunning: false, error: undefined }), [])
  return { run, reset, ...state }
}
