import type { ServerChange, ServerSettings, ServerSettingsView, ServerTest } from '../../shared/contract/server-settings.js'
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

/** The screen's settings as `ServerSettingsFile` keeps them. */
interface ScreenSettings {
  get(): ServerSettings
  with(change: ServerChange): ServerSettings
  set(change: ServerChange): void
}

/** Settings of a server where only the screen and the defaults give values, and no server can be reached. */
export const noServerSettings = (screen: ScreenSettings) => ({
  view: (): ServerSettingsView => {
    const kept = screen.get()
    const shown = <Value>(value: Value | undefined, usual: Value | null) =>
      value === undefined ? { value: usual, origin: 'default' as const } : { value, origin: 'screen' as const }
    const { password, enabled = false } = kept
    return {
      enabled: { value: enabled, origin: kept.enabled === undefined ? 'default' : 'screen' },
      url: shown(kept.url, null),
      host: shown(kept.host, '127.0.0.1'),
      port: shown(kept.port, 6379),
      username: shown(kept.username, null),
      password: { isSet: password !== undefined, origin: password === undefined ? 'default' : 'screen' },
      database: shown(kept.database, 0),
      tls: shown(kept.tls, false),
      caFile: shown(kept.caFile, null),
      clusterNodes: shown(kept.clusterNodes, null),
      sentinels: shown(kept.sentinels, null),
      sentinelName: shown(kept.sentinelName, null),
    }
  },
  set: (change: ServerChange) => screen.set(change),
  test: async (change: ServerChange): Promise<ServerTest> => {
    screen.with(change)
    return { steps: [{ step: 'connect', isOk: false, code: 'unreachable', sentence: 'No server can be reached from here.' }] }
  },
})
