import type { Cells } from '../records/cell.js'
import { feedStart, type HeldRecord } from '../redis/hub.js'
import type { Incoming } from '../store/transaction.js'
import { keyOf, type RecordCodec } from './record-codec.js'
import { SessionEnded, type SessionParts } from './session-parts.js'

/** Records that came from the server, opened; and those that are missing or do not open: whoever holds them has to send them again. */
export interface Opened {
  records: Incoming[]
  damaged: HeldRecord[]
}

/** Opens records as the server holds them. @throws SessionEnded when only a newer program reads one of them: it is whole, and nobody has to send it again */
export function openAll(codec: RecordCodec, held: readonly HeldRecord[]): Opened {
  const opened: Opened = { records: [], damaged: [] }
  for (const record of held) {
    const cells = openOne(codec, record)
    if (cells) opened.records.push({ kind: record.kind, id: record.id, owner: record.owner, cells })
    else opened.damaged.push(record)
  }
  return opened
}

function openOne(codec: RecordCodec, record: HeldRecord): Cells | undefined {
  try {
    return codec.open(record)
  } catch (error) {
    throw error instanceof RangeError ? new SessionEnded('schema') : error
  }
}

const entriesPerRead = 64
/** Records of the feed that are merged in one transaction. */
const recordsAtOnce = 50

/** Merges what the feed still has and is not held here as it stands there: of the `wanted` records, or of all. Ends early when the signal aborts. */
export async function mergeFeed(
  { hub, codec, replica, timers, on }: SessionParts,
  { wanted, signal }: { wanted?: ReadonlySet<string>; signal?: AbortSignal },
): Promise<void> {
  for (let after = feedStart; !signal?.aborted; ) {
    const entries = await hub.read(after, { count: entriesPerRead, waitMs: 0 })
    on.moved()
    const sent = entries.flatMap((entry) => entry.records.filter((record) => wanted?.has(keyOf(record)) ?? !replica.holds(record)))
    for (let at = 0; at < sent.length; at += recordsAtOnce) {
      const { records } = openAll(codec, sent.slice(at, at + recordsAtOnce))
      if (records.length > 0) await replica.receive({ records })
      await timers.turn()
    }
    const last = entries.at(-1)
    if (!last) return
    after = last.id
  }
}

/**
 * Mends records that the server holds damaged: what the feed still has of them is merged, for the author's disk may be gone; then they are taken out
 * of the index, so that holders see a difference and send them again.
 */
export async function mendDamaged(parts: SessionParts, epoch: string, damaged: readonly HeldRecord[]): Promise<void> {
  if (damaged.length === 0) return
  const { hub, known, on } = parts
  on.counted('damaged', damaged.length)
  await mergeFeed(parts, { wanted: new Set(damaged.map(keyOf)) })
  for (const record of damaged) {
    await hub.drop(epoch, record)
    known.set(keyOf(record), undefined)
  }
}
