import { bucketOf } from '../records/digest.js'
import { splitKey } from '../store/replication.js'
import type { SessionParts } from './session-parts.js'

/** What comparing digests found; `undefined` while both sides do not stand at the same place of the feed. */
export type Comparison = { isEqual: boolean; differingBuckets: number } | undefined

/**
 * Compares the digests of all buckets with the server's. Only where nothing waits and the cursor stands at the end of the feed do they have to be
 * equal; anything else is a difference still on its way.
 */
export async function compareDigests({ hub, replica }: Pick<SessionParts, 'hub' | 'replica'>): Promise<Comparison> {
  const { epoch, end, buckets } = await hub.snapshot()
  const state = replica.state()
  if (epoch === undefined || state.epoch !== epoch || state.cursor?.id !== end.id || state.reconcile !== undefined || replica.backlog().waiting > 0)
    return undefined
  const mine = replica.buckets()
  const nothing = Buffer.alloc(8)
  // What a dead letter holds back cannot be there.
  const leftOut = new Set([...replica.heldBack()].map((key) => bucketOf(splitKey(key).id)))
  const differingBuckets = [...new Set([...mine.keys(), ...buckets.keys()])].filter(
    (n) => !leftOut.has(n) && Buffer.compare(mine.get(n) ?? nothing, buckets.get(n) ?? nothing) !== 0,
  ).length
  return { isEqual: differingBuckets === 0, differingBuckets }
}
