import { demoAccount } from '../shared/contract/demo-account.js'
import { contract } from '../shared/contract/index.js'
import { type ClinicPlace, createClinic, holdsClinic, type NewClinic, type OpenClinic, openClinic, undoInterruptedSetUp } from './clinic.js'
import { fillDemo } from './features/demo/index.js'
import { uploadRoutes } from './features/exchange/index.js'
import type { BinaryRoute, Handlers, Refusals } from './features/handler.js'
import { clinicHandlers } from './features/index.js'
import { mediaRoutes } from './features/media/index.js'
import { currentUser } from './features/session/handlers.js'
import { queueRoutes } from './features/sync/index.js'
import { createIpc, type Ipc } from './ipc/ipc.js'
import type { IpcNeeds, KeptCommand } from './ipc/needs.js'
import { systemClock } from './lib/clock.js'
import { defaultRates, RateLimit } from './lib/limits.js'
import { Repetitions } from './lib/repetitions.js'
import { requirePlace } from './maintenance/backup-care.js'
import { refusePassword } from './security/passwords.js'
import { DatabaseProblem, statement } from './store/database.js'
import { ReadFailed } from './store/reader.js'
import { InvalidRecord, RecordMissing } from './store/record-check.js'

/** One workstation: at most one open clinic, and everything that answers calls about it. A host gives it a transport. */
export interface Workstation {
  ipc: Ipc
  /** Uploads and downloads that are no procedures. */
  routes: readonly BinaryRoute[]
  /** The open clinic; undefined while the first-run wizard is shown. */
  clinic(): OpenClinic | undefined
  stop(): Promise<void>
}

/**
 * Starts a workstation on a folder: opens the clinic in it, or waits to be set up when there is none. The caller holds the folder's lock.
 * @throws KeyProblem, KeyStoreError, DatabaseProblem, ClinicProblem: sentences that say what to do
 */
export async function startWorkstation(place: ClinicPlace): Promise<Workstation> {
  let open: OpenClinic | undefined
  let handlers: ReturnType<typeof clinicHandlers> | undefined
  const use = (clinic: OpenClinic) => {
    open = clinic
    handlers = clinicHandlers(clinic.services)
  }
  await undoInterruptedSetUp(place)
  if (await holdsClinic(place.folder)) use(await openClinic(place))

  const answering = deferred(contract, () => handlers)
  const ipc = createIpc(
    contract,
    {
      ...answering,
      session: { ...answering.session, welcome: (call) => handlers?.session.welcome(call) ?? { state: 'setUp', version: place.version } },
      setUp: setUpHandlers(place, () => open, use),
    },
    ipcNeeds(place, () => open),
  )
  const services = () => open?.services
  const routes = [...mediaRoutes(services), ...uploadRoutes(services), ...queueRoutes(services)]
  return { ipc, routes, clinic: () => open, stop: async () => open?.stop() }
}

/** Handlers that look up the open clinic's at each call, because it may be opened after the host has started. */
function deferred<Tree extends object>(tree: object, current: () => Tree | undefined): Tree {
  const walk = (branch: object, path: readonly string[]): unknown =>
    Object.fromEntries(
      Object.entries(branch).map(([name, child]: [string, object]) => {
        const here = [...path, name]
        if (!('~orpc' in child)) return [name, walk(child, here)]
        const call = (argument: { errors: Refusals<never> & { UNAVAILABLE: () => Error } }) => {
          const found = here.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], current())
          if (typeof found !== 'function') throw argument.errors.UNAVAILABLE()
          return found(argument)
        }
        return [name, call]
      }),
    )
  return walk(tree, []) as Tree
}

function setUpHandlers(place: ClinicPlace, current: () => OpenClinic | undefined, use: (clinic: OpenClinic) => void): Handlers<typeof contract.setUp> {
  let isMaking = false
  const make = async ({ errors, context }: Parameters<Handlers<typeof contract.setUp>['createDemo']>[0], details: NewClinic, backupFolder?: string) => {
    if (current() || isMaking || !context.isOnThisComputer)
      throw errors.FORBIDDEN({ message: 'A clinic is already set up here, or this is not the workstation itself.' })
    isMaking = true
    try {
      if (backupFolder !== undefined)
        await requirePlace(backupFolder, place.folder).catch((error: Error) => {
          throw errors.INVALID({ message: error.message, data: { fields: [{ path: 'backupFolder', code: 'unusable' }] } })
        })
      const made = await createClinic(place, details).catch((error: unknown) => {
        throw error instanceof Error && 'isPublic' in error ? errors.UNAVAILABLE({ message: error.message }) : error
      })
      const clinic = await openClinic(place)
      use(clinic)
      // The clinic stands, and its recovery code is shown only now: without the second place every screen warns until there is one.
      if (backupFolder !== undefined)
        await clinic.backups.setSecondPlace(backupFolder).catch((error: unknown) => place.log.error('setUp.backupPlace', { error }))
      const { token, expiresAt, actor } = clinic.services.sessions.open(made.userId)
      context.carrier.keep(token, expiresAt)
      return { recoveryCode: made.recoveryCode, token, expiresAt, user: currentUser(clinic.services, actor) }
    } finally {
      isMaking = false
    }
  }
  return {
    createClinic: (call) => {
      const { clinicName, timeZone, currency, country, language, adminUsername, adminDisplayName, password, backupFolder } = call.input
      const refused = refusePassword(password, adminUsername)
      if (refused) throw call.errors.INVALID({ data: { fields: [{ path: 'password', code: refused }] } })
      const details = {
        clinic: { name: clinicName, timeZone, currency, country, language },
        admin: { username: adminUsername, displayName: adminDisplayName, password },
      }
      return make(call as never, details, backupFolder?.trim() || undefined)
    },
    createDemo: (call) => make(call, demoClinic(call.input.language)),
  }
}

/** The clinic for trying the product out, full of made-up records. */
export const demoClinic = (language: 'en' | 'es' | 'ar'): NewClinic => ({
  clinic: {
    name: { en: 'Riverside Demo Clinic', es: 'Clínica de demostración Ribera', ar: 'عيادة النهر التجريبية' }[language],
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    currency: 'EUR',
    country: 'ES',
    language,
    isDemo: true,
  },
  admin: { username: demoAccount.username, displayName: { en: 'Demo', es: 'Demostración', ar: 'تجربة' }[language], password: demoAccount.password },
  fill: fillDemo,
})

/** Pages, tabs and reloads of an opened chart within this time are one opening in the access log. */
const openingMs = 10 * 60_000

function ipcNeeds(place: ClinicPlace, current: () => OpenClinic | undefined): IpcNeeds {
  const now = place.now ?? Date.now
  const limits = {
    normal: new RateLimit(defaultRates.normal, systemClock),
    costly: new RateLimit(defaultRates.costly, systemClock),
    signIn: new RateLimit(defaultRates.signIn, systemClock),
  }
  const openings = new Repetitions(openingMs)
  return {
    now,
    sessions: { resolve: (token, _now, purpose) => current()?.services.sessions.resolve(token, purpose) },
    limits: {
      take: (limit, { userId, address, procedure }) => {
        const allowance = limits[limit].take(limit === 'costly' ? `${userId ?? address} ${procedure}` : (userId ?? address))
        return allowance.isAllowed ? 'ok' : allowance.retryAfterSeconds
      },
    },
    audit: {
      read: ({ actor, procedure, patientId }) => {
        const feature = procedure.split('.')[0]
        if (openings.isRepeated(`${actor.sessionId} ${feature} ${patientId}`, now())) return
        current()?.store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: procedure, patientId })
      },
    },
    commands: {
      find: (id) => {
        const clinic = current()
        return clinic && findCommand(clinic, id)
      },
      keep: (command) => {
        const clinic = current()
        if (!clinic) return
        statement(clinic.store.db, 'INSERT OR IGNORE INTO command (id, at, procedure, user_id, input_hash, answer) VALUES (?, ?, ?, ?, ?, ?)').run(
          command.id,
          new Date(now()).toISOString(),
          command.procedure,
          command.userId,
          command.inputHash,
          JSON.stringify(command.answer ?? null),
        )
      },
    },
    log: {
      error: (ref, { procedure, code }, thrown) => place.log.error('call.failed', { ref, procedure, code, error: thrown }),
      refused: (ref, facts) => place.log.info('call.refused', { ref, ...facts }),
    },
    knownFailure: (error) => {
      if (error instanceof RecordMissing) return { code: 'NOT_FOUND' }
      if (error instanceof InvalidRecord) return { code: 'INVALID', fields: error.fields }
      // A worker that died or is ending: the same read answers a moment later.
      if (error instanceof ReadFailed && (error.code === 'workerGone' || error.code === 'stopped')) return { code: 'UNAVAILABLE' }
      if (error instanceof DatabaseProblem || (error as { code?: string } | null)?.code === 'SQLITE_FULL') return { code: 'UNAVAILABLE' }
      return undefined
    },
  }
}

function findCommand({ store }: OpenClinic, id: string): KeptCommand | undefined {
  const row = statement<{ procedure: string; user_id: string; input_hash: string; answer: string }>(
    store.db,
    'SELECT procedure, user_id, input_hash, answer FROM command WHERE id = ?',
  ).get(id)
  return row && { id, procedure: row.procedure, userId: row.user_id, inputHash: row.input_hash, answer: JSON.parse(row.answer) }
}
