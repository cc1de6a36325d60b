import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SyncStatus } from '../shared/contract/streams.js'
import { clinic as clinicEntity } from '../shared/entities/staff.js'
import { dayOf } from '../shared/time.js'
import { CachedAnswers } from './cache/answers.js'
import { Cache } from './cache/cache.js'
import { Layers } from './cache/layers.js'
import type { CacheTtls } from './cache/ttl-settings.js'
import { CacheTimes, type Monitor } from './features/monitor/index.js'
import { NotificationWatch } from './features/notifications/index.js'
import { QuestionCounts, ReviewWatch } from './features/review/index.js'
import type { Services } from './features/services.js'
import { createTasks, runningJobs } from './features/tasks.js'
import { systemClock } from './lib/clock.js'
import type { KeyStore } from './lib/key-store.js'
import { costlyRule, type LimitRule, SignInSlowdown } from './lib/limits.js'
import type { Log } from './lib/log.js'
import { Signal } from './lib/signal.js'
import { Limits } from './limits/limits.js'
import { BackupCare, backUpBeforeMigration, backupsFolder } from './maintenance/backup-care.js'
import { applyErasedList } from './maintenance/erased-list.js'
import { ErasureCare } from './maintenance/erasure-care.js'
import { ServerSettingsFile } from './maintenance/server-settings.js'
import { openSettings, partOf } from './maintenance/settings-file.js'
import { monitorOf } from './monitor-parts.js'
import { clinicKeyNames } from './redis/keys.js'
import { ServerWatch } from './redis/server-watch.js'
import { type ClinicKeys, openKeys, readKeysFile, sealingKeys } from './security/keys.js'
import { Membership } from './security/membership.js'
import { derive } from './security/sealing.js'
import { Sessions } from './security/sessions.js'
import { ensureWorkstation, identityOf } from './security/workstation-identity.js'
import { ServerCare, type ServerPlace } from './server-care.js'
import { CacheFile } from './store/cache-file.js'
import { startCheckpoints } from './store/checkpoints.js'
import { compactIfAsked } from './store/compact.js'
import { openDatabase } from './store/database.js'
import { SealedFiles } from './store/files.js'
import { EmergencyJournal } from './store/journal.js'
import { migrate } from './store/migrations/index.js'
import { inlineReader, startReader } from './store/reader.js'
import { PatientIndex } from './store/search/patient-index.js'
import type { SearchablePatient } from './store/search/terms.js'
import { Store } from './store/store.js'
import { Presence } from './sync/presence.js'
import { workstationsOf } from './sync/queries.js'
import { RecordCodec } from './sync/record-codec.js'
import { SyncService } from './sync/sync-service.js'

/** Where a clinic's data lies and what its host brings. */
export interface ClinicPlace {
  folder: string
  keyStore: KeyStore
  /** Kind of the key store, as `keys.json` names it. */
  keyStoreKind: 'system' | 'keyFile' | 'passphrase'
  log: Log
  version: string
  now?: () => number
  /** Reads on this thread in place of workers: for one-shot commands. */
  isOneShot?: boolean
  /** Makes backups and warms the cache by itself while the clinic is open: for programs that go on running. */
  keepsBackups?: boolean
  /** Lifetime of a session; 24 hours when absent. */
  sessionTtlMs?: number
  /** How long notifications are kept; 24 hours when absent. */
  notificationTtlMs?: number
  /** Times of cached values that were set in place of the usual ones. */
  cacheTtls?: CacheTtls
  /** The rule of costly calls in place of the usual one. */
  costlyRule?: LimitRule
  /** Settings of the clinic's server beside those of the screen; without it only these hold. */
  server?: ServerPlace
}

/** The cache's file; it may be deleted at any time while the program does not run. */
const cacheFileName = 'cache.db'

/** A clinic's folder that cannot be used; the message is a sentence for the person at the screen. */
export class ClinicProblem extends Error {
  override readonly name = 'ClinicProblem'
  readonly isPublic = true
}

/** An open clinic: what features use, and how to end it durably. */
export interface OpenClinic {
  services: Services
  store: Store
  journal: EmergencyJournal
  keys: ClinicKeys
  place: ClinicPlace
  backups: BackupCare
  sync: SyncService
  /** Settings of the server; `connect` begins the exchange, which programs that go on running do by themselves. */
  server: ServerCare
  monitor: Monitor
  /** Kept answers of procedures. */
  answers: CachedAnswers
  stop(): Promise<void>
}

/** No server was ever set up: nothing counts as waiting. */
const localOnly: SyncStatus = { state: 'localOnly', waiting: 0, since: null }

/** Whether a folder holds a clinic, whole or damaged. */
export async function holdsClinic(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names.includes('keys.json') || names.includes('medinsight.db')
}

/**
 * Opens a clinic's folder. The caller holds its lock.
 * @throws KeyProblem, KeyStoreError, DatabaseProblem: each a sentence that says what to do
 */
export async function openClinic(place: ClinicPlace): Promise<OpenClinic> {
  if (!(await holdsClinic(place.folder))) throw new ClinicProblem('There is no clinic in this folder. Check the path, or make one with `medinsight init`.')
  const keysFile = await readKeysFile(place.folder)
  const keys = openKeys(keysFile, await place.keyStore.read(keysFile.dataset))
  const syncStatus = new Signal<SyncStatus>(localOnly)
  // The exchange is made from the store, whose journal it hears of.
  let sync: SyncService | undefined
  const onJournal = (error: unknown) => sync?.journalFailed(error)
  const { store, journal, close } = await openParts(place, keys, { onJournal })
  const data = { file: join(place.folder, 'medinsight.db'), key: keys.databaseKey }
  const reader = place.isOneShot ? inlineReader(data) : startReader(data)
  const checkpoints = place.isOneShot ? undefined : startCheckpoints(store.db, data)
  const now = place.now ?? Date.now
  const settings = openSettings(place.folder)
  const backups = new BackupCare({
    folder: place.folder,
    keys,
    keyStore: place.keyStore,
    journal,
    settings,
    program: place.version,
    timeZone: () => store.get(clinicEntity, keys.dataset).timeZone,
    hasServer: () => sync?.hasServer() ?? false,
    erased: store.erased,
    now,
    log: place.log,
  })
  const files = new SealedFiles(join(place.folder, 'files'), keys.clinicKey)
  // Before anybody reads: an older database that took the place of this one knows nothing of what was erased since.
  await applyErasedList(store, backupsFolder(place.folder), keys)
  if (!place.isOneShot) {
    await files.removeUnfinished()
    await ensureWorkstation(store, keys, place.folder, now())
  }
  const sessions = new Sessions(store, now, place.sessionTtlMs)
  // What is written from now on is known as this workstation's, also when the queue has forgotten it.
  store.replication.noteSite(store.site, identityOf(store.db).id)
  const questionCounts = new QuestionCounts({ read: reader.read, now })
  const review = new ReviewWatch({ store, read: reader.read, questionCounts })
  const membership = new Membership({ store, keys, folder: place.folder, now, exchange: async () => sync?.run(), onRemoved: () => sessions.endHere() })
  const sealing = sealingKeys(keys)
  const currentKey = () => sealing.keyOf(sealing.current) ?? keys.clinicKey
  const codec = new RecordCodec(clinicKeyNames(keys.dataset), sealing)
  sync = new SyncService({
    store,
    read: reader.read,
    journal,
    codec,
    currentKey,
    dataset: keys.dataset,
    workstationId: identityOf(store.db).id,
    version: place.version,
    folder: place.folder,
    status: syncStatus,
    log: place.log,
    now,
    membership,
    reviewCount: () => review.count,
  })
  const exchange = sync
  const erasure = new ErasureCare({
    store,
    read: reader.read,
    journal,
    files,
    keys,
    places: () => [backupsFolder(place.folder), ...(backups.secondPlace === undefined ? [] : [backups.secondPlace])],
    retry: (seqs) => void (seqs.length > 0 && exchange.retry(seqs)),
    now,
    log: place.log,
  })
  const layers = cacheLayers(place, keys, store)
  const cacheTimes = new CacheTimes({ part: partOf(settings, 'cacheTimes'), environment: place.cacheTtls ?? {}, env: place.server?.env ?? {} })
  const clinic = () => store.get(clinicEntity, keys.dataset)
  const today = () => dayOf(new Date(now()).toISOString(), clinic().timeZone)
  const cache = new Cache({ layers, state: store, now, today, ttls: cacheTimes.ttls })
  const limits = new Limits({
    dataset: keys.dataset,
    run: store.site,
    nameKey: derive(keys.clinicKey, 'limit names'),
    currentKey,
    clock: place.now ? { now, elapsedMs: now } : systemClock,
    costly: place.costlyRule ?? costlyRule,
  })
  const watch = new ServerWatch(now)
  const server = new ServerCare({
    env: {},
    ...place.server,
    screen: new ServerSettingsFile(settings, keys.databaseKey),
    dataset: keys.dataset,
    sync,
    cache: layers,
    limits,
    watch,
    log: place.log,
  })
  const tasks = createTasks()
  const presence = new Presence({
    link: () => exchange.link,
    currentKey,
    workstationId: identityOf(store.db).id,
    workstations: () => workstationsOf(store.db),
    jobs: () => runningJobs(tasks),
    now,
  })
  tasks.subscribe(() => presence.changed())
  const notifications = new NotificationWatch({
    ...{ store, read: reader.read, now, clinic, sync, syncStatus, storage: backups, tasks, log: place.log },
    openQuestions: () => review.count,
    keptMs: place.notificationTtlMs,
  })
  const monitor = monitorOf({
    place,
    keys,
    store,
    read: reader.read,
    cache,
    layers,
    watch,
    tasks,
    cacheTimes,
    settings,
    codec,
    sync,
    status: syncStatus,
    backups,
    now,
  })
  const services: Services = {
    store,
    read: reader.read,
    limits,
    cache,
    sessions,
    signInSlowdown: new SignInSlowdown(place.now ? { now, elapsedMs: now } : systemClock),
    database: data,
    files,
    tasks,
    clinic,
    now,
    storage: backups,
    erasure,
    sync,
    questionCounts,
    membership,
    server,
    presence,
    notifications,
    syncStatus,
    folder: place.folder,
    clinicKey: keys.clinicKey,
    version: place.version,
    keyStoreKind: place.keyStoreKind,
  }
  if (place.keepsBackups) backups.start()
  if (!place.isOneShot) {
    review.start()
    erasure.start()
    notifications.start()
    await server.connect()
    monitor.start()
  }
  const stop = async () => {
    monitor.stop()
    cache.close()
    await notifications.stop()
    await presence.stop()
    await sync.stop()
    await review.stop()
    await erasure.stop()
    await backups.stop()
    await reader.stop()
    await checkpoints?.stop()
    await close()
  }
  const answers = new CachedAnswers(cache, today)
  return { services, store, journal, keys, place, backups, sync, server, monitor, answers, stop }
}

/** Where the clinic's cache keeps values: programs that go on running have a file for them beside the database. */
function cacheLayers(place: ClinicPlace, keys: ClinicKeys, store: Store): Layers {
  const sealing = sealingKeys(keys)
  return new Layers({
    dataset: keys.dataset,
    clinicKey: keys.clinicKey,
    currentKey: () => sealing.keyOf(sealing.current) ?? keys.clinicKey,
    program: place.version,
    file: place.isOneShot ? undefined : new CacheFile({ file: join(place.folder, cacheFileName), key: derive(keys.databaseKey, 'cache file') }),
    log: place.log,
    now: place.now ?? Date.now,
    clockOffsetMs: () => store.replication.state().clock?.offsetMs ?? 0,
  })
}

interface PartOptions {
  isNew?: boolean
  /** Told of a failure of the journal, and with undefined when it is written again. */
  onJournal?: (error: unknown) => void
}

/** Opens database, journal and store of a clinic's folder, and no more of it: for making one. */
export async function openParts(place: ClinicPlace, keys: ClinicKeys, { isNew = false, onJournal = () => undefined }: PartOptions) {
  const db = openDatabase(join(place.folder, 'medinsight.db'), keys.databaseKey, { create: isNew })
  try {
    await migrate(db, backUpBeforeMigration(place, keys))
    if (!isNew) compactIfAsked(db, join(place.folder, 'medinsight.db'))
    const journal = await EmergencyJournal.open({ folder: join(place.folder, 'journal'), databaseKey: keys.databaseKey })
    const index = new PatientIndex(db)
    const store = new Store({
      db,
      clinicKey: keys.clinicKey,
      journal,
      search: { put: (rowid, fields) => index.put(rowid, fields as unknown as SearchablePatient), remove: (rowid) => void index.remove(rowid) },
      now: place.now ?? Date.now,
      onJournal: (error) => {
        if (error !== undefined) place.log.error('journal.failed', { error })
        onJournal(error)
      },
      onTrouble: (error) => place.log.error('store.trouble', { error }),
    })
    const close = async () => {
      await journal.close()
      store.close()
    }
    return { store, journal, close }
  } catch (error) {
    db.close()
    throw error
  }
}
