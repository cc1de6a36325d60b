import { AsyncIteratorClass } from '@orpc/server'

/** What stands between a handler's events and the caller. */
export interface StreamGuard {
  signal: AbortSignal
  /** Throws when the caller may no longer see events; asked before each one. */
  check: () => Promise<void>
  /** Turns what the handler threw into an error of the contract. */
  toRefusal: (error: unknown) => unknown
}

/**
 * A handler's stream as callers get it: events stop at once when the caller goes, even while the handler waits for the next one, and when its
 * session ends or is locked.
 */
export function guardedStream(events: AsyncIterator<unknown>, { signal, check, toRefusal }: StreamGuard): AsyncIteratorClass<unknown, unknown> {
  const gone = Promise.withResolvers<IteratorResult<unknown>>()
  const onAbort = () => {
    gone.resolve({ done: true, value: undefined })
    // Not awaited: a generator that waits for an event answers only after it.
    void events.return?.().catch(() => undefined)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return new AsyncIteratorClass(
    async () => {
      try {
        const result = await Promise.race([events.next(), gone.promise])
        if (!result.done) await check()
        return result
      } catch (error) {
        throw toRefusal(error)
      }
    },
    async () => {
      signal.removeEventListener('abort', onAbort)
      gone.resolve({ done: true, value: undefined })
      void events.return?.().catch(() => undefined)
    },
  )
}
