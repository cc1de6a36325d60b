import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** A record that a window shows, or in which something is being changed there. */
export const Opening = z.strictObject({ kind: z.enum(['patient', 'appointment']), id: Id, isEditing: z.boolean() })
export type Opening = z.infer<typeof Opening>

/** Most records that one window says it has open. */
export const openingLimit = 8

/** Somebody at a workstation of the clinic. */
const AtWorkstation = z.strictObject({
  userId: Id,
  displayName: z.string(),
  /** Name of the workstation. */
  workstation: z.string(),
  isThisWorkstation: z.boolean(),
  /** The one who asks, perhaps in another window. */
  isYou: z.boolean(),
})

/** Who is at the clinic's workstations now, once for each workstation; `since` their first window was opened there. */
export const PersonOnline = AtWorkstation.extend({ since: InstantText })
export type PersonOnline = z.infer<typeof PersonOnline>

/** Who else has a record open that the asking window has open. */
export const AlsoOpen = AtWorkstation.extend(Opening.shape)
export type AlsoOpen = z.infer<typeof AlsoOpen>

/** Long work that runs on another workstation. */
export const JobElsewhere = z.strictObject({ id: z.string(), workstation: z.string(), task: z.string(), done: z.int(), total: z.int().optional() })
export type JobElsewhere = z.infer<typeof JobElsewhere>

/** What is known of the others, whole in every event. */
export const Presence = z.strictObject({
  /** `clinic`: of all workstations. `workstation`: the server is away, so only of this one. `alone`: no server is set up. */
  scope: z.enum(['clinic', 'workstation', 'alone']),
  people: z.array(PersonOnline),
  alsoOpen: z.array(AlsoOpen),
  jobs: z.array(JobElsewhere),
})
export type Presence = z.infer<typeof Presence>

export const presence = {
  /**
   * Says what a window has open, in place of what it said before. The window is there while it listens to the `presence` stream under the same id; when
   * that ends, all that it said is withdrawn. False for a window that does not listen, or that is another user's.
   */
  opening: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'PUT', path: '/presence/{windowId}' })
    .input(z.strictObject({ windowId: Id, openings: z.array(Opening).max(openingLimit), commandId }))
    .output(z.strictObject({ isKept: z.boolean() })),
}
