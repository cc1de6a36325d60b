import type { contract } from '../../../shared/contract/index.js'
import { findEntity } from '../../../shared/entities/index.js'
import { keptVersionsOf } from '../../store/kept-versions.js'
import { InvalidRecord, RecordMissing } from '../../store/record-check.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Actor, Handlers, Refusals } from '../handler.js'
import type { Services } from '../services.js'
import { answerFor } from './bulk.js'
import { decisionPage } from './decisions.js'
import { questionDetail } from './details.js'
import { canRestore, keptValues } from './history.js'
import { questionPage } from './queries.js'
import { mayChange, maySee, visibleKinds } from './rights.js'
import { decideField, NotSettled, requireRight, settle } from './settle.js'
import { undoDecision } from './undo.js'

type Contract = typeof contract.review
type Errors = Refusals<Contract['resolve']['~orpc']['errorMap']>

/** Why one of several was left as it was; anything unforeseen is not caught. */
function codeOf(error: unknown): string {
  if (error instanceof NotSettled) return error.code
  if (error instanceof InvalidRecord) return 'invalid'
  if (error instanceof RecordMissing) return 'settled'
  throw error
}

/** As the contract's errors; a question that was not settled is a conflict with what is there by now. */
function refusal(error: unknown, errors: Errors): unknown {
  if (!(error instanceof NotSettled)) return error
  if (error.code === 'forbidden') return errors.FORBIDDEN()
  if (error.code === 'notThis') return errors.INVALID({ data: { fields: [{ path: 'choice', code: 'notThis' }] } })
  return errors.CONFLICT({ data: { conflicts: [...error.conflicts] } })
}

/** What two workstations did at once: the questions, and how they are settled. */
export function reviewHandlers(services: Services): Handlers<Contract> {
  const { store, read, now } = services
  const looking = ({ role }: Actor) => ({ visible: visibleKinds(role), now: new Date(now()).toISOString() })
  const place = (cursor: string | undefined) => decodeCursor(cursor, 2) as [string, string] | undefined

  return {
    list: async ({ input: { kinds, patientId, cursor, limit }, context: { actor } }) => {
      const items = await read(questionPage, { ...looking(actor), kinds, patientId, after: place(cursor), limit })
      const last = items.at(-1)
      return {
        items: items.map((item) => ({ ...item, canResolve: mayChange(actor.role, item.recordKind) })),
        ...(last && items.length === limit && { nextCursor: encodeCursor([last.at, last.id]) }),
      }
    },
    count: async ({ context: { actor } }) => {
      const byKind = await services.questionCounts.of(visibleKinds(actor.role))
      return { count: Object.values(byKind).reduce((sum, each) => sum + each, 0), byKind }
    },
    get: async ({ input: { question }, context: { actor }, errors }) => {
      const found = await read(questionDetail, { ...looking(actor), question })
      if (!found) throw errors.NOT_FOUND()
      noteOthers(services, actor, found)
      return { ...found, canResolve: mayChange(actor.role, found.recordKind) }
    },
    resolve: ({ input: { question, choice, seen }, context: { actor, command }, errors }) =>
      store.write({ actor, act: 'review.resolve', command }, (tx) => {
        try {
          return { decisionId: settle({ tx, services, actor }, question, choice, seen) }
        } catch (error) {
          throw refusal(error, errors)
        }
      }),
    resolveMany: ({ input: { questions, answer, reason }, context: { actor, command } }) =>
      store.write({ actor, act: 'review.resolve', command }, (tx) => {
        const decisionIds: string[] = []
        const skipped: { question: string; code: string }[] = []
        for (const question of new Set(questions)) {
          try {
            decisionIds.push(settle({ tx, services, actor }, question, answerFor(store.db, question, answer, reason || undefined), undefined))
          } catch (error) {
            skipped.push({ question, code: codeOf(error) })
          }
        }
        return { decisionIds, skipped }
      }),
    decisions: async ({ input: { cursor, limit }, context: { actor } }) => {
      const items = await read(decisionPage, { visible: visibleKinds(actor.role), after: place(cursor), limit })
      const last = items.at(-1)
      return {
        items: items.map((item) => ({ ...item, canUndo: !item.undoneAt && mayChange(actor.role, item.recordKind) })),
        ...(last && items.length === limit && { nextCursor: encodeCursor([last.at, last.id]) }),
      }
    },
    undo: ({ input: { decisionIds }, context: { actor, command } }) =>
      store.write({ actor, act: 'review.undo', command }, (tx) => {
        const skipped: { id: string; code: string }[] = []
        for (const id of new Set(decisionIds)) {
          try {
            undoDecision({ tx, services, actor }, id)
          } catch (error) {
            skipped.push({ id, code: codeOf(error) })
          }
        }
        return { undone: new Set(decisionIds).size - skipped.length, skipped }
      }),
    history: async ({ input: { kind, id }, context: { actor }, errors }) => {
      const found = maySee(actor.role, kind) ? await read(keptValues, { kind, id }) : undefined
      if (!found) throw errors.NOT_FOUND()
      return found
    },
    restore: ({ input: { kind, id, field, stamp }, context: { actor, command }, errors }) =>
      store.write({ actor, act: 'review.restore', command }, (tx) => {
        try {
          requireRight(actor, kind)
          const entity = findEntity(kind)
          const reading = entity && tx.reading(entity, id)
          const kept = (keptVersionsOf(store.db, kind, id)[field] ?? []).find((cell) => cell.stamp === stamp)
          if (!entity || !reading || !kept) throw new NotSettled('settled')
          if (!canRestore(kind, field)) throw new NotSettled('notThis')
          const replaced = { current: reading.cells[field], open: reading.undecided[field] ?? [] }
          return {
            decisionId: decideField({ tx, services, actor }, entity, { id, field, value: kept.value, replaced }, { question: 'edit', answer: 'restored' }),
          }
        } catch (error) {
          throw refusal(error, errors)
        }
      }),
  }
}

/** Two patients may stand side by side: the access log gets a row for the one that the answer does not name, too. */
function noteOthers(
  { store }: Services,
  { userId, sessionId }: Actor,
  found: { patientId?: string; visits?: { patientId: string }[]; patients?: { id: string }[] },
): void {
  const shown = new Set([...(found.visits ?? []).map(({ patientId }) => patientId), ...(found.patients ?? []).map(({ id }) => id)])
  for (const patientId of shown) if (patientId !== found.patientId) store.noteRead({ userId, sessionId, act: 'review.get', patientId })
}
