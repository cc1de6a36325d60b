import type { FeedPlace } from '../redis/hub.js'
import type { SyncState } from '../store/replication.js'
import { compareIds, type SessionParts } from './session-parts.js'

/**
 * Confirms the waiting operations up to a queue position once the follower has read the feed up to `end`: at once when it stands there, later when it has
 * yet to come there. Where it is past it, or another end is waited for, nobody can tell whether the server was put back: then everything is compared.
 * `entries` are the round's own that the feed must have until there; `state` is set in the same transaction.
 */
export async function confirmBehind(
  { replica, on }: SessionParts,
  end: FeedPlace,
  seq: number,
  { entries = 0, state = {} }: { entries?: number; state?: Partial<SyncState> } = {},
): Promise<void> {
  const { cursor, pending } = { ...replica.state(), ...state }
  const order = cursor ? compareIds(cursor.id, end.id) : -1
  const isThere = order === 0 && cursor?.chain === end.chain && entries === 0
  const isAhead = order < 0 && (pending === undefined || isSamePlace(pending.end, end))
  const { confirmed } = await replica.receive({
    records: [],
    ...(isThere && { confirmUpTo: seq }),
    state: {
      ...state,
      ...(isAhead && { pending: { end, seq: Math.max(seq, pending?.seq ?? 0), entries: pending?.entries ?? entries } }),
      ...(!isThere && !isAhead && { reconcile: 'known' }),
    },
  })
  on.counted('confirmed', confirmed)
  on.changed()
}

const isSamePlace = (a: FeedPlace, b: FeedPlace): boolean => a.id === b.id && a.chain === b.chain
