import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, page, paging, procedure } from './procedure.js'
import { SyncStatus } from './streams.js'

/** States of an operation: waiting to be sent, sent and confirmed, or refused again and again. */
export const operationStates = ['waiting', 'sent', 'dead'] as const

/** One operation of this workstation, newest first: what one commit did; of values only whose it was. */
export const QueuedOperation = z.strictObject({
  seq: z.int(),
  at: InstantText,
  /** The clinic act, e.g. `patients.register`. */
  act: z.string(),
  /** Display name of who did it; absent for the program itself. */
  by: z.string().optional(),
  importId: z.string().optional(),
  /** Whose chart it concerns, when it is one patient's, and their name for those who may read it. */
  patientId: z.string().optional(),
  patientName: z.string().optional(),
  /** Records it wrote, by kind. */
  records: z.array(z.strictObject({ kind: z.string(), count: z.int() })),
  /** `local` where no server is set up: nothing has to be sent. */
  state: z.enum(['local', ...operationStates]),
  tries: z.int(),
  /** Code of the last refusal. */
  problem: z.string().optional(),
})
export type QueuedOperation = z.infer<typeof QueuedOperation>

/** What this workstation knows of its exchange with the server, beside the status of the badge. */
export const SyncFacts = z.strictObject({
  status: SyncStatus,
  /** Everything that needs a person: codes with how many there are, e.g. `deadLetters`, `reviews`, `old`, `journal`, `auth`, `full`. */
  attention: z.array(z.strictObject({ code: z.string(), count: z.int() })),
  waiting: z.int(),
  oldestWaitingAt: InstantText.nullable(),
  dead: z.int(),
  /** Records of kinds that only a newer version knows. */
  parked: z.int(),
  lastContactAt: InstantText.nullable(),
  /** What has to be added to this computer's clock by the server's; null before the first contact. */
  clockOffsetMs: z.number().nullable(),
  /** Comparing everything with the server: since when and how far; null when it is not going on. */
  reconciling: z.strictObject({ reason: z.string(), since: InstantText, done: z.int(), total: z.int() }).nullable(),
  /** The last comparison of digests: when, and whether all were equal; null before the first. */
  lastAudit: z.strictObject({ at: InstantText, isEqual: z.boolean() }).nullable(),
  /** Digest of all records held here. */
  digest: z.string(),
  records: z.int(),
})
export type SyncFacts = z.infer<typeof SyncFacts>

/** A workstation of the clinic as the panel lists it. What it reported itself is as old as `seenAt`. */
export const WorkstationLine = z.strictObject({
  id: z.string(),
  name: z.string(),
  isThis: z.boolean(),
  isOnline: z.boolean(),
  joinedAt: InstantText,
  removedAt: InstantText.optional(),
  /** Its last report reached the server then; absent when none is there. */
  seenAt: InstantText.optional(),
  version: z.string().optional(),
  /** Schema of the records that its program knows. */
  schema: z.int().optional(),
  waiting: z.int().optional(),
  oldestWaitingAt: InstantText.optional(),
  failed: z.int().optional(),
  clockOffsetMs: z.number().optional(),
  freeDiskBytes: z.number().optional(),
  records: z.int().optional(),
  /** `equal`: it reported the digest that this workstation held at the same place of the feed. `differs`: another one. `behind`: it has not come so far, or has unsent changes. */
  proof: z.enum(['equal', 'differs', 'behind', 'unknown']),
})
export type WorkstationLine = z.infer<typeof WorkstationLine>

const SyncRun = z.strictObject({ sent: z.int(), received: z.int(), failed: z.int() })

export const sync = {
  status: procedure({ permission: 'sync.read', type: 'query' }).route({ method: 'GET', path: '/sync/status' }).input(z.strictObject({})).output(SyncStatus),
  /** As `SyncFacts`, with the moment they hold for, and whether there is a server to exchange with. */
  facts: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/sync/facts' })
    .input(z.strictObject({}))
    .output(z.strictObject({ ...SyncFacts.shape, asOf: InstantText, hasServer: z.boolean() })),
  /** Sends and receives now and answers when nothing more is on its way, or the server is not in reach; with no server set up there is nothing to do. */
  run: procedure({ permission: 'sync.run', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/sync/run' })
    .input(z.strictObject({ commandId }))
    .output(SyncRun),
  queue: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/sync/queue' })
    .input(z.strictObject({ state: z.enum(operationStates).optional(), ...paging }))
    .output(page(QueuedOperation)),
  /** Takes dead letters up again: those named, or all. Answers how many. */
  retry: procedure({ permission: 'sync.run', type: 'command' })
    .route({ method: 'POST', path: '/sync/retry' })
    .input(z.strictObject({ seqs: z.array(z.int()).max(1000).optional(), commandId }))
    .output(z.strictObject({ retried: z.int() })),
  workstations: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/sync/workstations' })
    .input(z.strictObject({}))
    // `schema`: of the records that this program knows. `leastSchema`: what the clinic asks of every program that exchanges; 0 where it asks for nothing.
    .output(z.strictObject({ asOf: InstantText, schema: z.int(), leastSchema: z.int(), items: z.array(WorkstationLine) })),
  /** Compares the digests of everything with the server now. UNAVAILABLE when it is not in reach. */
  audit: procedure({ permission: 'sync.run', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/sync/audit' })
    .input(z.strictObject({ commandId }))
    .output(z.strictObject({ at: InstantText, isEqual: z.boolean(), differingBuckets: z.int() })),
  /** Clears confirmed operations older than so many days from the queue; never one that waits, nor a dead letter. */
  clearSent: procedure({ permission: 'settings.write', type: 'command' })
    .route({ method: 'POST', path: '/sync/clear-sent' })
    .input(z.strictObject({ olderThanDays: z.int().min(1).max(3650), commandId }))
    .output(z.strictObject({ removed: z.int() })),
  /**
   * Where the last changes of one record are: `local` where no server is set up, `waiting` while they are not certainly on the server, `sent`, or
   * `dead` while one of them was refused and waits for a person.
   */
  recordState: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/sync/records/{kind}/{id}' })
    .input(z.strictObject({ kind: z.string().max(60), id: Id }))
    .output(z.strictObject({ state: z.enum(['local', ...operationStates]) })),
}
