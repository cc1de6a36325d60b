import { z } from 'zod'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { procedure } from './procedure.js'

/** Most bytes that the content of one draft may take as JSON. */
export const draftByteLimit = 200_000
/** Most drafts that one user can have on a workstation. */
export const draftLimit = 200

const head = { id: Id, form: z.string().regex(/^[a-zA-Z][a-zA-Z.]{0,59}$/), patientId: Id.optional() }

/** Unsaved text of a form, kept on this workstation for whoever wrote it. `form` names the form, e.g. `symptom`. */
export const DraftHead = z.strictObject({ ...head, savedAt: InstantText })
export type DraftHead = z.infer<typeof DraftHead>

export const drafts = {
  /** Keeps what a form holds under an id that the form made; saving again replaces it. It never leaves this workstation. INVALID when it is too large. */
  save: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'PUT', path: '/drafts/{id}' })
    .input(z.strictObject({ ...head, content: z.record(z.string().max(200), z.json()) }))
    .output(DraftHead),
  /** The caller's own drafts without their content, newest first. */
  list: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/drafts' })
    .input(z.strictObject({ form: head.form.optional() }))
    .output(z.strictObject({ items: z.array(DraftHead) })),
  get: procedure({ permission: 'session', type: 'query' })
    .route({ method: 'GET', path: '/drafts/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(DraftHead.extend({ content: z.record(z.string(), z.json()) })),
  /** Forgets a draft; one that is already gone is no error. */
  remove: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'DELETE', path: '/drafts/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(z.strictObject({ id: Id })),
}
