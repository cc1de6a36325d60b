import { isContractProcedure } from '@orpc/contract'
import type { Actor, Handlers } from '../../src/main/features/handler.js'
import { createIpc, type Ipc } from '../../src/main/ipc/ipc.js'
import type { FailureFacts, IpcNeeds, KeptCommand, Resolved } from '../../src/main/ipc/needs.js'
import { contract } from '../../src/shared/contract/index.js'
import type { Patient } from '../../src/shared/contract/patients.js'
import type { DeclaredContract } from '../../src/shared/contract/procedure.js'
import type { Changes } from '../../src/shared/contract/streams.js'
import { newId } from '../../src/shared/ids.js'
import { type Permission, permissions, type Role, roles } from '../../src/shared/permissions.js'

/** Text that must never leave the process in an error, a header or the log. */
export const canary = 'Zephyrine Quillfeather 555-0199'

/** An error as a database throws it: its message holds SQL and a value. */
export class SqliteError extends Error {
  code = 'SQLITE_CONSTRAINT'
  constructor() {
    super(`UNIQUE constraint failed: INSERT INTO patient (family_name) VALUES ('${canary}')`)
  }
}

interface LogLine {
  level: 'error' | 'refused'
  ref: string
  facts: FailureFacts
}

/**
 * The real contract behind the real router, with handlers that keep patients in memory: for tests of the ways in, which must hold whatever
 * the handlers do. Procedures without a handler of their own answer UNAVAILABLE.
 */
export class InMemoryClinic {
  readonly patients = new Map<string, Patient>()
  readonly sessions = new Map<string, Resolved>()
  readonly kept = new Map<string, KeptCommand>()
  readonly reads: { userId: string; procedure: string; patientId: string }[] = []
  readonly log: LogLine[] = []
  /** Calls per procedure and caller, when a test limits them. */
  limit: number | undefined
  /** Runs inside `patients.register` before it saves; a test can hold it here. */
  beforeRegister: () => Promise<void> = async () => {}
  runCount = 0
  readonly #taken = new Map<string, number>()
  readonly #listeners = new Set<(changes: Changes) => void>()

  /** Adds a session for a role and returns its token. */
  signIn(role: Role, token = `${role}-${newId()}`): string {
    const actor: Actor = { userId: newId(), username: role, displayName: role, role, sessionId: newId() }
    this.sessions.set(token, actor)
    return token
  }

  /** How many streams are being listened to. */
  get listenerCount(): number {
    return this.#listeners.size
  }

  announce(changes: Changes): void {
    for (const listener of this.#listeners) listener(changes)
  }

  needs(): IpcNeeds {
    return {
      sessions: { resolve: (token) => this.sessions.get(token) },
      limits: {
        take: (_limit, { userId, address, procedure }) => {
          const key = `${userId ?? address} ${procedure}`
          const taken = (this.#taken.get(key) ?? 0) + 1
          this.#taken.set(key, taken)
          return this.limit !== undefined && taken > this.limit ? { isAllowed: false, retryAfterSeconds: 17.2 } : { isAllowed: true }
        },
      },
      audit: { read: ({ actor, procedure, patientId }) => void this.reads.push({ userId: actor.userId, procedure, patientId }) },
      commands: { find: (id) => this.kept.get(id), keep: (command) => void this.kept.set(command.id, structuredClone(command)) },
      log: {
        error: (ref, facts) => void this.log.push({ level: 'error', ref, facts }),
        refused: (ref, facts) => void this.log.push({ level: 'refused', ref, facts }),
      },
      now: () => 0,
    }
  }

  ipc(): Ipc {
    return createIpc(contract, this.#handlers(), this.needs())
  }

  #handlers(): Handlers<typeof contract> {
    const unavailable = (declared: DeclaredContract): object =>
      Object.fromEntries(
        Object.entries(declared).map(([name, child]) => [
          name,
          isContractProcedure(child)
            ? ({ errors }: { errors: { UNAVAILABLE: () => Error } }) => {
                throw errors.UNAVAILABLE()
              }
            : unavailable(child),
        ]),
      )
    const rest = unavailable(contract) as Handlers<typeof contract>
    return {
      ...rest,
      session: { ...rest.session, ...this.#session() },
      patients: { ...rest.patients, ...this.#patients() },
      streams: { ...rest.streams, ...this.#streams() },
    }
  }

  #session(): Pick<Handlers<typeof contract.session>, 'welcome' | 'signIn' | 'signOut' | 'unlock'> {
    const user = (role: Role) => ({ id: newId(), username: role, displayName: role, role, permissions: [...permissions] as Permission[], hasPin: false })
    return {
      welcome: ({ context }) => ({ state: context.session === 'locked' ? 'locked' : context.session ? 'signedIn' : 'signIn', version: '0.0.0' }),
      signIn: ({ input, context, errors }) => {
        const role = roles.find((candidate) => candidate === input.username)
        if (!role || input.password !== 'correct horse') throw errors.UNAUTHORIZED({ message: 'The user name or the password is wrong.' })
        const token = this.signIn(role)
        const expiresAt = '2099-01-01T00:00:00Z'
        context.carrier.keep(token, expiresAt)
        return { token, user: user(role), expiresAt }
      },
      signOut: ({ context }) => {
        this.sessions.delete(context.carrier.token() ?? '')
        context.carrier.drop()
        return { isSignedOut: true }
      },
      unlock: ({ context }) => {
        const token = context.carrier.token() ?? ''
        this.sessions.delete(token)
        this.signIn('reception', token)
        return user('reception')
      },
    }
  }

  #patients(): Pick<Handlers<typeof contract.patients>, 'list' | 'get' | 'register' | 'edit'> {
    const find = (id: string) => this.patients.get(id)
    return {
      list: ({ input }) => {
        if (input.query === 'break') throw new SqliteError()
        const hits = [...this.patients.values()].filter((one) => one.familyName.includes(input.query ?? ''))
        return {
          items: hits.slice(0, input.limit).map(({ id, recordNumber, familyName, givenName, sex }) => ({ id, recordNumber, familyName, givenName, sex })),
        }
      },
      get: ({ input, errors }) => {
        const found = find(input.id)
        if (!found) throw errors.NOT_FOUND()
        // As a careless query would: a column that the contract does not name.
        return found.givenName === 'leak' ? ({ ...found, passwordHash: canary } as Patient) : found
      },
      register: async ({ input, errors }) => {
        this.runCount++
        await this.beforeRegister()
        if (input.familyName === 'taken') throw errors.CONFLICT({ data: { conflicts: [{ code: 'number', ids: [newId()] }] } })
        const { commandId: _, ...fields } = input
        const patient: Patient = { ...fields, id: newId(), recordNumber: String(this.patients.size + 1), changedAt: '2026-01-01T00:00:00Z' }
        this.patients.set(patient.id, patient)
        this.announce({ seq: this.patients.size, records: [{ kind: 'patient', id: patient.id, patientId: patient.id }] })
        return patient
      },
      edit: ({ input, errors }) => {
        const found = find(input.id)
        if (!found) throw errors.NOT_FOUND()
        const { commandId: _, ...patch } = input
        const edited = Object.fromEntries(Object.entries({ ...found, ...patch }).filter(([, value]) => value !== null)) as Patient
        this.patients.set(input.id, edited)
        return edited
      },
    }
  }

  #streams(): Pick<Handlers<typeof contract.streams>, 'changes'> {
    const listeners = this.#listeners
    return {
      changes: async function* ({ signal }) {
        const queue: Changes[] = []
        let wake = () => {}
        const listener = (changes: Changes) => {
          queue.push(changes)
          wake()
        }
        const onAbort = () => wake()
        listeners.add(listener)
        signal.addEventListener('abort', onAbort)
        try {
          while (!signal.aborted) {
            const next = queue.shift()
            if (next?.seq === -1) throw new SqliteError()
            if (next) yield next
            else
              await new Promise<void>((resolve) => {
                wake = resolve
              })
          }
        } finally {
          listeners.delete(listener)
          signal.removeEventListener('abort', onAbort)
        }
      },
    }
  }
}
