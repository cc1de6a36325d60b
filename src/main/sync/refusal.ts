import type { WaitingOperation } from '../store/replication.js'
import { keyOf } from './record-codec.js'
import type { SessionParts } from './session-parts.js'

/** Failures of an operation alone, for its own sake, that make it a dead letter; and the wait between them. */
const triesForItsOwnSake = 5
const retryOwnMs = 1000
const readAtOnce = 500

/** Counts that the server refused an operation for its own sake, and waits before it is tried again; true when it is given up and became a dead letter. */
export async function isGivenUp({ replica, on, timers }: SessionParts, operation: WaitingOperation, signal: AbortSignal): Promise<boolean> {
  on.counted('refused', 1)
  const state = replica.noteRefused(operation, 'record', triesForItsOwnSake)
  on.changed()
  if (state === 'waiting') await timers.sleep(retryOwnMs, signal)
  return state === 'dead'
}

/** The oldest waiting operation that wrote a record. */
export function waitingOn({ replica }: Pick<SessionParts, 'replica'>, key: string): WaitingOperation | undefined {
  for (let after = 0; ; ) {
    const operations = replica.waiting(after, readAtOnce)
    const found = operations.find(({ records }) => records.some((record) => keyOf(record) === key))
    const last = operations.at(-1)
    if (found || !last) return found
    after = last.seq
  }
}
