import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ClinicPlace, type OpenClinic, openClinic } from '../../src/main/clinic.js'
import { exchangeAll } from '../../src/main/exchange-all.js'
import { createClinic } from '../../src/main/founding.js'
import { type JoinRequest, type JoinServer, joinClinic } from '../../src/main/joining.js'
import { silentLog } from '../../src/main/lib/log.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import { sealingKeys } from '../../src/main/security/keys.js'
import type { ServerLink } from '../../src/main/sync/link.js'
import { recordSchema } from '../../src/shared/entities/index.js'
import { linkTo } from '../main/redis/hubs.js'
import { memoryKeyStore } from './clinic.js'
import type { RedisServer } from './redis-server.js'
import { temporaryFolder } from './temporary-folder.js'

export const adminPassword = 'a long enough password'

/** A place for a clinic on a computer of its own. */
export function newPlace(folder = join(temporaryFolder(), 'clinic')): ClinicPlace {
  return { folder, keyStore: memoryKeyStore(), keyStoreKind: 'keyFile', log: silentLog, version: '0.0.0-test' }
}

/** A line to a real server that is always there. */
export function serverLink(server: Pick<RedisServer, 'port'>, dataset: string): ServerLink & { raw: ReturnType<typeof linkTo>['raw'] } {
  const link = linkTo(server)
  return {
    hub: new RedisHub({ dataset, link }),
    raw: link.raw,
    state: () => ({ kind: 'ready' }),
    subscribe: () => () => undefined,
    reconnectNow: () => undefined,
    close: async () => undefined,
  }
}

/** A workstation whose clinic is open and has a line to the server. */
export interface OpenWorkstation {
  clinic: OpenClinic
  place: ClinicPlace
  link: ReturnType<typeof serverLink>
  id: string
  /** Sends and receives everything as the product does when a line comes up: keys first, then records, then grants. */
  meet(): Promise<void>
  /** Only the first part of it: what the server's first word asks for. */
  settle(): ReturnType<OpenClinic['services']['membership']['settle']>
  stop(): Promise<void>
}

/** Opens the clinic of a place with a line to a server. */
export async function openAt(place: ClinicPlace, server: Pick<RedisServer, 'port'>): Promise<OpenWorkstation> {
  const clinic = await openClinic(place)
  let isOpen = true
  const stop = async () => {
    if (isOpen) await clinic.stop()
    isOpen = false
  }
  onTestFinished(stop)
  const link = serverLink(server, clinic.keys.dataset)
  const { membership } = clinic.services
  membership.use(link.hub)
  const id = String(clinic.store.db.prepare("SELECT value FROM meta WHERE key = 'workstationId'").pluck().get())
  const settle = async () => {
    const generation = sealingKeys(clinic.keys).current
    const first = {
      dataset: clinic.keys.dataset,
      epoch: undefined,
      cursor: undefined,
      newEpoch: randomBytes(16).toString('hex'),
      generation,
      schema: recordSchema,
      leastSchema: 0,
    }
    return membership.settle((await link.hub.hello(first)).generation)
  }
  const meet = async () => {
    membership.use(link.hub)
    for (let settled: string = 'renewed'; settled !== 'ok'; ) {
      settled = await settle()
      if (settled === 'shutOut') return
      if (settled === 'renewed') continue
      await exchangeAll(clinic, link)
      settled = await membership.caughtUp()
    }
  }
  return { clinic, place, link, id, settle, meet, stop }
}

/** Makes a clinic and opens it with a line to a server. */
export async function foundClinic(server: Pick<RedisServer, 'port'>, place = newPlace()): Promise<OpenWorkstation> {
  await createClinic(place, {
    clinic: { name: 'Riverside', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' },
    admin: { username: 'anna', displayName: 'Anna Admin', password: adminPassword },
  })
  const founder = await openAt(place, server)
  await founder.meet()
  return founder
}

/** The server as a workstation that joins uses it. */
export function joinServer(server: Pick<RedisServer, 'port'>): JoinServer {
  return {
    takeInvitation: (id) => serverLink(server, randomUUID()).hub.takeInvitation(id),
    exchange: (clinic, onProgress) => exchangeAll(clinic, serverLink(server, clinic.keys.dataset), onProgress),
  }
}

/** Invites and joins another workstation, and opens it. */
export async function joinBy(inviter: OpenWorkstation, server: RedisServer, request: Partial<JoinRequest> = {}, place = newPlace()): Promise<OpenWorkstation> {
  const { code } = await inviter.clinic.services.membership.invite()
  await joinClinic(place, { code, server: joinServer(server), ...request })
  return openAt(place, server)
}
