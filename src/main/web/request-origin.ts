import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './replies.js'

/** The addresses under which this server may be asked for, each as `host:port`, lower case. */
export interface AllowedHosts {
  hosts: ReadonlySet<string>
  isSecure: boolean
}

/** Whether a host name or address is this computer's own loopback. */
export const isLoopback = (host: string): boolean => /^(localhost|\[?::1\]?|127(\.\d{1,3}){3}|::ffff:127(\.\d{1,3}){3})$/i.test(host)

const withPort = (host: string, isSecure: boolean): string => (/:\d+$/.test(host) ? host : `${host}:${isSecure ? 443 : 80}`).toLowerCase()

/** The host allow-list of a server: loopback by all its names, and the names and addresses it is known by on the network. */
export function allowedHosts(names: readonly string[], port: number, isSecure: boolean): AllowedHosts {
  const bracketed = names.map((name) => (name.includes(':') && !name.startsWith('[') ? `[${name}]` : name))
  return { hosts: new Set(['localhost', '127.0.0.1', '[::1]', ...bracketed].map((name) => `${name}:${port}`.toLowerCase())), isSecure }
}

/** Refuses requests for a name that is not ours: the page of another site whose name was pointed at this computer. */
export function checkHost(req: IncomingMessage, allowed: AllowedHosts): void {
  const { host } = req.headers
  if (host === undefined || !allowed.hosts.has(withPort(host, allowed.isSecure)))
    throw new HttpRefusal(403, 'FORBIDDEN', 'This address is not served here. Use the address that the program printed when it started.')
}

/** Refuses calls that another site's page makes. Programs, which send neither header, pass. */
export function checkOrigin(req: IncomingMessage, allowed: AllowedHosts): void {
  const { origin } = req.headers
  const site = req.headers['sec-fetch-site']
  if ((origin !== undefined && !isOwnOrigin(origin, allowed)) || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new HttpRefusal(403, 'FORBIDDEN', 'Requests from another site are not accepted.')
}

/**
 * A browser sends the cookie by itself, so a change under it must prove that our own page asked: by its origin, or by the browser's word for
 * it. Bearer tokens are put in by programs and need no such proof.
 */
export function checkForgery(req: IncomingMessage, isFromCookie: boolean): void {
  if (!isFromCookie || req.method === 'GET' || req.method === 'HEAD') return
  // Both were found to be ours by `checkOrigin` if they are there at all.
  if (req.headers.origin === undefined && req.headers['sec-fetch-site'] !== 'same-origin')
    throw new HttpRefusal(403, 'FORBIDDEN', 'A change under the session cookie needs the Origin header. Programs use the Authorization header.')
}

/** Whether an `Origin` header names this server. */
export function isOwnOrigin(origin: string, { hosts, isSecure }: AllowedHosts): boolean {
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    return false
  }
  return url.protocol === (isSecure ? 'https:' : 'http:') && hosts.has(withPort(url.host, isSecure))
}
