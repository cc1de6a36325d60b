import { Redis } from 'ioredis'
import { type OpenClinic, openClinic } from '../../src/main/clinic.js'
import { joinServerAt } from '../../src/main/join-server.js'
import { type FillProgress, joinClinic } from '../../src/main/joining.js'
import { openRedis, type RedisConnection } from '../../src/main/redis/connection.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { type RedisSettings, resolveSettings } from '../../src/main/redis/settings.js'
import { makeClinic, placeIn } from './tier.js'

/** A workstation as the product composes it, without a host: database at FULL, journal, search, reader threads, and the exchange with a server. */
export interface BenchWorkstation {
  clinic: OpenClinic
  /** Writes without waiting for the disk while `make` runs, to have many records soon. */
  unsafely<T>(make: () => Promise<T>): Promise<T>
  connect(port: number): Promise<void>
  /** Whether nothing waits and everything that the server has was read. */
  isUpToDate(): Promise<boolean>
  disconnect(): Promise<void>
  close(): Promise<void>
}

/** The founding workstation of a new clinic. */
export async function foundWorkstation(folder: string): Promise<void> {
  await makeClinic(placeIn(folder), 'sync')
}

/** Makes a further workstation of a clinic, as a person does with an invitation's code. Returns how many records it holds then. */
export async function joinWorkstation(folder: string, port: number, code: string, onProgress?: (progress: FillProgress) => void): Promise<number> {
  const place = placeIn(folder)
  const { records } = await joinClinic(place, { code, server: await joinServerAt(settingsOf(port), place.log), ...(onProgress && { onProgress }) })
  return records
}

/** Opens the workstation in a folder; it is connected to no server yet. */
export async function openWorkstation(folder: string): Promise<BenchWorkstation> {
  const clinic = await openClinic(placeIn(folder))
  const { store, keys, sync, place } = clinic
  let asking: Redis | undefined
  return {
    clinic,
    unsafely: async (make) => {
      store.db.pragma('synchronous=OFF')
      try {
        return await make()
      } finally {
        store.db.pragma('synchronous=FULL')
        store.db.pragma('wal_checkpoint(TRUNCATE)')
      }
    },
    connect: async (port) => {
      asking = new Redis({ host: '127.0.0.1', port, protocol: 2 })
      const line = openRedis(settingsOf(port), { dataset: keys.dataset, log: place.log })
      await sync.use(line)
      await ready(line)
    },
    isUpToDate: async () => {
      const { cursor, reconcile } = store.replication.state()
      if (!cursor || reconcile !== undefined || store.replication.backlog().waiting > 0) return false
      return (await asking?.hget(clinicKeyNames(keys.dataset).meta, 'end')) === cursor.id
    },
    disconnect: async () => {
      asking?.disconnect()
      await sync.use(undefined)
    },
    close: async () => {
      asking?.disconnect()
      await clinic.stop()
    },
  }
}

/** Resolves when a line stands. */
export function ready(line: RedisConnection): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (line.state().kind !== 'ready') return
      stop()
      resolve()
    }
    const stop = line.subscribe(look)
    look()
  })
}

/** The settings of a server on this computer. */
export function settingsOf(port: number): RedisSettings {
  const { settings } = resolveSettings({ commandLine: `redis://127.0.0.1:${port}` })
  if (!settings) throw new Error('The address of the server makes no sense.')
  return settings
}
