import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { HubProblem } from './hub.js'
import { inTime } from './in-time.js'
import type { LineFreeze } from './line-freeze.js'
import { hubProblem, problemOf } from './problems.js'
import type { ConnectionName } from './redis-board.js'
import { askServer, defineScripts, type RedisClient } from './scripts.js'
import type { RedisSettings } from './settings.js'
import { socketConnector } from './socket-connector.js'

/** A socket has to be open within so many milliseconds. */
const CONNECT_MS = 5000
/** A command has to be answered within so many milliseconds. */
const COMMAND_MS = 5000
/** Opening a connection, with everything that belongs to it, is given up after so long. */
const OPEN_MS = 10_000

/** What a connection is for; the server's list of clients shows it. */
export type ClientName = ConnectionName | 'cache' | 'monitor' | 'probe'

/**
 * Makes connections for some settings and waits until they are open; all of them or none. They never reconnect and never send anything twice: whoever
 * holds them makes new ones. @throws HubProblem
 */
export async function openClients(settings: RedisSettings, names: readonly ClientName[]): Promise<RedisClient[]> {
  const tls = settings.tls && (await tlsOptions(settings.tls))
  const server = settings.topology === 'sentinel' ? await masterOf(settings, tls) : settings
  const made = names.map((name) => makeClient(server, name, tls))
  try {
    await inTime(Promise.all(made.map(open)), OPEN_MS)
    return made.map(({ client }) => client)
  } catch (error) {
    for (const { client } of made) client.disconnect()
    throw problemOf(error)
  }
}

/**
 * In a cluster connects to the node that holds a key. A connection to a cluster is open before those to its nodes are, and with many questions at once all but the first
 * would be refused, because nothing waits in a queue. Disconnects where that fails. @throws HubProblem
 */
export async function connectToHolder(client: RedisClient, key: string): Promise<void> {
  if (!(client instanceof Cluster)) return
  try {
    await inTime(askServer(client, key), CONNECT_MS)
  } catch (error) {
    client.disconnect()
    throw problemOf(error)
  }
}

/** Asks the sentinels, one after the other, which server is the master now. */
async function masterOf(settings: RedisSettings, tls: ConnectionOptions | undefined): Promise<RedisSettings> {
  let problem = hubProblem('unreachable', 'None of the sentinels answers. Check that they run and that their addresses are right.')
  for (const endpoint of settings.endpoints) {
    const socketErrors: Error[] = []
    const options = {
      ...connectionOptions('sentinel', socketErrors, settings.freeze),
      commandTimeout: COMMAND_MS,
      password: settings.sentinelPassword,
      ...(tls && { tls }),
    }
    const sentinel = new Redis({ ...options, ...endpoint })
    try {
      await inTime(open({ client: sentinel, socketErrors }), OPEN_MS)
      const [host, port] = ((await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', settings.sentinelName ?? '')) ?? []) as string[]
      if (host !== undefined) return { ...settings, endpoints: [{ host, port: Number(port) }] }
      problem = hubProblem('unreachable', 'The sentinels watch no master of this name. Check the name in the settings.')
    } catch (error) {
      const { code, message } = problemOf(error)
      if (code !== 'unreachable') problem = hubProblem(code, `A sentinel was asked. ${message}`)
    } finally {
      sentinel.disconnect()
    }
  }
  throw problem
}

/** A client before it is open, and what its sockets told of. */
interface Made {
  client: RedisClient
  socketErrors: readonly Error[]
}

async function open({ client, socketErrors }: Made): Promise<void> {
  const errors: unknown[] = []
  // Stays for good: an error that nobody hears ends up on the console. A line that breaks later is told by its end.
  client.on('error', (error) => {
    if (errors.length === 0) errors.push(error)
  })
  const ended = new Promise<never>((_, reject) => client.once('end', () => reject(errors[0] ?? hubProblem('closed'))))
  try {
    // Of both the error that came first tells what happened; the promise of `connect` only says that it closed.
    await Promise.race([client.connect().catch(() => ended), ended])
    // A database that cannot be chosen does not keep ioredis from going on, in another one.
    if (errors.length > 0) throw errors[0]
  } catch (error) {
    throw whyClosed(problemOf(error), socketErrors[0])
  }
}

/** A socket knows better than ioredis why it closed, above all in a cluster. */
function whyClosed(problem: HubProblem, socketError: Error | undefined): HubProblem {
  const told = problem.code === 'closed' && socketError ? problemOf(socketError) : problem
  return told.code === 'closed' ? hubProblem('closed', 'The server ended the connection at once. Check whether its port expects TLS.') : told
}

function makeClient(settings: RedisSettings, name: ClientName, tls: ConnectionOptions | undefined): Made {
  const { topology, endpoints, path, username, password, database, freeze } = settings
  const socketErrors: Error[] = []
  const options: RedisOptions = {
    ...connectionOptions(name, socketErrors, freeze),
    ...(password !== undefined && { username, password }),
    ...(tls && { tls }),
    // A read that waits has a limit of its own.
    ...(name === 'commands' && { commandTimeout: COMMAND_MS }),
  }
  const place = path === undefined ? endpoints[0] : { path }
  const client = topology === 'cluster' ? clusterOf(settings, options) : new Redis({ ...options, ...place, ...(database > 0 && { db: database }) })
  defineScripts(client)
  return { client, socketErrors }
}

const connectionOptions = (name: string, socketErrors: Error[], freeze: LineFreeze | undefined): RedisOptions => ({
  Connector: socketConnector((error) => {
    if (socketErrors.length === 0) socketErrors.push(error)
  }, freeze),
  connectionName: `medinsight-${name}`,
  protocol: 2,
  lazyConnect: true,
  connectTimeout: CONNECT_MS,
  keepAlive: 10_000,
  disableClientInfo: true,
  enableReadyCheck: false,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  retryStrategy: null,
})

function clusterOf({ endpoints }: RedisSettings, { retryStrategy: _, enableOfflineQueue: __, ...redisOptions }: RedisOptions): Cluster {
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
