import type { Cells } from '../../src/main/records/cell.js'
import { bucketCount } from '../../src/main/records/digest.js'
import { recordIndex } from '../../src/main/store/replication.js'
import type { Store } from '../../src/main/store/store.js'
import { keyOf } from '../../src/main/sync/record-codec.js'

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
