import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { inTime } from './in-time.js'
import { hubProblem, problemOf } from './problems.js'
import type { ConnectionName } from './redis-board.js'
import { defineScripts, type RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'

/** A connection, and a sentinel's answer, has to be there within so many milliseconds. */
const CONNECT_MS = 5000
/** A command has to be answered within so many milliseconds. */
const COMMAND_MS = 5000
/** Opening a connection, with everything that belongs to it, is given up after so long. */
const OPEN_MS = 10_000

/**
 * Makes connections for some settings and waits until they are open; all of them or none. They never reconnect and never send anything twice: whoever
 * holds them makes new ones. @throws HubProblem
 */
export async function openClients(settings: RedisSettings, names: readonly ConnectionName[]): Promise<RedisClient[]> {
  const tls = settings.tls && (await tlsOptions(settings.tls))
  const clients = names.map((name) => makeClient(settings, name, tls))
  try {
    await inTime(Promise.all(clients.map(open)), OPEN_MS)
    return clients
  } catch (error) {
    for (const client of clients) client.disconnect()
    throw problemOf(error)
  }
}

async function open(client: RedisClient): Promise<void> {
  const errors: unknown[] = []
  // Stays for good: an error that nobody hears ends up on the console. A line that breaks later is told by its end.
  client.on('error', (error) => {
    if (errors.length === 0) errors.push(error)
  })
  const ended = new Promise<never>((_, reject) => {
    client.once('end', () => reject(errors[0] ?? new Error('Connection is closed.')))
  })
  await Promise.race([client.connect().catch((error) => Promise.reject(errors[0] ?? error)), ended])
  // A database that cannot be chosen does not keep ioredis from going on, in another one.
  if (errors.length > 0) throw errors[0]
}

function makeClient(settings: RedisSettings, name: ConnectionName, tls: ConnectionOptions | undefined): RedisClient {
  const { topology, endpoints } = settings
  const options = { ...sharedOptions(settings, name), ...(tls && { tls }) }
  const client =
    topology === 'cluster'
      ? clusterOf(settings, options)
      : new Redis({
          ...options,
          ...(topology === 'sentinel' ? sentinelOptions(settings, tls) : settings.path === undefined ? endpoints[0] : { path: settings.path }),
        })
  defineScripts(client)
  return client
}

function sharedOptions({ username, password, database }: RedisSettings, name: ConnectionName): RedisOptions {
  return {
    ...(password !== undefined && { username, password }),
    ...(database > 0 && { db: database }),
    connectionName: `medinsight-${name}`,
    protocol: 2,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // A read that waits has a limit of its own.
    ...(name === 'commands' && { commandTimeout: COMMAND_MS }),
    keepAlive: 10_000,
    disableClientInfo: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
  }
}

function sentinelOptions({ endpoints, sentinelName, sentinelPassword }: RedisSettings, tls: ConnectionOptions | undefined): RedisOptions {
  return {
    sentinels: [...endpoints],
    name: sentinelName,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: COMMAND_MS,
    // Whether the server is a master: right after a fail-over sentinels may still name the old one.
    enableReadyCheck: true,
  }
}

function clusterOf(
  { endpoints }: RedisSettings,
  { lazyConnect: _, retryStrategy: __, enableOfflineQueue: ___, enableReadyCheck: ____, db: _____, ...redisOptions }: RedisOptions,
): Cluster {
  return new Cluster([...endpoints], {
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => null,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: CONNECT_MS,
    // Names stay names, because a certificate is for a name.
    dnsLookup: (host, done) => done(null, host),
    redisOptions,
  })
}

/** How to encrypt and whom to trust. @throws HubProblem where the authority's file cannot be read */
export async function tlsOptions({ caFile }: { caFile?: string | undefined }): Promise<ConnectionOptions> {
  if (caFile === undefined) return { minVersion: 'TLSv1.2' }
  try {
    return { minVersion: 'TLSv1.2', ca: await readFile(caFile) }
  } catch {
    throw hubProblem('certificate', 'The file of the certificate authority cannot be read. Choose it again in the settings.')
  }
}
