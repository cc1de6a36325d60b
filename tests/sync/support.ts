import { randomBytes, randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/main/lib/log.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import type { RedisHubOptions } from '../../src/main/redis/redis-board.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import type { Read } from '../../src/main/store/read.js'
import type { Store } from '../../src/main/store/store.js'
import { Exchange } from '../../src/main/sync/exchange.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { StoreReplica } from '../../src/main/sync/store-replica.js'
import { patient } from '../../src/shared/entities/patient.js'
import { linkTo } from '../main/redis/hubs.js'
import type { RedisServer } from '../support/redis-server.js'
import { openTestStore } from '../support/store.js'

/** What all workstations of a clinic share. */
export interface SharedClinic {
  dataset: string
  clinicKey: Buffer
  feed?: RedisHubOptions['feed']
}

export const newSharedClinic = (): SharedClinic => ({ dataset: randomUUID(), clinicKey: randomBytes(32) })

/** A workstation of a test: a real store on disk, and the exchange with a real server over two plain connections. */
export interface SyncedWorkstation {
  store: Store
  replica: StoreReplica
  exchange: Exchange
  hub: RedisHub
  /** Resolves when nothing waits and everything was read. */
  upToDate(): Promise<void>
  register(familyName: string): Promise<string>
  leave(): Promise<void>
}

/** Opens a workstation of a clinic on a server; its exchange begins at once and ends with the test. */
export async function openWorkstation(
  server: Pick<RedisServer, 'port'>,
  { dataset, clinicKey, feed }: SharedClinic,
  options: { store?: Store; now?: () => number } = {},
): Promise<SyncedWorkstation> {
  const store = options.store ?? (await openTestStore({ clinicKey, ...(options.now && { now: options.now }) })).store
  const replica = new StoreReplica(store, async <Input, Output>(read: Read<Input, Output>, input: Input) => read.run(store.db, input))
  const hub = new RedisHub({ dataset, link: linkTo(server), ...(feed && { feed }) })
  const exchange = new Exchange({
    link: { hub, state: () => ({ kind: 'ready' }), subscribe: () => () => undefined, reconnectNow: () => undefined, close: async () => undefined },
    replica,
    codec: new RecordCodec(clinicKeyNames(dataset), { current: 1, keyOf: (generation) => (generation === 1 ? clinicKey : undefined) }),
    dataset,
    workstationId: randomUUID(),
    schema: 1,
    leastSchema: () => 0,
    log: silentLog,
    onChanged: () => undefined,
  })
  store.subscribe(() => exchange.queued.ring())
  exchange.start()
  let isLeft = false
  const leave = async () => {
    if (!isLeft) await exchange.stop()
    isLeft = true
  }
  onTestFinished(leave)
  return {
    store,
    replica,
    exchange,
    hub,
    leave,
    upToDate: () => until(() => exchange.isUpToDate().catch(() => false)),
    register: (familyName) =>
      store.write({ actor: {}, act: 'patients.register' }, (tx) => tx.create(patient, { recordNumber: '1', familyName, givenName: '', sex: 'unknown' })),
  }
}

/** Resolves when the condition holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Resolves when all workstations hold the same and nothing is on its way between them. */
export const allEqual = (...workstations: readonly SyncedWorkstation[]): Promise<void> =>
  until(async () => {
    for (const workstation of workstations) await workstation.upToDate()
    return new Set(workstations.map(({ store }) => store.digest())).size === 1
  })
