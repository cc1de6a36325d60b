import { z } from 'zod'
import { InstantText } from '../time.js'
import { commandId, page, paging, procedure } from './procedure.js'
import { SyncStatus } from './streams.js'

/** States of an operation: waiting to be sent, sent and confirmed, or refused again and again. */
export const operationStates = ['waiting', 'sent', 'dead'] as const

/** One operation of this workstation, newest first: what one commit did, without values. */
export const QueuedOperation = z.strictObject({
  seq: z.int(),
  at: InstantText,
  /** The clinic act, e.g. `patients.register`. */
  act: z.string(),
  /** Display name of who did it; absent for the program itself. */
  by: z.string().optional(),
  importId: z.string().optional(),
  /** Records it wrote, by kind. */
  records: z.array(z.strictObject({ kind: z.string(), count: z.int() })),
  /** `local` where no server is set up: nothing has to be sent. */
  state: z.enum(['local', ...operationStates]),
  tries: z.int(),
  problem: z.string().optional(),
})
export type QueuedOperation = z.infer<typeof QueuedOperation>

export const sync = {
  status: procedure({ permission: 'sync.read', type: 'query' }).route({ method: 'GET', path: '/sync/status' }).input(z.strictObject({})).output(SyncStatus),
  /** Sends and receives now; with no server set up there is nothing to do. */
  run: procedure({ permission: 'sync.run', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/sync/run' })
    .input(z.strictObject({ commandId }))
    .output(z.strictObject({ sent: z.int(), received: z.int(), failed: z.int() })),
  queue: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/sync/queue' })
    .input(z.strictObject({ state: z.enum(operationStates).optional(), ...paging }))
    .output(page(QueuedOperation)),
}
