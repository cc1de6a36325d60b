import type { CallStage } from '../shared/contract/monitor-blocks.js'
import type { SyncStatus } from '../shared/contract/streams.js'
import type { Cache } from './cache/cache.js'
import { CacheInspection } from './cache/inspection.js'
import type { Layers } from './cache/layers.js'
import { type CacheTimes, Monitor, ThresholdSettings } from './features/monitor/index.js'
import type { StorageCare, Tasks } from './features/services.js'
import { CallStatistics } from './lib/call-statistics.js'
import type { Log } from './lib/log.js'
import type { Signal } from './lib/signal.js'
import { partOf, type SettingsFile } from './maintenance/settings-file.js'
import type { ServerWatch } from './redis/server-watch.js'
import type { ClinicKeys } from './security/keys.js'
import type { Reader } from './store/reader.js'
import type { Store } from './store/store.js'
import { bytesAtServer, type RecordCodec } from './sync/record-codec.js'
import type { SyncService } from './sync/sync-service.js'

/** What of an open clinic the monitor looks at. */
export interface MonitorParts {
  place: { folder: string; log: Log }
  keys: ClinicKeys
  store: Store
  read: Reader['read']
  cache: Cache
  layers: Layers
  watch: ServerWatch
  tasks: Tasks
  cacheTimes: CacheTimes
  settings: SettingsFile
  codec: RecordCodec
  sync: SyncService
  status: Signal<SyncStatus>
  backups: Pick<StorageCare, 'list'>
  now: () => number
}

/** The monitor of an open clinic: what it looks at, put together. */
export function monitorOf({ place, keys, settings, codec, sync, status, backups, ...parts }: MonitorParts): Monitor {
  const { store, layers, now } = parts
  return new Monitor({
    ...parts,
    dataset: keys.dataset,
    calls: new CallStatistics<CallStage>(now),
    inspection: new CacheInspection(layers),
    thresholds: new ThresholdSettings(partOf(settings, 'thresholds')),
    facts: () => sync.facts(),
    status: status.current,
    record: async (name) => {
      const [held] = sync.link ? await sync.link.hub.records([name]) : []
      return held && (codec.open(held) ?? 'refused')
    },
    sealedBytes: (kind, id) => {
      const held = store.held(kind, id)
      return held && bytesAtServer(codec, { kind, id, owner: held.owner, digest: held.digest }, held.cells)
    },
    backups: () => backups.list(),
    folder: place.folder,
    log: place.log,
  })
}
