import { createRouterClient } from '@orpc/server'
import { onTestFinished } from 'vitest'
import type { ClinicPlace, OpenClinic } from '../../src/main/clinic.js'
import { createClinic } from '../../src/main/founding.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import { joinClinic } from '../../src/main/joining.js'
import { startWorkstation, type Workstation } from '../../src/main/workstation.js'
import type { Api } from './api-client.js'
import { adminPassword, joinServer, newPlace } from './clinic-server.js'
import type { RedisServer } from './redis-server.js'

/** A whole workstation as the product starts it, connected to a real server by its own settings. */
export interface ConnectedWorkstation {
  workstation: Workstation
  place: ClinicPlace
  readonly clinic: OpenClinic
  /** The typed client of whoever holds a token. */
  api(token?: string): Api
  /** Signs the administrator in and answers the token. */
  signIn(password?: string): Promise<string>
  /** Stops it and starts it again on the same folder. */
  restart(): Promise<void>
}

/** Resolves when the condition holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Starts some workstations of one clinic on a server; the first made the clinic, each other one joined it. They end with the test. */
export async function connectedWorkstations(
  server: Pick<RedisServer, 'port'>,
  count: number,
  more: Partial<ClinicPlace> = {},
): Promise<[ConnectedWorkstation, ...ConnectedWorkstation[]]> {
  const connected = { ...more, server: { env: { REDIS_URL: `redis://127.0.0.1:${server.port}` } } }
  const place = newPlace()
  await createClinic(place, {
    clinic: { name: 'Riverside', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' },
    admin: { username: 'anna', displayName: 'Anna Admin', password: adminPassword },
  })
  const first = await start({ ...place, ...connected })
  await until(() => first.clinic.services.syncStatus.current().state === 'redis')
  const others: ConnectedWorkstation[] = []
  for (let i = 1; i < count; i++) {
    const { code } = await first.clinic.services.membership.invite()
    const joining = newPlace()
    await joinClinic(joining, { code, server: joinServer(server) })
    const other = await start({ ...joining, ...connected })
    await until(() => other.clinic.services.syncStatus.current().state === 'redis')
    others.push(other)
  }
  return [first, ...others]
}

async function start(place: ClinicPlace): Promise<ConnectedWorkstation> {
  let workstation = await startWorkstation(place)
  onTestFinished(() => workstation.stop())
  const api = (token?: string): Api =>
    createRouterClient(workstation.ipc.router, {
      context: { carrier: memoryCarrier(token), address: 'test', isOnThisComputer: true },
    } as never) as unknown as Api
  return {
    get workstation() {
      return workstation
    },
    place,
    get clinic() {
      const clinic = workstation.clinic()
      if (!clinic) throw new Error('The clinic did not open.')
      return clinic
    },
    api,
    signIn: async (password = adminPassword) => (await api().session.signIn({ username: 'anna', password })).token,
    restart: async () => {
      await workstation.stop()
      workstation = await startWorkstation(place)
    },
  }
}
