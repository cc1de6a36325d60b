import type { HeldRecord, Hub } from '../redis/hub.js'
import type { Incoming } from '../store/transaction.js'
import type { RecordCodec } from './record-codec.js'

/** Records that came from the server, opened; and those that did not open. */
export interface Opened {
  records: Incoming[]
  /** Missing or changed: whoever holds them has to send them again. */
  damaged: HeldRecord[]
  /** Sealed by a newer program or with a later key: not for this workstation to judge. */
  later: HeldRecord[]
}

/** Opens records as the server holds them. */
export function openAll(codec: RecordCodec, held: readonly HeldRecord[]): Opened {
  const opened: Opened = { records: [], damaged: [], later: [] }
  for (const record of held) {
    const cells = codec.open(record)
    if (cells === 'damaged' || cells === 'later') opened[cells].push(record)
    else opened.records.push({ kind: record.kind, id: record.id, owner: record.owner, cells })
  }
  return opened
}

/** Takes damaged records out of the index, so that holders see a difference and send them again. */
export async function dropDamaged(hub: Hub, epoch: string, damaged: readonly HeldRecord[]): Promise<void> {
  for (const record of damaged) await hub.drop(epoch, record)
}
