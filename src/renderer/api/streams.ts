import { ORPCError } from '@orpc/client'
import type { Connection } from './connection.js'

/**
 * Follows an event stream until the signal ends it, and takes it up again whenever the line broke.
 * `onResume` is called before every later round, because events may have been missed. A refusal (signed out) ends it.
 */
export async function follow<Event>(
  connection: Pick<Connection, 'whenOpen'>,
  subscribe: (signal: AbortSignal) => Promise<AsyncIterable<Event>>,
  { onEvent, onResume, signal, pauseMs = 500 }: { onEvent: (event: Event) => void; onResume?: () => void; signal: AbortSignal; pauseMs?: number },
): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    try {
      await connection.whenOpen(signal)
      const events = await subscribe(signal)
      if (round > 0) onResume?.()
      for await (const event of events) {
        if (signal.aborted) return
        onEvent(event)
      }
    } catch (error) {
      if (signal.aborted || (error instanceof ORPCError && error.status < 500)) return
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
