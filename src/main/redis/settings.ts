import { readFileSync } from 'node:fs'
import { SettingProblem } from '../lib/setting-problem.js'
import { type Endpoint, redisPort } from './address.js'
import type { Environment } from './environment.js'
import type { LineFreeze } from './line-freeze.js'
import {
  commandLineSource,
  environmentSource,
  type ScreenSettings,
  type SettingOrigin,
  type SettingSource,
  type SettingValues,
  screenSource,
} from './settings-source.js'

/** What a connection to the clinic's server is made from. Holds the password: never logged, never sent to a screen. */
export interface RedisSettings {
  topology: 'single' | 'cluster' | 'sentinel'
  /** The server; first nodes of the cluster; the sentinels. */
  endpoints: readonly Endpoint[]
  /** Path of a unix socket, in place of the server's endpoint. */
  path?: string | undefined
  username?: string | undefined
  password?: string | undefined
  database: number
  /** Encrypts; `caFile` (PEM) names the authority where the system does not know it. */
  tls?: { caFile?: string | undefined } | undefined
  /** Name of the master that the sentinels watch. */
  sentinelName?: string | undefined
  sentinelPassword?: string | undefined
  /** Lets the lines that are made from this stand still, for the rehearsal of an outage. */
  freeze?: LineFreeze | undefined
}

interface Decided {
  origin: SettingOrigin
  /** Variable or option, as it was written. */
  source?: string
}
type Held<T> = Decided & { value: T | null }

/** Every setting as it holds and who decides it, for the screen. Addresses stand without their password. */
export interface SettingsView {
  enabled: Decided & { value: boolean }
  url: Held<string>
  host: Held<string>
  port: Held<number>
  username: Held<string>
  password: Decided & { isSet: boolean }
  database: Held<number>
  tls: Held<boolean>
  caFile: Held<string>
  clusterNodes: Held<string[]>
  sentinels: Held<string[]>
  sentinelName: Held<string>
}

export interface ResolvedSettings {
  /** Undefined: the workstation stays off the server. */
  settings: RedisSettings | undefined
  view: SettingsView
  aliases: SettingSource['aliases']
  /** Why what the screen gives makes no sense; the workstation then stays off the server rather than not starting. */
  problem?: SettingProblem
}

/**
 * The settings of the server: command line, environment, screen, default, the first that gives a value. The address comes from one source as a whole,
 * and what the screen gives as user and password is for the screen's address only. @throws SettingProblem for command line and environment
 */
export function resolveSettings(given: { commandLine?: string | undefined; env?: Environment; screen?: ScreenSettings }): ResolvedSettings {
  const strong = [commandLineSource(given.commandLine), environmentSource(given.env ?? {})]
  try {
    return resolve([...strong, screenSource(given.screen ?? {})])
  } catch (error) {
    if (!(error instanceof SettingProblem)) throw error
    // Without the screen's values the problem comes again where it is not theirs.
    return { ...resolve(strong), settings: undefined, problem: error }
  }
}

function resolve(sources: readonly SettingSource[]): ResolvedSettings {
  const deciding = sources.find(({ values }) => addressNames.some((name) => values[name] !== undefined))
  const trusted = sources.filter(({ origin }) => origin !== 'screen' || deciding === undefined || deciding.origin === 'screen')
  const address = deciding ? [deciding] : []
  const picked: Picked = {
    enabled: pick(sources, 'enabled'),
    ...pickAll(address, addressNames),
    sentinelName: pick(address, 'sentinelName'),
    ...pickAll(trusted, ['username', 'password', 'database', 'sentinelPassword']),
    tls: pick(trusted, 'tls', (value) => value) ?? pick(trusted, 'tls'),
    caFile: pick(sources, 'caFile'),
  }
  const isEnabled = picked.enabled?.value ?? deciding !== undefined
  const aliases = sources.flatMap((source) => source.aliases)
  return { settings: isEnabled ? settingsOf(picked) : undefined, view: viewOf(picked, isEnabled), aliases }
}

/** Settings that name where the server is. */
const addressNames = ['url', 'host', 'port', 'path', 'clusterNodes', 'sentinels'] as const

type Choice<Name extends keyof SettingValues> = Decided & { value: SettingValues[Name] }
type Picked = { [Name in keyof SettingValues]?: Choice<Name> | undefined }

function pick<Name extends keyof SettingValues>(
  sources: readonly SettingSource[],
  name: Name,
  counts: (value: SettingValues[Name]) => boolean = () => true,
): Choice<Name> | undefined {
  for (const { origin, values } of sources) {
    const found = values[name] as { value: SettingValues[Name]; source?: string } | undefined
    if (found && counts(found.value)) return { ...found, origin }
  }
  return undefined
}

const pickAll = (sources: readonly SettingSource[], names: readonly (keyof SettingValues)[]): Picked =>
  Object.fromEntries(names.map((name) => [name, pick(sources, name)]))

function settingsOf(picked: Picked): RedisSettings {
  const { clusterNodes, sentinels, sentinelName, path, caFile, tls, database } = picked
  if (clusterNodes && sentinels)
    throw new SettingProblem(`${nameOf(clusterNodes, 'Nodes of a cluster')} and ${nameOf(sentinels, 'sentinels')} exclude each other; set one of them.`)
  if (sentinels && !sentinelName) throw new SettingProblem('REDIS_SENTINEL_NAME has to say which master the sentinels watch.')
  if (clusterNodes && database && database.value !== 0)
    throw new SettingProblem(`${nameOf(database, 'The number of the database')} has to be 0 for a cluster, which has no other.`)
  if (tls?.value && caFile) checkAuthority(caFile)
  const hasPath = path !== undefined && !clusterNodes && !sentinels
  const server = { host: picked.host?.value ?? defaults.host, port: picked.port?.value ?? defaults.port }
  const password = picked.password?.value
  return {
    topology: clusterNodes ? 'cluster' : sentinels ? 'sentinel' : 'single',
    endpoints: clusterNodes?.value ?? sentinels?.value ?? (hasPath ? [] : [server]),
    ...(hasPath && { path: path.value }),
    // A user without a password cannot sign in; the server then says what is missing.
    ...(password !== undefined && { password, username: picked.username?.value }),
    database: database?.value ?? defaults.database,
    ...(tls?.value && !hasPath && { tls: { caFile: caFile?.value } }),
    ...(sentinels && { sentinelName: sentinelName?.value, sentinelPassword: picked.sentinelPassword?.value }),
  }
}

const defaults = { host: '127.0.0.1', port: redisPort, database: 0 }

const nameOf = ({ source }: Decided, otherwise: string): string => source ?? otherwise

function checkAuthority(caFile: Choice<'caFile'>): void {
  const isPem = (() => {
    try {
      return readFileSync(caFile.value, 'utf8').includes('-----BEGIN CERTIFICATE-----')
    } catch {
      return false
    }
  })()
  if (!isPem) throw new SettingProblem(`${nameOf(caFile, 'The certificate authority')} has to name a readable file in PEM format.`)
}

function viewOf(picked: Picked, isEnabled: boolean): SettingsView {
  const isSingle = !picked.clusterNodes && !picked.sentinels
  const held = <T>(choice: (Decided & { value: T }) | undefined, otherwise: T | null = null): Held<T> =>
    choice ? { value: choice.value, ...decided(choice) } : { value: otherwise, origin: 'default' }
  const nodes = (choice: Choice<'clusterNodes'> | undefined): Held<string[]> => held(choice && { ...choice, value: choice.value.map(textOf) })
  return {
    enabled: { value: isEnabled, ...decided(picked.enabled) },
    url: held(picked.url),
    host: held(picked.host, isSingle && !picked.path ? defaults.host : null),
    port: held(picked.port, isSingle && !picked.path ? defaults.port : null),
    username: held(picked.username),
    password: { isSet: picked.password !== undefined, ...decided(picked.password) },
    database: held(picked.database, defaults.database),
    tls: held(picked.tls, false),
    caFile: held(picked.caFile),
    clusterNodes: nodes(picked.clusterNodes),
    sentinels: nodes(picked.sentinels),
    sentinelName: held(picked.sentinelName),
  }
}

const decided = (choice: Decided | undefined): Decided => ({
  origin: choice?.origin ?? 'default',
  ...(choice?.source !== undefined && { source: choice.source }),
})

const textOf = ({ host, port }: Endpoint): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
