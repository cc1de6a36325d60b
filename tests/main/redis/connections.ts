import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../../src/main/lib/log.js'
import { openRedis, type RedisConnection, type RedisOptions } from '../../../src/main/redis/connection.js'
import type { ConnectionState } from '../../../src/main/redis/connection-state.js'
import type { RedisSettings } from '../../../src/main/redis/settings.js'

/** Settings for a port of this computer. */
export const settingsFor = (port: number, extra: Partial<RedisSettings> = {}): RedisSettings => ({
  topology: 'single',
  endpoints: [{ host: '127.0.0.1', port }],
  database: 0,
  ...extra,
})

/** A connection that is closed when the running test ends. It asks ten times a second whether the server is there. */
export function openFor(settings: RedisSettings | undefined, options: Partial<RedisOptions> = {}): RedisConnection & { dataset: string } {
  const dataset = randomUUID()
  const connection = openRedis(settings, { dataset, log: silentLog, beatMs: 100, ...options })
  onTestFinished(() => connection.close())
  return Object.assign(connection, { dataset })
}

/** Waits until the connection is in a state. */
export function until<Kind extends ConnectionState['kind']>(connection: RedisConnection, kind: Kind): Promise<Extract<ConnectionState, { kind: Kind }>> {
  return new Promise((resolve) => {
    const look = (state: ConnectionState): boolean => {
      if (state.kind !== kind) return false
      resolve(state as Extract<ConnectionState, { kind: Kind }>)
      return true
    }
    if (look(connection.state())) return
    const stop = connection.subscribe((state) => {
      if (look(state)) stop()
    })
  })
}

/** An administrator's connection, closed when the running test ends. */
export function adminOf(port: number, options: object = {}): Redis {
  const admin = new Redis({ host: '127.0.0.1', port, ...options })
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return admin
}
