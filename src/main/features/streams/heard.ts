/** Most events that wait for a slow listener; older ones go, and screens reload everything when they notice a gap. */
const backlog = 1000

/**
 * What a subscription tells, as an async iterator. It ends with the signal, or when the listener leaves, also while it waits for an event; the
 * subscription ends at that moment. `tell` of the subscription takes the events.
 */
export function heard<Event>(
  signal: AbortSignal,
  subscribe: (tell: (event: Event) => void, end: () => void) => () => void,
  first: readonly Event[] = [],
): AsyncIteratorObject<Event, void, void> {
  const events = [...first]
  let wake: () => void = () => undefined
  let isEnded = false
  let stop: () => void = () => undefined
  const end = () => {
    if (isEnded) return
    isEnded = true
    stop()
    signal.removeEventListener('abort', end)
    wake()
  }
  stop = subscribe((event) => {
    events.push(event)
    if (events.length > backlog) events.shift()
    wake()
  }, end)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  const next = async (): Promise<IteratorResult<Event, void>> => {
    while (!isEnded) {
      if (events.length > 0) return { done: false, value: events.shift() as Event }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return { done: true, value: undefined }
  }
  const iterator = {
    next,
    return: async () => {
      end()
      return { done: true as const, value: undefined }
    },
    throw: async (error: unknown) => {
      end()
      throw error
    },
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => end(),
  }
  return iterator as AsyncIteratorObject<Event, void, void>
}
