import type { Connection } from './connection.js'

/** Longest pause between attempts to take up a stream that is refused. */
const longestPauseMs = 5000

/**
 * Follows an event stream until the signal ends it, and takes it up again whenever the line broke or the stream was refused: a page
 * whose streams died silently would show old records. `onResume` is called before every later round, because events may have been
 * missed; `onRefused` with what the workstation said.
 */
export async function follow<Event>(
  connection: Pick<Connection, 'whenOpen'>,
  subscribe: (signal: AbortSignal) => Promise<AsyncIterable<Event>>,
  handlers: { onEvent: (event: Event) => void; onResume?: () => void; onRefused?: (error: unknown) => void; signal: AbortSignal; pauseMs?: number },
): Promise<void> {
  const { onEvent, onResume, onRefused, signal, pauseMs = 300 } = handlers
  let pause = pauseMs
  for (let round = 0; !signal.aborted; round++) {
    try {
      await connection.whenOpen(signal)
      const events = await subscribe(signal)
      if (round > 0) onResume?.()
      for await (const event of events) {
        if (signal.aborted) return
        pause = pauseMs
        onEvent(event)
      }
    } catch (error) {
      if (signal.aborted) return
      onRefused?.(error)
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, longestPauseMs)
  }
}
