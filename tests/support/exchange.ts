import type { Store } from '../../src/main/store/store.js'
import type { Incoming } from '../../src/main/store/transaction.js'
import { entities } from '../../src/shared/entities/index.js'

/** State of every record of a store, as another workstation receives it. Values that stay on each workstation are none of them. */
export function statesOf(store: Store): Incoming[] {
  return entities.flatMap(({ kind, table }) =>
    store.db
      .prepare<[], string>(`SELECT id FROM ${table} ORDER BY id`)
      .pluck()
      .all()
      .flatMap((id) => {
        const held = store.held(kind, id)
        return held ? [{ kind, id, owner: held.owner, cells: held.cells }] : []
      }),
  )
}

/** Sends everything that some stores hold to all of them until they hold the same, as a server between them would. */
export async function exchange(...stores: readonly Store[]): Promise<void> {
  for (let round = 0; new Set(stores.map((store) => store.digest())).size > 1; round++) {
    if (round > 10) throw new Error('The stores do not come to hold the same.')
    for (const from of stores) for (const to of stores) if (from !== to) await to.receive({ records: statesOf(from) })
  }
}
