import type { FeedPlace } from '../redis/hub.js'
import type { SyncState } from '../store/replication.js'
import { compareIds, type SessionParts } from './session-parts.js'

/**
 * Confirms the waiting operations up to a queue position once the verified cursor has passed `end` with its chain value: at once when it has, else it
 * is left to the follower. `state` is set in the same transaction.
 */
export async function confirmBehind({ replica, on }: SessionParts, end: FeedPlace, seq: number, state: Partial<SyncState> = {}): Promise<void> {
  const { cursor, pending } = { ...replica.state(), ...state }
  const isPassed = cursor !== undefined && (compareIds(cursor.id, end.id) > 0 || (cursor.id === end.id && cursor.chain === end.chain))
  const isLater = pending === undefined || compareIds(end.id, pending.end.id) >= 0
  const { confirmed } = await replica.receive({
    records: [],
    ...(isPassed && { confirmUpTo: seq }),
    state: { ...state, pending: isPassed ? pending : isLater ? { end, seq: Math.max(seq, pending?.seq ?? 0) } : pending },
  })
  on.counted('confirmed', confirmed)
  on.changed()
}
