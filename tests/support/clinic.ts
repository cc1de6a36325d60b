import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient, type Router } from '@orpc/server'
import { onTestFinished } from 'vitest'
import { cacheTtlsOf } from '../../src/main/cache/ttl-settings.js'
import type { OpenClinic } from '../../src/main/clinic.js'
import { createClinic } from '../../src/main/founding.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import type { Connection } from '../../src/main/ipc/needs.js'
import type { KeyStore } from '../../src/main/lib/key-store.js'
import { createLog, type LogLevel } from '../../src/main/lib/log.js'
import { hashPassword } from '../../src/main/security/passwords.js'
import type { ServerPlace } from '../../src/main/server-care.js'
import { startWorkstation, type Workstation } from '../../src/main/workstation.js'
import type { contract } from '../../src/shared/contract/index.js'
import { user } from '../../src/shared/entities/staff.js'
import type { Role } from '../../src/shared/permissions.js'
import type { Api } from './api-client.js'

/** A whole clinic in a temporary folder: real database, journal, workers and router; only the key store is in memory, and the clock can be handed in. */
export interface TestClinic {
  workstation: Workstation
  clinic: OpenClinic
  folder: string
  /** The typed client of somebody signed in with a role; each call makes another account and session. */
  as(role: Role): Promise<Api>
  /** The session token of somebody signed in with a role, for tests of the transports. */
  tokenOf(role: Role): Promise<string>
  /** The administrator who made the clinic. */
  admin: Api
}

/** Keeps database keys in memory. */
export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, Buffer>()
  return {
    read: async (dataset) => keys.get(dataset),
    save: async (dataset, key) => void keys.set(dataset, key),
    remove: async (dataset) => void keys.delete(dataset),
  }
}

let accounts = 0

interface TestClinicOptions {
  now?: () => number
  timeZone?: string
  /** Where the clinic's server is; without it there is none. */
  server?: ServerPlace
  /** As a program that goes on running: it makes backups and warms the cache by itself. */
  keepsBackups?: boolean
  /** How long notifications are kept, in milliseconds. */
  notificationTtlMs?: number
  /** Least level that is logged, into the clinic's folder; `error` by default. */
  logLevel?: LogLevel
}

/** Makes and opens a clinic through the same code as the product; it is stopped and removed when the running test ends. */
export async function openTestClinic(options: TestClinicOptions = {}): Promise<TestClinic> {
  const made = await startTestClinic(options)
  onTestFinished(made.stop)
  return made
}

/** As `openTestClinic`, for tests that share one clinic: `stop` ends and removes it. */
export async function startTestClinic(options: TestClinicOptions = {}): Promise<TestClinic & { stop(): Promise<void> }> {
  const parent = mkdtempSync(join(tmpdir(), 'medinsight-test-'))
  const folder = join(parent, 'clinic')
  const place = {
    folder,
    keyStore: memoryKeyStore(),
    keyStoreKind: 'keyFile' as const,
    log: createLog({ folder: join(folder, 'logs'), level: options.logLevel ?? 'error' }),
    version: '0.0.0-test',
    ...(options.now && { now: options.now }),
    ...(options.keepsBackups && { keepsBackups: true }),
    ...(options.notificationTtlMs !== undefined && { notificationTtlMs: options.notificationTtlMs }),
    ...(options.server && { server: options.server, cacheTtls: cacheTtlsOf(options.server.env) }),
  }
  const { userId } = await createClinic(place, {
    clinic: { name: 'Test clinic', timeZone: options.timeZone ?? 'Europe/Madrid', currency: 'EUR', country: 'ES', language: 'en' },
    admin: { username: 'anna', displayName: 'Anna Admin', password: 'a long enough password' },
  })
  const workstation = await startWorkstation(place)
  const clinic = workstation.clinic()
  if (!clinic) throw new Error('The clinic did not open.')
  const accountOf = async (role: Role): Promise<string> => {
    const passwordHash = await hashPassword('a long enough password')
    const name = `${role}${++accounts}`
    return clinic.store.write({ actor: {}, act: 'test.account' }, (tx) =>
      tx.create(user, { username: name.toLowerCase(), displayName: name, role, passwordHash, isActive: true }),
    )
  }
  const clientOf = async (id: string): Promise<Api> =>
    createRouterClient(workstation.ipc.router as Router<typeof contract, Connection>, {
      context: { carrier: memoryCarrier((await clinic.services.sessions.open(id)).token), address: 'test', isOnThisComputer: true },
    }) as unknown as Api
  return {
    workstation,
    clinic,
    folder,
    stop: async () => {
      await workstation.stop()
      rmSync(parent, { recursive: true, force: true })
    },
    tokenOf: async (role) => (await clinic.services.sessions.open(await accountOf(role))).token,
    admin: await clientOf(userId),
    as: async (role) => clientOf(await accountOf(role)),
  }
}
