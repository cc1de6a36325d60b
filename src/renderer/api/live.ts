import type { Query, QueryClient } from '@tanstack/react-query'
import type { Changes } from '../../shared/contract/streams.js'

/** Groups of the contract whose answers show records of a kind. A kind that is not here reloads every open query: right, only slower. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  patient: ['patients', 'appointments', 'chart', 'dashboard', 'today', 'billing', 'media'],
  appointment: ['appointments', 'chart', 'dashboard', 'today'],
  practitioner: ['staff', 'appointments', 'chart', 'dashboard', 'today'],
  chair: ['staff', 'appointments', 'dashboard', 'today'],
  closedTime: ['staff', 'appointments', 'dashboard', 'today'],
  clinic: ['session', 'settings', 'appointments', 'dashboard'],
  user: ['session', 'sessions', 'staff'],
  session: ['sessions'],
  media: ['media', 'chart'],
  organization: ['staff', 'chart'],
  // The record that they are about changes with them.
  keptVersion: [],
  reviewDecision: [],
}

/** More records than this in one go (an import) reload by kind alone. */
const manyRecords = 200

const groupOf = (query: Query): string => {
  const path = query.queryKey[0]
  return Array.isArray(path) ? String(path[0]) : ''
}

/** Answers for one patient that hang on everybody's visits. */
const aboutOthers = ['check', 'freeSlots']

/** The record or patient that a query asks for, when its input names one and the answer is about that one alone. */
function subjectOf(query: Query): string | undefined {
  const path = query.queryKey[0]
  if (Array.isArray(path) && aboutOthers.includes(String(path[1]))) return undefined
  const options = query.queryKey[1] as { input?: { id?: unknown; patientId?: unknown } } | undefined
  const subject = options?.input?.id ?? options?.input?.patientId
  return typeof subject === 'string' ? subject : undefined
}

/** Every commit is an operation of the queue. What workstations report of themselves comes from the server, and the status has a stream of its own. */
function isSyncTouched(query: Query, records: Changes['records']): boolean {
  const path = query.queryKey[0]
  const name = Array.isArray(path) ? path[1] : undefined
  if (name === 'workstations') return records.some(({ kind }) => kind === 'workstation')
  return records.length > 0 && name !== 'status'
}

/** Any record may be what a question is about; the history of one record is about that one. */
function isReviewTouched(query: Query, records: Changes['records']): boolean {
  const subject = subjectOf(query)
  const isHistory = Array.isArray(query.queryKey[0]) && query.queryKey[0][1] === 'history'
  return isHistory ? records.some(({ id }) => id === subject) : records.length > 0
}

/** Decides whether a query shows any of the changed records. */
export function isTouched(query: Query, records: Changes['records']): boolean {
  const group = groupOf(query)
  if (group === 'sync') return isSyncTouched(query, records)
  if (group === 'review') return isReviewTouched(query, records)
  // It shows figures, each as of a moment, and looks again by itself; its access log would grow by its own being read.
  if (group === 'monitor') return false
  const subject = records.length > manyRecords ? undefined : subjectOf(query)
  return records.some(({ kind, id, patientId }) => {
    const groups = shownBy[kind]
    if (groups && !groups.includes(group)) return false
    // A chart of another patient needs no reload; names of staff and chairs (no patient) may stand in any answer.
    return subject === undefined || subject === id || patientId === undefined || subject === patientId
  })
}

/** How many questions wait: a count over everything, which may take longer than the next change does to come. */
function isQuestionCount(query: Query): boolean {
  const path = query.queryKey[0]
  return Array.isArray(path) && path[0] === 'review' && path[1] === 'count'
}

/** Collects changes for a moment and reloads what shows them, so that an import of thousands costs a few reloads a second. */
export function createInvalidator(client: QueryClient, waitMs = 60): { add(changes: Changes): void; all(): void } {
  const count = createPulse(client, isQuestionCount)
  let pending: Changes['records'] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = waitMs
  let lastSeq: number | undefined
  const flush = (): void => {
    const records = pending
    pending = []
    timer = undefined
    // While many arrive the next round comes later; a single edit shows at once.
    wait = records.length > manyRecords ? Math.min(wait * 2, 1500) : waitMs
    void client.invalidateQueries({ predicate: (query) => isTouched(query, records) && !isQuestionCount(query) })
    if (records.length > 0) count()
  }
  return {
    add({ seq, records }) {
      // A slow page loses the oldest events of its backlog: after a gap nothing that is shown can be trusted.
      if (lastSeq !== undefined && seq > lastSeq + 1) void client.invalidateQueries()
      lastSeq = Math.max(lastSeq ?? 0, seq)
      pending.push(...records)
      if (timer === undefined) timer = setTimeout(flush, wait)
    },
    all() {
      void client.invalidateQueries()
    },
  }
}

/** What hangs on the queue and on the connection, asked for again when their state changes: at once, and while it goes on changing once a second. */
export const createSyncPulse = (client: QueryClient, everyMs = 1000): (() => void) =>
  createPulse(client, (query) => groupOf(query) === 'sync' && isSyncTouched(query, [{ kind: 'operation', id: '' }]), everyMs)

/** Reloads some answers at each call, but not before the last reload has come and a while has passed: it is never given up for the next one. */
function createPulse(client: QueryClient, isMeant: (query: Query) => boolean, everyMs = 1000): () => void {
  let isResting = false
  let isDue = false
  const reload = async (): Promise<void> => {
    isResting = true
    isDue = false
    await client.invalidateQueries({ predicate: isMeant })
    setTimeout(() => {
      isResting = false
      if (isDue) void reload()
    }, everyMs)
  }
  return () => {
    isDue = true
    if (!isResting) void reload()
  }
}
