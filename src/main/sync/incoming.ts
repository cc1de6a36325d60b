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

/**
 * Mends records that the server holds damaged: what the feed still has of them is merged, for the author's disk may be gone; then they are taken out
 * of the index, so that holders see a difference and send them again.
 */
export async function mendDamaged({ hub, codec, replica, known, on }: SessionParts, epoch: string, damaged: readonly HeldRecord[]): Promise<void> {
  if (damaged.length === 0) return
  on.counted('damaged', damaged.length)
  const wanted = new Set(damaged.map(keyOf))
  let after = feedStart
  for (;;) {
    const entries = await hub.read(after, { count: entriesPerRead, waitMs: 0 })
    const { records } = openAll(
      codec,
      entries.flatMap((entry) => entry.records.filter((record) => wanted.has(keyOf(record)))),
    )
    if (records.length > 0) await replica.receive({ records })
    const last = entries.at(-1)
    if (!last) break
    after = last.id
  }
  for (const record of damaged) {
    await hub.drop(epoch, record)
    known.set(keyOf(record), undefined)
  }
}
