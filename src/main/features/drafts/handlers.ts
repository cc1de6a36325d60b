import { draftByteLimit, draftLimit } from '../../../shared/contract/drafts.js'
import type { contract } from '../../../shared/contract/index.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { findDraft, listDrafts, otherDraftCount, putDraft, removeDraft } from './queries.js'

/**
 * Unsaved text of forms. Rows of this workstation alone: they are no records, so they are never queued, merged or audited, and only who
 * wrote one can see it.
 */
export function draftHandlers({ store, now }: Services): Handlers<typeof contract.drafts> {
  const { db } = store
  return {
    save: ({ input: { content, ...draft }, context: { actor }, errors }) => {
      const refuse = (path: string, code: string) => errors.INVALID({ data: { fields: [{ path, code }] } })
      if (draft.patientId && store.erased.isErasedPatient(draft.patientId)) throw errors.GONE()
      const json = JSON.stringify(content)
      if (Buffer.byteLength(json) > draftByteLimit) throw refuse('content', 'too_big')
      if (otherDraftCount(db, actor.userId, draft.id) >= draftLimit) throw refuse('id', 'too_many')
      const savedAt = new Date(now()).toISOString()
      if (!putDraft(db, { ...draft, userId: actor.userId, content: json, savedAt })) throw errors.NOT_FOUND()
      return { ...draft, savedAt }
    },
    list: ({ input: { form }, context: { actor } }) => ({ items: listDrafts(db, actor.userId, form) }),
    get: ({ input: { id }, context: { actor }, errors }) => {
      const found = findDraft(db, actor.userId, id)
      if (!found) throw errors.NOT_FOUND()
      return { ...found, content: JSON.parse(found.content) }
    },
    remove: ({ input: { id }, context: { actor } }) => {
      removeDraft(db, actor.userId, id)
      return { id }
    },
  }
}
