import type { contract } from '../../../shared/contract/index.js'
import type { Changes, Progress, SyncStatus } from '../../../shared/contract/streams.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** Most events that wait for a slow listener; older ones go, and screens reload everything when they notice a gap. */
const backlog = 1000

/** What a subscription tells, as an async iterator that ends with the signal. */
async function* heard<Event>(
  signal: AbortSignal,
  subscribe: (listener: (event: Event) => void) => () => void,
  first: readonly Event[] = [],
): AsyncGenerator<Event, void> {
  const events = [...first]
  let wake: (() => void) | undefined
  const stop = subscribe((event) => {
    events.push(event)
    if (events.length > backlog) events.shift()
    wake?.()
  })
  const onAbort = () => wake?.()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      const event = events.shift()
      if (event !== undefined) yield event
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
  }
}

/** Event streams that every screen listens to. */
export const streamHandlers = (services: Services): Handlers<typeof contract.streams> => ({
  changes: ({ signal }) => heard<Changes>(signal, (listener) => services.store.subscribe(({ seq, records }) => listener({ seq, records: [...records] }))),
  syncStatus: ({ signal }) => heard<SyncStatus>(signal, services.syncStatus.subscribe, [services.syncStatus.current()]),
  progress: ({ signal }) => heard<Progress>(signal, services.tasks.subscribe, services.tasks.list()),
})
