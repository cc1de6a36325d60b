import { questionKinds } from './entities/review-decision.js'

type QuestionKind = (typeof questionKinds)[number]

/** Name of the pseudo-field that deletes a record (`tombstone` in main/records/cell.ts). */
const tombstone = '_deleted'

/** What a question is about: a field of a record, or two records. */
export type Subject =
  | { kind: 'edit' | 'deletion'; recordKind: string; recordId: string; field: string }
  | { kind: Exclude<QuestionKind, 'edit' | 'deletion'>; ids: [string, string] }

/** The name of a question about a field; of the pseudo-field of a deletion. */
export const fieldQuestion = (recordKind: string, recordId: string, field: string): string =>
  field === tombstone ? `deletion.${recordKind}.${recordId}` : `edit.${recordKind}.${recordId}.${field}`

/** The name of a question about two records. */
export const pairQuestion = (kind: QuestionKind, [a, b]: readonly [string, string]): string => `${kind}.${a}.${b}`

/** What a question's name says; undefined for a text that is none. */
export function subjectOf(question: string): Subject | undefined {
  const [first, second = '', third = '', fourth, ...more] = question.split('.')
  const kind = questionKinds.find((each) => each === first)
  if (!kind || second === '' || third === '' || more.length > 0) return undefined
  if (kind === 'edit') return fourth ? { kind, recordKind: second, recordId: third, field: fourth } : undefined
  if (fourth !== undefined) return undefined
  return kind === 'deletion' ? { kind, recordKind: second, recordId: third, field: tombstone } : { kind, ids: [second, third] }
}
