import { contract } from '../shared/contract/index.js'
import type { ClinicPlace, OpenClinic } from './clinic.js'
import { type ClinicHome, oneClinic } from './clinic-home.js'
import { uploadRoutes } from './features/exchange/index.js'
import type { BinaryRoute, Handlers, Refusals } from './features/handler.js'
import { clinicHandlers } from './features/index.js'
import { mediaRoutes } from './features/media/index.js'
import { queueRoutes } from './features/sync/index.js'
import { createIpc, type Ipc } from './ipc/ipc.js'
import type { IpcNeeds, KeptCommand } from './ipc/needs.js'
import { systemClock } from './lib/clock.js'
import { defaultRates, RateLimit } from './lib/limits.js'
import { Repetitions } from './lib/repetitions.js'
import { erasedAnswer } from './maintenance/erasure-care.js'
import { type OpenedClinic, type Opening, openEntry, setUpHandlers } from './set-up-handlers.js'
import { DatabaseProblem, statement } from './store/database.js'
import { ReadFailed } from './store/reader.js'
import { InvalidRecord, RecordErased, RecordMissing } from './store/record-check.js'
import { warmFirstViews } from './warming.js'

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
 * Starts a workstation on one folder, whose lock the caller holds: opens the clinic in it, or waits to be set up when there is none.
 * @throws KeyProblem, KeyStoreError, DatabaseProblem, ClinicProblem: sentences that say what to do
 */
export const startWorkstation = (place: ClinicPlace): Promise<Workstation> => startWorkstationAt(oneClinic(place))

/** Starts a workstation on a place with any number of clinics: the only one is opened, among several somebody chooses. Throws as `startWorkstation` does. */
export async function startWorkstationAt(home: ClinicHome): Promise<Workstation> {
  let open: (OpenedClinic & { handlers: ReturnType<typeof clinicHandlers> }) | undefined
  let warming = new AbortController()
  const clinic = () => open?.clinic
  const opening: Opening = {
    current: () => open,
    use: async (opened) => {
      const before = open
      open = opened && { ...opened, handlers: clinicHandlers(opened.clinic.services, opened.clinic.monitor) }
      warming.abort()
      await before?.clinic.stop()
      await before?.taken.release()
      if (!open?.clinic.place.keepsBackups) return
      warming = new AbortController()
      const { answers, store, place } = open.clinic
      void warmFirstViews({ handlers: open.handlers, answers, store, signal: warming.signal, log: place.log })
    },
  }
  await home.tidy()
  const [only, ...others] = await home.list()
  if (only && others.length === 0) await openEntry(home, opening, only.id)

  const answering = deferred(contract, () => open?.handlers)
  const welcome: Handlers<typeof contract.session.welcome> = async (call) =>
    open?.handlers.session.welcome(call) ?? { state: (await home.list()).length > 0 ? 'choose' : 'setUp', version: home.version }
  const handlers = { ...answering, session: { ...answering.session, welcome }, setUp: setUpHandlers(home, opening) }
  const ipc = createIpc(contract, handlers, ipcNeeds(home, clinic))
  const services = () => clinic()?.services
  return { ipc, routes: [...mediaRoutes(services), ...uploadRoutes(services), ...queueRoutes(services)], clinic, stop: () => opening.use(undefined) }
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

/** Pages, tabs and reloads of an opened chart within this time are one opening in the access log. */
const openingMs = 10 * 60_000

function ipcNeeds(home: ClinicHome, current: () => OpenClinic | undefined): IpcNeeds {
  const { now, log } = home
  const limits = {
    normal: new RateLimit(defaultRates.normal, systemClock),
    signIn: new RateLimit(defaultRates.signIn, systemClock),
  }
  const openings = new Repetitions(openingMs)
  return {
    now,
    sessions: { resolve: (token, _now, purpose) => current()?.services.sessions.resolve(token, purpose) },
    limits: {
      take: (limit, { userId, address, procedure }) => {
        const clinic = current()
        if (limit === 'costly' && clinic) return clinic.services.limits.takeCostly(procedure, { ...(userId && { userId }), address })
        return limits[limit === 'costly' ? 'normal' : limit].take(userId ?? address)
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
    answers: { answer: (call, carryOut) => current()?.answers.answer(call, carryOut) },
    calls: { note: (call) => current()?.monitor.options.calls.note(call) },
    log: {
      error: (ref, { procedure, code }, thrown) => log.error('call.failed', { ref, procedure, code, error: thrown }),
      refused: (ref, facts) => log.info('call.refused', { ref, ...facts }),
    },
    knownFailure: (error) => {
      if (error instanceof RecordErased) return { code: 'GONE' }
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
  // What it answered named a record that was erased since.
  if (row?.answer === erasedAnswer) throw new RecordErased('command')
  return row && { id, procedure: row.procedure, userId: row.user_id, inputHash: row.input_hash, answer: JSON.parse(row.answer) }
}
