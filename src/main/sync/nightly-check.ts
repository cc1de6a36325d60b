import { entities } from '../../shared/entities/index.js'
import type { Store } from '../store/store.js'
import type { Timers } from './timers.js'

/** Rows that are looked at in one go, and the pause behind it: some milliseconds of work, and then everybody else's turn. */
const rowsAtOnce = 50
const pauseMs = 25

/** Computes the digests of all records anew, in slices. Returns how many records were not what was saved; stops when the signal aborts. */
export async function checkAllDigests(store: Store, timers: Timers, signal: AbortSignal): Promise<number> {
  let wrong = 0
  for (const entity of entities) {
    let after: number | undefined = 0
    while (after !== undefined && !signal.aborted) {
      const found = store.checkDigests(entity, after, rowsAtOnce)
      wrong += found.wrong
      after = found.last
      await timers.sleep(pauseMs, signal)
    }
  }
  return wrong
}
