import type { ServerChange, ServerSettingsView, ServerTest } from '../shared/contract/server-settings.js'
import type { Layers } from './cache/layers.js'
import type { ServerSettingsCare } from './features/services.js'
import type { Log } from './lib/log.js'
import type { Limits } from './limits/limits.js'
import { InvalidServerSettings, type ServerSettingsFile } from './maintenance/server-settings.js'
import type { CacheLineState } from './redis/cache-line.js'
import { openRedis } from './redis/connection.js'
import type { Environment } from './redis/environment.js'
import { type CacheServer, openRedisCache } from './redis/redis-cache.js'
import type { ServerWatch } from './redis/server-watch.js'
import { type RedisSettings, type ResolvedSettings, resolveSettings } from './redis/settings.js'
import { testConnection } from './redis/test-connection.js'
import type { SyncService } from './sync/sync-service.js'

/** Where the settings of the server come from beside the screen. */
export interface ServerPlace {
  env: Environment
  /** What the command line says: an address, or `off`. */
  commandLine?: string | undefined
}

export interface ServerCareOptions extends ServerPlace {
  screen: ServerSettingsFile
  dataset: string
  sync: SyncService
  /** The cache's own line to the same server. */
  cache: Pick<Layers, 'connect'>
  /** The limits, which count on that line. */
  limits: Pick<Limits, 'use' | 'synchronise'>
  /** What is remembered of the lines. */
  watch: ServerWatch
  log: Log
}

/** The settings of the clinic's server, and the connection that follows them. */
export class ServerCare implements ServerSettingsCare {
  #work: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: ServerCareOptions) {}

  view(): ServerSettingsView {
    return this.#resolved().view
  }

  set(change: ServerChange): void {
    this.#refuseDecided(change)
    this.options.screen.set(change)
    void this.connect()
  }

  async test(change: ServerChange): Promise<ServerTest> {
    this.#refuseDecided(change)
    const { commandLine, env, screen } = this.options
    // Trying is meant as if it were on: that it is switched off is no answer to whether it would work.
    const { settings, problem } = resolveSettings({ commandLine, env, screen: { ...screen.with(change), enabled: true } })
    if (!settings)
      return { steps: [{ step: 'settings', isOk: false, code: 'invalid', sentence: problem?.message ?? 'There is no address of a server to try. Enter one.' }] }
    return { steps: await testConnection(settings) }
  }

  /** Connects as the settings say, or leaves the server that they no longer name. Returns when the exchange has begun; nobody waits for the server. */
  connect(): Promise<void> {
    const connected = this.#work.then(async () => {
      const { dataset, sync, cache, limits, watch, log } = this.options
      const { settings: resolved, aliases, problem } = this.#resolved()
      const settings = resolved && { ...resolved, freeze: watch.freeze }
      for (const { variable, alias } of aliases) log.info('redis.alias', { variable, alias })
      if (problem) log.warn('redis.settings', { error: problem })
      limits.use(undefined)
      watch.use(settings, dataset)
      cache.connect(settings && ((onState) => this.#openCache(settings, onState)))
      const connection = settings && openRedis(settings, { dataset, log })
      if (connection) watch.follow(connection)
      await sync.use(connection)
    })
    this.#work = connected.catch((error: unknown) => this.options.log.error('redis.connect', { error }))
    return connected
  }

  /** The cache's line, on which the limits count too. */
  #openCache(settings: RedisSettings, onState: (state: CacheLineState) => void): CacheServer {
    const { dataset, limits, watch, log } = this.options
    const told = (state: CacheLineState) => {
      watch.cacheLine.note(state)
      onState(state)
      if (state === 'ready') void limits.synchronise()
    }
    const server = openRedisCache(settings, { dataset, log, onState: told })
    limits.use(server.limits)
    return server
  }

  #resolved(): ResolvedSettings {
    const { commandLine, env, screen } = this.options
    return resolveSettings({ commandLine, env, screen: screen.get() })
  }

  /** What a stronger source decides cannot be changed on the screen: kept there it would seem to hold. */
  #refuseDecided(change: ServerChange): void {
    const view = this.view()
    const decided = Object.keys(change).filter((name) => ['commandLine', 'environment'].includes(view[name as keyof ServerSettingsView]?.origin ?? ''))
    if (decided.length > 0) throw new InvalidServerSettings(decided.map((path) => ({ path, code: 'decided' })))
  }
}
