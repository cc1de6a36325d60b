import { SettingProblem } from '../lib/setting-problem.js'

/** A host and port where a server, a node or a sentinel listens. */
export interface Endpoint {
  host: string
  port: number
}

/** What an address in one says. */
export interface Address extends Partial<Endpoint> {
  /** Path of a unix socket, in place of host and port. */
  path?: string
  username?: string
  password?: string
  database?: number
  /** Set where the address asks for encryption. */
  tls?: true
}

/** Port of Redis where none is named, and of a sentinel. */
export const redisPort = 6379
export const sentinelPort = 26_379

/**
 * Reads an address: `redis://`, `rediss://` (TLS), each with user, password, port and number of the database, also as `?db=`; a unix socket as
 * `unix://` or `redis+unix://` or a plain path; or `host:port` alone. `variable` names the setting in the problem. @throws SettingProblem
 */
export function readAddress(text: string, variable: string): Address {
  if (text.startsWith('/')) return { path: text }
  const url = urlOf(text)
  const kind = url && kinds[url.protocol]
  if (!kind)
    throw new SettingProblem(`${variable} has to be an address such as redis://user:password@host:6379/0, special characters of the password percent-encoded.`)
  const { username, password } = credentialsOf(url, variable)
  const database = databaseOf(url, kind === 'unix' ? undefined : url.pathname.slice(1), variable)
  const shared = { ...(username && { username }), ...(password && { password }), ...(database !== undefined && { database }) }
  if (kind === 'unix') {
    if (url.pathname.length < 2) throw new SettingProblem(`${variable} has to name the path of the socket.`)
    return { path: decodeURIComponent(url.pathname), ...shared }
  }
  if (url.hostname === '') throw new SettingProblem(`${variable} has to name a host.`)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port ? Number(url.port) : redisPort, ...(kind === 'tls' && { tls: true }), ...shared }
}

/** An address as it may be shown: without its password. */
export function withoutPassword(text: string): string {
  const url = text.startsWith('/') ? undefined : urlOf(text)
  if (!url?.password) return text
  url.password = ''
  return url.href
}

/** Reads `host:port,host:port`; an IPv6 address stands in brackets, a port may be left out. @throws SettingProblem */
export function readEndpoints(text: string, variable: string, port: number): Endpoint[] {
  const endpoints = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => readEndpoint(part, port))
  if (endpoints.length === 0 || endpoints.length > 32 || endpoints.includes(undefined))
    throw new SettingProblem(`${variable} has to name 1 to 32 servers as host:port, separated by commas.`)
  return endpoints as Endpoint[]
}

function readEndpoint(text: string, port: number): Endpoint | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(text)
  const number = found?.[3] === undefined ? port : Number(found[3])
  const host = found?.[1] ?? found?.[2]
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}

const kinds: Readonly<Record<string, 'plain' | 'tls' | 'unix'>> = {
  'redis:': 'plain',
  'rediss:': 'tls',
  'unix:': 'unix',
  'redis+unix:': 'unix',
  'redis+socket:': 'unix',
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `redis://${text}`)
  } catch {
    return undefined
  }
}

function credentialsOf(url: URL, variable: string): { username: string; password: string } {
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  } catch {
    throw new SettingProblem(`${variable} has a percent sign in user or password that encodes nothing; write it as %25.`)
  }
}

function databaseOf(url: URL, path: string | undefined, variable: string): number | undefined {
  const text = path || url.searchParams.get('db') || ''
  if (text === '') return undefined
  if (!/^\d{1,4}$/.test(text)) throw new SettingProblem(`${variable} has to end with the number of a database from 0 to 9999, or without one.`)
  return Number(text)
}
