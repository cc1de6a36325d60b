import type { Cells } from '../../src/main/records/cell.js'
import { bucketCount } from '../../src/main/records/digest.js'
import type { Hub } from '../../src/main/redis/hub.js'
import { recordIndex } from '../../src/main/store/replication.js'
import type { Store } from '../../src/main/store/store.js'
import { keyOf, type RecordCodec } from '../../src/main/sync/record-codec.js'
import type { KeyedCells } from '../simulation/oracle.js'

/** A record as it is held, by its key `kind/id` in a map of them. */
export interface HeldRow {
  kind: string
  id: string
  cells: Cells
  digest: Uint8Array
}

const allBuckets = Array.from({ length: bucketCount }, (_, n) => n)

/** Every record of a store, deleted, kept and parked ones too. */
export function recordsOf(store: Store): Map<string, HeldRow> {
  const rows = new Map<string, HeldRow>()
  for (const { kind, id } of recordIndex.run(store.db, { buckets: allBuckets })) {
    const held = store.held(kind, id)
    if (held) rows.set(keyOf({ kind, id }), { kind, id, cells: held.cells, digest: held.digest })
  }
  return rows
}

/** The cells of every record of a server that opens, and with the feed also those that its entries hold. */
export async function cellsOnServer(hub: Hub, codec: RecordCodec, isWithFeed: boolean): Promise<KeyedCells[]> {
  const index = [...(await hub.buckets(allBuckets)).values()].flat()
  const records = (await hub.records(index)).filter((record) => record !== undefined)
  const inFeed = isWithFeed ? (await hub.read('0-0', { count: 100_000, waitMs: 0 })).flatMap((entry) => entry.records) : []
  return [...records, ...inFeed].flatMap((record) => {
    const cells = codec.open(record)
    return typeof cells === 'string' ? [] : [[keyOf(record), cells] as const]
  })
}
