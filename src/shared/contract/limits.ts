import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { procedure } from './procedure.js'

/** A limit in use in the clinic. */
export const LimitLine = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** A costly `procedure` of one person, or an external `service` that all workstations call together. */
  of: z.enum(['procedure', 'service']),
  /** Which procedure, e.g. `storage.verify`, or service. */
  name: z.string(),
  userId: Id.optional(),
  displayName: z.string().optional(),
  used: z.int(),
  max: z.int(),
  /** Nothing is left until then. */
  isFull: z.boolean(),
  resetsAt: InstantText,
})
export type LimitLine = z.infer<typeof LimitLine>

/** Limits on what is costly: how much is left, who has reached one, letting somebody in again. Answers over HTTP also have `RateLimit-*` headers. */
export const limits = {
  /** What is left of a costly procedure for the caller, to be shown before it is refused. */
  left: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/limits/left' })
    .input(z.strictObject({ procedure: z.string().max(100) }))
    .output(z.strictObject({ limit: z.int(), remaining: z.int(), resetsAt: InstantText })),
  /** Limits in use, the fullest first: of the whole clinic where the server is in reach, else those used on this workstation. */
  list: procedure({ permission: 'settings.write', type: 'query' })
    .route({ method: 'GET', path: '/limits' })
    .input(z.strictObject({}))
    .output(z.strictObject({ items: z.array(LimitLine) })),
  /** Lets somebody in again before the time. On workstations that are away it holds at their next contact. */
  unblock: procedure({ permission: 'settings.write', type: 'command' })
    .route({ method: 'DELETE', path: '/limits/{id}' })
    .input(z.strictObject({ id: LimitLine.shape.id }))
    .output(z.strictObject({ isUnblocked: z.boolean() })),
}
