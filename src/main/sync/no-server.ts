import type { SyncFacts, WorkstationLine } from '../../shared/contract/sync.js'
import type { Store } from '../store/store.js'

/** What the exchange answers where no server was ever set up: nothing waits, and nothing is sent. */
export const noServer = (store: Store) => ({
  facts: (): SyncFacts => ({
    status: { state: 'localOnly', waiting: 0, since: null },
    attention: [],
    waiting: 0,
    oldestWaitingAt: null,
    dead: 0,
    parked: 0,
    lastContactAt: null,
    clockOffsetMs: null,
    reconciling: null,
    lastAudit: null,
    digest: store.digest(),
    records: 0,
  }),
  run: async () => ({ sent: 0, received: 0, failed: 0 }),
  retry: () => 0,
  workstations: async (): Promise<WorkstationLine[]> => [],
  audit: async () => ({ at: new Date().toISOString(), isEqual: true, differingBuckets: 0 }),
  clearSent: () => 0,
})
