import { implement } from '@orpc/server'
import { v7 } from 'uuid'
import { contract } from '../../../src/shared/contract/index.js'
import type { Patient } from '../../../src/shared/contract/patients.js'
import type { CurrentUser, Welcome } from '../../../src/shared/contract/session.js'
import type { Changes, Progress, SyncStatus } from '../../../src/shared/contract/streams.js'
import { granted } from '../../../src/shared/permissions.js'
import { MemorySync } from './memory-sync.js'

/** Sends values to whoever follows, each follower from now on, after a first one. */
class Channel<Value> {
  readonly #followers = new Set<(value: Value) => void>()
  send(value: Value): void {
    for (const follower of this.#followers) follower(value)
  }
  async *follow(signal: AbortSignal | undefined, first?: Value): AsyncGenerator<Value> {
    const queue: Value[] = first === undefined ? [] : [first]
    let wake = (): void => undefined
    const follower = (value: Value): void => {
      queue.push(value)
      wake()
    }
    this.#followers.add(follower)
    signal?.addEventListener('abort', () => wake())
    try {
      while (!signal?.aborted) {
        const next = queue.shift()
        if (next !== undefined) yield next
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      this.#followers.delete(follower)
    }
  }
}

export interface Context {
  /** Whoever holds the connection's cookie. */
  session: { userId?: string; isLocked: boolean }
}

interface Account extends CurrentUser {
  password: string
  pin?: string
}

const families = [
  'Okafor',
  'García Márquez',
  "O'Brien",
  'Nguyễn',
  'Lindqvist',
  'Haddad',
  'Silva Santos',
  'Kowalski',
  'Müller',
  'Tanaka',
  'Abu Bakr',
  'Fitzgerald-Smith',
  'De la Cruz',
  'Øster',
  'خليل',
]
const givens = [
  'Amara',
  'Lucía',
  'Seán',
  'Thị Minh',
  'Astrid',
  'Omar',
  'Joana Maria',
  'Zbigniew',
  'Jürgen',
  'Yuki',
  'Fatima',
  'Genevieve',
  'Miguel Ángel',
  'Søren',
  'ليلى',
]

const made = (n: number): Patient => ({
  id: v7(),
  recordNumber: `A-${String(n + 1).padStart(5, '0')}`,
  familyName: families[n % families.length] ?? '',
  givenName: givens[Math.floor(n / families.length + n) % givens.length] ?? '',
  birthDate: n % 17 === 3 ? undefined : `${1931 + ((n * 7) % 92)}-${String((n % 12) + 1).padStart(2, '0')}-${String(((n * 5) % 28) + 1).padStart(2, '0')}`,
  sex: (['female', 'male', 'female', 'male', 'other', 'unknown'] as const)[n % 6] ?? 'unknown',
  phone: n % 5 === 4 ? undefined : `+1${212}555${String(1000 + n).slice(-4)}`,
  email: n % 3 === 0 ? `patient${n}@example.org` : undefined,
  ...(n % 4 === 0 && { address: { line: `${n + 1} Elm Street`, city: 'Springfield', state: 'MA', postalCode: '01101', country: 'US' } }),
  ...(n % 9 === 0 && { alert: 'Needs a step-free room' }),
  changedAt: '2026-11-20T09:00:00.000Z',
})

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** A workstation without disk or rules, on the real contract: what the screens need before the real one runs. */
export class MemoryWorkstation {
  readonly patients: Patient[]
  readonly accounts: Account[] = []
  readonly changes = new Channel<Changes>()
  readonly sync = new Channel<SyncStatus>()
  readonly progress = new Channel<Progress>()
  status: SyncStatus = { state: 'localOnly', waiting: 0, since: null }
  /** What the panel of synchronisation and the server's settings show. */
  readonly exchange = new MemorySync()
  clinic: Welcome['clinic']
  #seq = 0
  /** Answers by command id, as the real one keeps them. */
  readonly commands = new Map<string, unknown>()

  constructor({ patientCount = 300, isSetUp = true }: { patientCount?: number; isSetUp?: boolean } = {}) {
    this.patients = Array.from({ length: patientCount }, (_, n) => made(n))
    if (isSetUp)
      this.#create({
        clinicName: 'Riverside Dental',
        timeZone: 'America/New_York',
        currency: 'USD',
        country: 'US',
        language: 'en',
        username: 'ana',
        displayName: 'Ana Reyes',
        password: 'correct horse battery',
        pin: '4711',
      })
  }

  setStatus(status: SyncStatus): void {
    this.status = status
    this.sync.send(status)
  }

  #create(input: {
    clinicName: string
    timeZone: string
    currency: string
    country: string
    language: 'en' | 'es' | 'ar'
    username: string
    displayName: string
    password: string
    pin?: string
    isDemo?: boolean
  }) {
    this.clinic = {
      id: v7(),
      name: input.clinicName,
      timeZone: input.timeZone,
      currency: input.currency,
      country: input.country,
      language: input.language,
      isDemo: input.isDemo ?? false,
      lockAfterMinutes: 10,
    }
    const account: Account = {
      id: v7(),
      username: input.username,
      displayName: input.displayName,
      role: 'administrator',
      permissions: [...granted.administrator],
      hasPin: input.pin !== undefined,
      password: input.password,
      ...(input.pin && { pin: input.pin }),
    }
    this.accounts.push(account)
    return account
  }

  #touched(kind: string, id: string, patientId?: string): void {
    this.changes.send({ seq: ++this.#seq, records: [{ kind, id, ...(patientId && { patientId }) }] })
  }

  #search(query = ''): Patient[] {
    const words = fold(query)
      .split(/[\s,]+/)
      .filter(Boolean)
    return this.patients.filter((patient) =>
      words.every((word) =>
        fold(`${patient.familyName} ${patient.givenName} ${patient.recordNumber} ${patient.phone ?? ''} ${patient.birthDate ?? ''}`).includes(word),
      ),
    )
  }

  router() {
    const os = implement(contract).$context<Context>()
    const hit = ({ id, recordNumber, familyName, givenName, birthDate, sex, phone }: Patient) => ({
      id,
      recordNumber,
      familyName,
      givenName,
      birthDate,
      sex,
      phone,
    })
    const open = ({ password: _, pin: __, ...user }: Account): CurrentUser => user
    const userOf = (session: Context['session']): Account | undefined => this.accounts.find(({ id }) => id === session.userId)
    const guarded = os.use(({ context, path, errors, next }) => {
      if (['setUp', 'session'].includes(path[0] ?? '')) return next()
      if (!userOf(context.session)) throw errors.UNAUTHORIZED({ data: { ref: 'M-1' } })
      if (context.session.isLocked) throw errors.LOCKED({ data: { ref: 'M-2' } })
      return next()
    })
    const signedIn = (account: Account, session: Context['session']) => {
      session.userId = account.id
      session.isLocked = false
      return { token: 'memory', user: open(account), expiresAt: '2026-11-21T09:00:00.000Z' }
    }
    const once = <Output>(commandId: string | undefined, act: () => Output): Output => {
      if (commandId && this.commands.has(commandId)) return this.commands.get(commandId) as Output
      const output = act()
      if (commandId) this.commands.set(commandId, output)
      return output
    }
    const { session, patients, chart, streams, setUp, sync, settings, storage } = guarded
    const { exchange } = this
    const server = () => ({ ...exchange.server, canChange: true })
    const now = () => new Date().toISOString()
    return {
      setUp: {
        createClinic: setUp.createClinic.handler(({ input, context, errors }) => {
          if (input.backupFolder === '/nowhere') throw errors.INVALID({ data: { ref: 'M-3', fields: [{ path: 'backupFolder', code: 'unwritable' }] } })
          const account = this.#create({ ...input, username: input.adminUsername, displayName: input.adminDisplayName })
          return { recoveryCode: 'K7QF-2MWX-9RTB-H4ZN-V8CD-3PYG-6JLS-X5EA', ...signedIn(account, context.session) }
        }),
        createDemo: setUp.createDemo.handler(({ input, context }) => {
          const account = this.#create({
            clinicName: 'Demo clinic',
            timeZone: 'Europe/Madrid',
            currency: 'EUR',
            country: 'ES',
            language: input.language,
            username: 'demo',
            displayName: 'Demo Administrator',
            password: 'demo-clinic',
            isDemo: true,
          })
          return { recoveryCode: 'K7QF-2MWX-9RTB-H4ZN', ...signedIn(account, context.session) }
        }),
      },
      session: {
        welcome: session.welcome.handler(({ context }) => {
          const account = userOf(context.session)
          const state = !this.clinic
            ? ('setUp' as const)
            : !account
              ? ('signIn' as const)
              : context.session.isLocked
                ? ('locked' as const)
                : ('signedIn' as const)
          return { state, ...(this.clinic && { clinic: this.clinic }), ...(account && { user: open(account) }), version: '0.1.0' }
        }),
        signIn: session.signIn.handler(({ input, context, errors }) => {
          const account = this.accounts.find(({ username, password }) => username === input.username && password === input.password)
          if (!account) throw errors.UNAUTHORIZED({ data: { ref: 'M-4' } })
          return signedIn(account, context.session)
        }),
        signOut: session.signOut.handler(({ context }) => {
          delete context.session.userId
          return { isSignedOut: true }
        }),
        lock: session.lock.handler(({ context }) => {
          context.session.isLocked = true
          return { isLocked: true }
        }),
        unlock: session.unlock.handler(({ input, context, errors }) => {
          const account = userOf(context.session)
          if (!account || (input.pin !== undefined ? input.pin !== account.pin : input.password !== account.password))
            throw errors.UNAUTHORIZED({ data: { ref: 'M-5' } })
          context.session.isLocked = false
          return open(account)
        }),
        setPreferences: session.setPreferences.handler(({ input, context, errors }) => {
          const account = userOf(context.session)
          if (!account) throw errors.UNAUTHORIZED({ data: { ref: 'M-6' } })
          const { commandId: _, ...preferences } = input
          Object.assign(account, preferences)
          return open(account)
        }),
      },
      patients: {
        list: patients.list.handler(({ input }) => {
          const found = this.#search(input.query)
          const start = Number(input.cursor ?? 0)
          const end = start + input.limit
          return { items: found.slice(start, end).map(hit), ...(end < found.length && { nextCursor: String(end) }) }
        }),
        get: patients.get.handler(({ input, errors }) => {
          const found = this.patients.find(({ id }) => id === input.id)
          if (!found) throw errors.NOT_FOUND({ data: { ref: 'M-7' } })
          return found
        }),
        duplicates: patients.duplicates.handler(({ input }) => {
          const items = this.patients.flatMap((patient) => {
            const reasons = [
              ...(input.familyName &&
              fold(patient.familyName).startsWith(fold(input.familyName)) &&
              (!input.givenName || fold(patient.givenName).startsWith(fold(input.givenName)))
                ? ['name' as const]
                : []),
              ...(input.birthDate && patient.birthDate === input.birthDate ? ['birthDate' as const] : []),
              ...(input.phone && patient.phone?.endsWith(input.phone.replace(/\D/g, '')) ? ['phone' as const] : []),
            ]
            return reasons.length > 0 ? [{ ...hit(patient), reasons }] : []
          })
          return { items: items.sort((a, b) => b.reasons.length - a.reasons.length).slice(0, 5) }
        }),
        register: patients.register.handler(({ input: { commandId, ...fields } }) =>
          once(commandId, () => {
            const patient: Patient = {
              id: v7(),
              recordNumber: `A-${String(this.patients.length + 1).padStart(5, '0')}`,
              ...fields,
              changedAt: new Date().toISOString(),
            }
            this.patients.unshift(patient)
            this.#touched('patient', patient.id, patient.id)
            return patient
          }),
        ),
        edit: patients.edit.handler(({ input: { id, commandId, ...patch }, errors }) => {
          const found = this.patients.find((patient) => patient.id === id)
          if (!found) throw errors.NOT_FOUND({ data: { ref: 'M-8' } })
          return once(commandId, () => {
            for (const [name, value] of Object.entries(patch)) Object.assign(found, { [name]: value ?? undefined })
            this.#touched('patient', id, id)
            return { ...found }
          })
        }),
      },
      chart: {
        overview: chart.overview.handler(({ input: { patientId }, errors }) => {
          const patient = this.patients.find(({ id }) => id === patientId)
          if (!patient) throw errors.NOT_FOUND({ data: { ref: 'M-11' } })
          const nothing = { allergies: [], medications: [], problems: [], vitals: [], balances: [], counts: {}, alsoAlerts: [], questions: [], keptCount: 0 }
          return { patientId, patient, asOf: now(), ...nothing }
        }),
      },
      sync: {
        status: sync.status.handler(() => this.status),
        facts: sync.facts.handler(() => ({ ...exchange.facts, status: this.status, asOf: now(), hasServer: exchange.hasServer })),
        run: sync.run.handler(() => exchange.ran),
        queue: sync.queue.handler(({ input: { state } }) => ({ items: exchange.queue(state) })),
        retry: sync.retry.handler(({ input: { seqs } }) => ({ retried: exchange.retry(seqs) })),
        workstations: sync.workstations.handler(() => ({ asOf: now(), schema: 1, leastSchema: 0, items: exchange.workstations })),
        audit: sync.audit.handler(({ errors }) => {
          if (!exchange.audited) throw errors.UNAVAILABLE({ data: { ref: 'M-9' } })
          return { at: now(), ...exchange.audited }
        }),
        clearSent: sync.clearSent.handler(({ input: { olderThanDays } }) => {
          exchange.clearedDays.push(olderThanDays)
          return { removed: 12 }
        }),
        recordState: sync.recordState.handler(({ input: { kind, id } }) => ({ state: exchange.recordStates.get(`${kind}/${id}`) ?? 'local' })),
      },
      settings: {
        server: {
          get: settings.server.get.handler(server),
          set: settings.server.set.handler(({ input: { commandId: _, ...change }, errors }) => {
            if (change.host !== undefined && change.password === undefined && exchange.server.password.isSet)
              throw errors.INVALID({ data: { ref: 'M-10', fields: [{ path: 'password', code: 'again' }] } })
            exchange.setServer(change)
            return server()
          }),
          test: settings.server.test.handler(({ input: { commandId: _, ...change } }) => {
            exchange.tried.push(change)
            return exchange.tests.shift() ?? { steps: [] }
          }),
        },
      },
      storage: {
        backups: {
          rotate: storage.backups.rotate.handler(() => ({
            places: [
              { place: 'own' as const, removed: ['20260101T090000Z-daily', '20260102T090000Z-daily'], removedFiles: 3, kept: 11 },
              { place: 'second' as const, removed: [], removedFiles: 0, kept: 0, problem: 'unreachable' as const },
            ],
          })),
        },
      },
      streams: {
        changes: streams.changes.handler(({ signal }) => this.changes.follow(signal)),
        syncStatus: streams.syncStatus.handler(({ signal }) => this.sync.follow(signal, this.status)),
        progress: streams.progress.handler(({ signal }) => this.progress.follow(signal)),
      },
    }
  }
}
