import { lookup } from 'node:dns/promises'
import { createConnection, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import type { Endpoint } from './address.js'

/** A socket that does not open is given up after so many milliseconds. */
const OPEN_MS = 4500

/** Those of the endpoints whose host is known. */
export async function knownEndpoints(endpoints: readonly Endpoint[]): Promise<Endpoint[]> {
  const found = await Promise.allSettled(endpoints.map(({ host }) => (isIP(host) === 0 ? lookup(host) : host)))
  return endpoints.filter((_, i) => found[i]?.status === 'fulfilled')
}

/** The first of several places at which something listens. @throws what went wrong with the first of them */
export async function firstListening<Place extends Endpoint | { path: string }>(places: readonly Place[]): Promise<Place> {
  const attempts = places.map((place) => opened(createConnection(place), 'connect').then(() => place))
  return Promise.any(attempts).catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors[0] : error
  })
}

/** Encrypts a connection and looks whether the certificate is trusted, without a word of Redis. */
export function encrypt({ host, port }: Endpoint, options: ConnectionOptions): Promise<void> {
  return opened(tlsConnect({ host, port, ...(isIP(host) === 0 && { servername: host }), ...options }), 'secureConnect')
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    // A server that speaks no TLS often just says nothing.
    const code = event === 'connect' ? 'ETIMEDOUT' : 'ERR_TLS_HANDSHAKE_TIMEOUT'
    socket.setTimeout(OPEN_MS, () => socket.destroy(Object.assign(new Error('timed out'), { code })))
    // For good, because Node may tell of a second error, which must not be unheard.
    socket.on('error', reject)
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    socket.once(event, () => {
      resolve()
      socket.destroy()
    })
  })
}
