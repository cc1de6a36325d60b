import { SettingProblem } from '../lib/setting-problem.js'
import { type Address, type Endpoint, readAddress, readEndpoints, redisPort, sentinelPort, withoutPassword } from './address.js'
import { type Environment, type Found, findVariable, plainText, wholeNumber, yesOrNo } from './environment.js'

/** Where the value of a setting comes from, the strongest first. */
export type SettingOrigin = 'commandLine' | 'environment' | 'screen' | 'default'

/** What the settings screen gives; what is absent is left to a weaker source. */
export interface ScreenSettings {
  enabled?: boolean
  url?: string
  host?: string
  port?: number
  username?: string
  password?: string
  database?: number
  tls?: boolean
  caFile?: string
  clusterNodes?: string[]
  sentinels?: string[]
  sentinelName?: string
}

/** Every setting with its value. */
export interface SettingValues {
  enabled: boolean
  /** The address in one, without its password. */
  url: string
  host: string
  port: number
  path: string
  username: string
  password: string
  database: number
  tls: boolean
  caFile: string
  clusterNodes: Endpoint[]
  sentinels: Endpoint[]
  sentinelName: string
  sentinelPassword: string
}

/** What one source gives, each value with the variable or option it was written in. */
export interface SettingSource {
  readonly origin: SettingOrigin
  readonly values: { readonly [Name in keyof SettingValues]?: { readonly value: SettingValues[Name]; readonly source?: string } }
  /** Older names that were used, with the name that they stand for. */
  readonly aliases: readonly { variable: string; alias: string }[]
}

/** `--redis URL` or `--redis off`. @throws SettingProblem */
export function commandLineSource(text: string | undefined): SettingSource {
  const source = '--redis'
  if (text === undefined) return { origin: 'commandLine', values: {}, aliases: [] }
  if (text === 'off') return { origin: 'commandLine', values: { enabled: { value: false, source } }, aliases: [] }
  const address = readAddress(text, source)
  if (address.password !== undefined) throw new SettingProblem('An address with a password is not taken on the command line; set REDIS_URL.')
  return { origin: 'commandLine', values: { ...addressValues(text, address, source), enabled: { value: true, source } }, aliases: [] }
}

/** The variables of `.env.example`. @throws SettingProblem */
export function environmentSource(env: Environment): SettingSource {
  const aliases: { variable: string; alias: string }[] = []
  const read = <T>(name: string, take: (found: Found) => T): { value: T; source: string } | undefined => {
    const found = findVariable(env, name)
    if (!found) return undefined
    if (found.variable !== name) aliases.push({ variable: name, alias: found.variable })
    return { value: take(found), source: found.variable }
  }
  const url = findVariable(env, 'REDIS_URL')
  const values = defined({
    enabled: read('REDIS_ENABLED', yesOrNo),
    host: read('REDIS_HOST', (found) => host(found)),
    port: read('REDIS_PORT', (found) => wholeNumber(found, 1, 65_535)),
    username: read('REDIS_USERNAME', (found) => plainText(found, 128)),
    password: read('REDIS_PASSWORD', (found) => plainText(found, 512)),
    database: read('REDIS_DB', (found) => wholeNumber(found, 0, 9999)),
    tls: read('REDIS_TLS', yesOrNo),
    caFile: read('REDIS_CA_FILE', (found) => plainText(found, 1000).trim()),
    clusterNodes: read('REDIS_CLUSTER_NODES', ({ text, variable }) => readEndpoints(text, variable, redisPort)),
    sentinels: read('REDIS_SENTINELS', ({ text, variable }) => readEndpoints(text, variable, sentinelPort)),
    sentinelName: read('REDIS_SENTINEL_NAME', (found) => plainText(found, 100).trim()),
    sentinelPassword: read('REDIS_SENTINEL_PASSWORD', (found) => plainText(found, 512)),
    ...(url && addressValues(url.text.trim(), readAddress(url.text.trim(), url.variable), url.variable)),
  })
  if (url && url.variable !== 'REDIS_URL') aliases.push({ variable: 'REDIS_URL', alias: url.variable })
  const hasAddress = Boolean(url || values.host || values.port || values.clusterNodes || values.sentinels)
  const hosted = hasAddress ? undefined : hostedValues(env)
  return { origin: 'environment', values: { ...values, ...hosted?.values }, aliases: [...aliases, ...(hosted?.aliases ?? [])] }
}

/** What the settings screen keeps. @throws SettingProblem */
export function screenSource(given: ScreenSettings): SettingSource {
  const { url, clusterNodes, sentinels, ...plain } = given
  const nodes = (list: string[], port: number) => readEndpoints(list.join(','), 'The list of servers', port)
  const values = {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, value === undefined ? undefined : { value }])),
    clusterNodes: clusterNodes && { value: nodes(clusterNodes, redisPort) },
    sentinels: sentinels && { value: nodes(sentinels, sentinelPort) },
    ...(url !== undefined && withoutSource(addressValues(url, readAddress(url, 'The address'), ''))),
  }
  return { origin: 'screen', values: defined(values) as SettingSource['values'], aliases: [] }
}

/** What an address in one gives, and the address itself without its password. */
function addressValues(text: string, address: Address, source: string): SettingSource['values'] {
  return {
    url: { value: withoutPassword(text), source },
    ...Object.fromEntries(Object.entries(address).map(([name, value]) => [name, { value, source }])),
  }
}

/** Host and password of a hosted Redis, from the REST address and token that its provider shows: the same server takes them on its TLS port. */
function hostedValues(env: Environment): Pick<SettingSource, 'values' | 'aliases'> | undefined {
  const url = findVariable(env, 'UPSTASH_REDIS_REST_URL')
  if (!url) return undefined
  const token = findVariable(env, 'UPSTASH_REDIS_REST_TOKEN')
  const address = /^https:\/\/([a-z0-9.-]+)\/?$/i.exec(url.text.trim())?.[1]
  if (!address) throw new SettingProblem(`${url.variable} has to be the https:// address of the server.`)
  const source = url.variable
  return {
    values: {
      host: { value: address, source },
      port: { value: redisPort, source },
      tls: { value: true, source },
      ...(token && { password: { value: plainText(token, 512), source: token.variable } }),
    },
    aliases: [{ variable: 'REDIS_URL', alias: source }, ...(token ? [{ variable: 'REDIS_PASSWORD', alias: token.variable }] : [])],
  }
}

function host(found: Found): string {
  const text = plainText(found, 253).trim()
  if (!/^[A-Za-z0-9._:-]+$/.test(text)) throw new SettingProblem(`${found.variable} has to be the name or the number of a host, without a port.`)
  return text
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}

const withoutSource = (values: SettingSource['values']): SettingSource['values'] =>
  Object.fromEntries(Object.entries(values).map(([name, found]) => [name, { value: found?.value }]))
