import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { Cache } from '../../../src/main/cache/cache.js'
import type { CacheOptions } from '../../../src/main/cache/keeper.js'
import { Layers } from '../../../src/main/cache/layers.js'
import { type Log, silentLog } from '../../../src/main/lib/log.js'
import { openRedisCache } from '../../../src/main/redis/redis-cache.js'
import { CacheFile } from '../../../src/main/store/cache-file.js'
import type { Store } from '../../../src/main/store/store.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { openTestStore, temporaryFolder } from '../../support/store.js'
import { settingsFor } from '../redis/connections.js'

/** One clinic, for which several workstations are opened. */
export interface TestDataset {
  dataset: string
  clinicKey: Buffer
}

export const newDataset = (): TestDataset => ({ dataset: randomUUID(), clinicKey: randomBytes(32) })

export interface StationOptions {
  of?: TestDataset
  /** Port of the server; none without. */
  port?: number
  now?: () => number
  /** The store of another start of the same workstation. */
  store?: Store
  file?: string | false
  log?: Log
  memory?: { entries: number; bytes: number }
  program?: string
  clockOffsetMs?: () => number
  ttls?: CacheOptions['ttls']
  /** How long a server is left alone that was too slow, in milliseconds. */
  restMs?: number
  /** By default next to no jitter, and no round figures. */
  random?: () => number
}

/** A workstation's store and cache, with a real cache file, and with a real server where a port is given. */
export interface Station extends TestDataset {
  store: Store
  cache: Cache
  layers: Layers
  file: string
  connect(port: number | undefined): void
  /** Settles when the server can be used. */
  ready(): Promise<void>
  close(): void
}

const fileKey = Buffer.alloc(32, 3)

/** Opens a workstation; it is closed when the running test ends. */
export async function openStation(options: StationOptions = {}): Promise<Station> {
  const of = options.of ?? newDataset()
  const store = options.store ?? (await openTestStore({ clinicKey: of.clinicKey })).store
  const file = options.file || join(temporaryFolder(), 'cache.db')
  const { now = Date.now, log = silentLog } = options
  const cacheFile = options.file === false ? undefined : new CacheFile({ file, key: fileKey })
  const layers = new Layers({
    ...of,
    program: options.program ?? '1',
    file: cacheFile,
    log,
    now,
    ...(options.clockOffsetMs && { clockOffsetMs: options.clockOffsetMs }),
    ...(options.memory && { memory: options.memory }),
  })
  const cache = new Cache({ layers, state: store, now, ...(options.ttls && { ttls: options.ttls }), random: options.random ?? (() => 0.4321) })
  let isOpen = true
  const close = (): void => {
    if (isOpen) cache.close()
    isOpen = false
  }
  onTestFinished(close)
  const connect = (port: number | undefined): void =>
    layers.connect(
      port === undefined
        ? undefined
        : (onState) => openRedisCache(settingsFor(port), { dataset: of.dataset, log, onState, ...(options.restMs && { restMs: options.restMs }) }),
    )
  connect(options.port)
  return { ...of, store, cache, layers, file, connect, close, ready: () => untilTrue(() => layers.redis.state === 'ready') }
}

/** Settles when something holds. */
export const untilTrue = (holds: () => boolean | Promise<boolean>, timeout = 30_000): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error('not yet')
    },
    { timeout, interval: 5 },
  )

/** Something that can be counted on: a load that answers what it is told, and how often it ran. */
export function counted<Value>(answer: () => Value | Promise<Value>): { load: () => Promise<Value>; count: number } {
  const made = {
    count: 0,
    load: async () => {
      made.count++
      return answer()
    },
  }
  return made
}

/** A promise that is settled by hand. */
export function gate<Value = void>(): { promise: Promise<Value>; open: (value: Value) => void; fail: (error: Error) => void } {
  let open: (value: Value) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const promise = new Promise<Value>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

const act = { actor: {}, act: 'test' }

/** Writes a new patient, on which every cached list of patients hangs. */
export const addPatient = (store: Store, familyName = 'x'): Promise<string> =>
  store.write(act, (tx) => tx.create(patient, { recordNumber: '1', familyName, givenName: '', sex: 'other' }))

/** Names another patient, or the same one otherwise. */
export const renamePatient = (store: Store, id: string, familyName: string): Promise<boolean> =>
  store.write(act, (tx) => tx.update(patient, id, { familyName }))

/** Lets what one workstation holds of a patient arrive on another. */
export const exchange = (from: Store, to: Store, id: string): Promise<unknown> =>
  to.receive({ records: [{ kind: 'patient', id, cells: from.held('patient', id)?.cells ?? {} }] })

/** How many patients there are, and their names: what a query of this moment answers. */
export const patientNames = ({ db }: Store): string[] => db.prepare<[], string>('SELECT family_name FROM patient WHERE deleted = 0 ORDER BY id').pluck().all()
