import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { ClinicPlace, OpenClinic } from '../../src/main/clinic.js'
import { createClinic } from '../../src/main/founding.js'
import { joinClinic } from '../../src/main/joining.js'
import { silentLog } from '../../src/main/lib/log.js'
import { startWorkstation, type Workstation } from '../../src/main/workstation.js'
import { practitioner, user } from '../../src/shared/entities/staff.js'
import type { Role } from '../../src/shared/permissions.js'
import { type Api, type Connected, portClient } from './api-client.js'
import { memoryKeyStore } from './clinic.js'
import { joinServer } from './clinic-server.js'
import type { RedisServer } from './redis-server.js'
import { temporaryFolder } from './temporary-folder.js'

/** A workstation as the product runs it, connected to a real server by itself. */
export interface LiveWorkstation {
  place: ClinicPlace
  clinic: OpenClinic
  /** A window of somebody who signs in here; it is closed when the test ends. */
  window(userId: string): Promise<Connected>
  /** The typed client of such a window. */
  as(userId: string): Promise<Api>
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it in order and starts it again on the same folder. */
  restart(): Promise<LiveWorkstation>
}

const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 24 * 60 }))

/** Settles when something holds. */
export const untilTrue = (holds: () => unknown, timeout = 30_000): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error('not yet')
    },
    { timeout, interval: 20 },
  )

const placeAt = (server: Pick<RedisServer, 'port'>, now?: () => number): ClinicPlace => ({
  folder: join(temporaryFolder(), 'clinic'),
  keyStore: memoryKeyStore(),
  keyStoreKind: 'keyFile',
  log: silentLog,
  version: '0.0.0-test',
  server: { env: {}, commandLine: `redis://127.0.0.1:${server.port}` },
  ...(now && { now }),
})

async function start(place: ClinicPlace): Promise<LiveWorkstation> {
  const workstation: Workstation = await startWorkstation(place)
  const clinic = workstation.clinic()
  if (!clinic) throw new Error('The clinic did not open.')
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await workstation.stop()
    isStopped = true
  }
  onTestFinished(stop)
  await untilTrue(() => clinic.services.syncStatus.current().state === 'redis')
  const window = async (userId: string): Promise<Connected> => {
    const { token } = await clinic.services.sessions.open(userId)
    const opened = portClient(workstation.ipc, token)
    onTestFinished(opened.close)
    return opened
  }
  const clients = new Map<string, Promise<Api>>()
  return {
    place,
    clinic,
    window,
    as: (userId) => {
      // One for each person: a workstation keeps only so many sessions of one account.
      const client = clients.get(userId) ?? window(userId).then(({ api }) => api)
      clients.set(userId, client)
      return client
    },
    stop,
    restart: async () => {
      await stop()
      return start(place)
    },
  }
}

/** Makes a clinic that is open all day, on one workstation that is connected to a server. */
export async function liveClinic(server: Pick<RedisServer, 'port'>, now?: () => number): Promise<LiveWorkstation> {
  const place = placeAt(server, now)
  await createClinic(place, {
    clinic: { name: 'Riverside', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' },
    admin: { username: 'anna', displayName: 'Anna Admin', password: 'a long enough password' },
  })
  const made = await start(place)
  await (await made.as(adminOf(made))).settings.clinic.edit({ hours: allDay })
  return made
}

/** Joins another workstation to the clinic and starts it. */
export async function joined(inviter: LiveWorkstation, server: RedisServer, now?: () => number): Promise<LiveWorkstation> {
  const place = placeAt(server, now)
  await untilTrue(() => inviter.clinic.services.syncStatus.current().state === 'redis')
  const { code } = await inviter.clinic.services.membership.invite()
  await joinClinic(place, { code, server: joinServer(server) })
  return start(place)
}

/** The administrator who made the clinic. */
export const adminOf = ({ clinic }: LiveWorkstation): string => String(clinic.store.db.prepare("SELECT id FROM user WHERE username = 'anna'").pluck().get())

let accounts = 0

/** Makes an account, of a provider where `isProvider`; answers both ids. */
export async function addAccount(
  { clinic }: LiveWorkstation,
  displayName: string,
  role: Role,
  isProvider = false,
): Promise<{ id: string; providerId: string }> {
  return clinic.store.write({ actor: {}, act: 'test.account' }, (tx) => {
    const providerId = isProvider ? tx.create(practitioner, { familyName: displayName, givenName: '', isBookable: true, isActive: true }) : ''
    const account = {
      username: `user${++accounts}`,
      displayName,
      role,
      passwordHash: 'none',
      isActive: true,
      ...(isProvider && { practitionerId: providerId }),
    }
    return { id: tx.create(user, account), providerId }
  })
}

/** Follows a stream; `latest` is its last event, `all` every one. */
export function following<Event>(events: Promise<AsyncIterable<Event>>): { all: Event[]; readonly latest: Event | undefined } {
  const all: Event[] = []
  void events
    .then(async (stream) => {
      for await (const event of stream) all.push(event)
    })
    .catch(() => undefined)
  return {
    all,
    get latest() {
      return all.at(-1)
    },
  }
}

/** Waits until a record has arrived. */
export const arrived = ({ clinic }: LiveWorkstation, kind: string, id: string): Promise<void> => untilTrue(() => clinic.store.held(kind, id) !== undefined)
