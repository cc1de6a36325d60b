import type { ServerChange, ServerSettingsView, ServerTest } from '../../../src/shared/contract/server-settings.js'
import type { QueuedOperation, SyncFacts, WorkstationLine } from '../../../src/shared/contract/sync.js'

export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

/** What the exchange tells, as tests set it: a real one takes days, several computers or a broken server to tell such things. */
export class MemorySync {
  hasServer = false
  facts: Omit<SyncFacts, 'status'> = {
    attention: [],
    waiting: 0,
    oldestWaitingAt: null,
    dead: 0,
    parked: 0,
    lastContactAt: null,
    clockOffsetMs: null,
    reconciling: null,
    lastAudit: null,
    digest: '8f4a2c9b01d7e365',
    records: 1234,
  }
  operations: QueuedOperation[] = []
  workstations: WorkstationLine[] = []
  ran = { sent: 0, received: 0, failed: 0 }
  /** Undefined while the server is not in reach. */
  audited: { isEqual: boolean; differingBuckets: number } | undefined = { isEqual: true, differingBuckets: 0 }
  recordStates = new Map<string, 'local' | 'waiting' | 'sent' | 'dead'>()
  clearedDays: number[] = []
  server: ServerSettingsView = serverView()
  tests: ServerTest[] = []
  /** What the screen sent, to keep and to try. */
  readonly changes: ServerChange[] = []
  readonly tried: ServerChange[] = []

  queue(state: QueuedOperation['state'] | undefined): QueuedOperation[] {
    return this.operations.filter((operation) => state === undefined || operation.state === state)
  }

  retry(seqs: readonly number[] | undefined): number {
    const taken = this.operations.filter(({ seq, state }) => state === 'dead' && (!seqs || seqs.includes(seq)))
    for (const operation of taken) operation.state = 'waiting'
    this.facts = { ...this.facts, dead: this.facts.dead - taken.length }
    return taken.length
  }

  /** Keeps a change as the real one does: what is set comes from the screen, what is taken away from nowhere. */
  setServer(change: ServerChange): void {
    this.changes.push(change)
    const { password, enabled, ...rest } = change
    if (enabled !== undefined) this.server.enabled = { value: enabled ?? false, origin: enabled === null ? 'default' : 'screen' }
    if (password !== undefined) this.server.password = { isSet: password !== null, origin: password === null ? 'default' : 'screen' }
    for (const [name, value] of Object.entries(rest))
      if (value !== undefined) Object.assign(this.server, { [name]: { value, origin: value === null ? 'default' : 'screen' } })
  }
}

/** Settings of which nothing was made; `changed` says what comes from where. */
export function serverView(changed: Partial<ServerSettingsView> = {}): ServerSettingsView {
  const none = { value: null, origin: 'default' as const }
  return {
    enabled: { value: false, origin: 'default' },
    url: none,
    host: { value: '127.0.0.1', origin: 'default' },
    port: { value: 6379, origin: 'default' },
    username: none,
    password: { isSet: false, origin: 'default' },
    database: { value: 0, origin: 'default' },
    tls: { value: false, origin: 'default' },
    caFile: none,
    clusterNodes: none,
    sentinels: none,
    sentinelName: none,
    ...changed,
  }
}

const operation = (seq: number, hours: number, rest: Partial<QueuedOperation>): QueuedOperation => ({
  seq,
  at: hoursAgo(hours),
  act: 'patients.edit',
  by: 'Ana Reyes',
  records: [{ kind: 'patient', count: 1 }],
  state: 'waiting',
  tries: 0,
  ...rest,
})

/** A clinic of four workstations on a bad day: one of each thing that the panel can show. */
export function badDay(sync: MemorySync, patient: { id: string; name: string }): void {
  const of = { patientId: patient.id, patientName: patient.name }
  sync.hasServer = true
  sync.facts = {
    ...sync.facts,
    attention: [
      { code: 'deadLetters', count: 2 },
      { code: 'reviews', count: 3 },
      { code: 'old', count: 1 },
      { code: 'full', count: 1 },
      { code: 'clock', count: 1 },
      { code: 'somethingNew', count: 1 },
    ],
    waiting: 17,
    oldestWaitingAt: hoursAgo(26),
    dead: 2,
    parked: 4,
    lastContactAt: hoursAgo(25),
    clockOffsetMs: -190_000,
    reconciling: { reason: 'lost', since: hoursAgo(1 / 60), done: 12_000, total: 48_000 },
    lastAudit: { at: hoursAgo(30), isEqual: false },
  }
  sync.operations = [
    operation(41, 1, { act: 'appointments.book', records: [{ kind: 'appointment', count: 1 }], ...of }),
    operation(40, 2, { state: 'dead', tries: 5, problem: 'record', act: 'symptoms.add', records: [{ kind: 'symptom', count: 1 }], ...of }),
    operation(39, 3, { state: 'dead', tries: 5, problem: 'something newer', ...of }),
    operation(38, 26, { tries: 3, problem: 'unreachable', act: 'settings.clinic.edit', records: [{ kind: 'clinic', count: 1 }] }),
    operation(37, 27, {
      state: 'sent',
      act: 'import.fhir',
      importId: 'x',
      records: [
        { kind: 'patient', count: 12 },
        { kind: 'encounter', count: 38 },
      ],
    }),
    { ...operation(36, 30, { state: 'sent', act: 'setUp.createClinic', records: [{ kind: 'clinic', count: 1 }] }), by: undefined },
  ]
  const line = (id: string, name: string, rest: Partial<WorkstationLine>): WorkstationLine => ({
    id,
    name,
    isThis: false,
    isOnline: true,
    joinedAt: hoursAgo(900),
    seenAt: hoursAgo(0),
    version: '0.1.0',
    waiting: 0,
    failed: 0,
    clockOffsetMs: 120,
    freeDiskBytes: 212e9,
    records: 48_211,
    proof: 'equal',
    ...rest,
  })
  sync.workstations = [
    line('w1', 'Reception', { isThis: true, waiting: 17, oldestWaitingAt: hoursAgo(26), failed: 2, clockOffsetMs: -190_000, proof: 'behind' }),
    line('w2', 'Dr. García Márquez, surgery 2', { clockOffsetMs: 4000 }),
    line('w3', 'غرفة الأشعة', { isOnline: false, seenAt: hoursAgo(75), freeDiskBytes: 1.2e9, proof: 'differs' }),
    { id: 'w4', name: 'Home', isThis: false, isOnline: false, joinedAt: hoursAgo(2), proof: 'unknown' },
    line('w5', 'Old laptop', { isOnline: false, removedAt: hoursAgo(300), seenAt: hoursAgo(310) }),
  ]
}
