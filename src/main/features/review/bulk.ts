import type { BulkAnswer, ReviewAnswer } from '../../../shared/contract/review.js'
import { subjectOf } from '../../../shared/question-id.js'
import type { ReadableDatabase } from '../../store/database.js'
import { authors } from './authors.js'
import { readCells, versionsOf } from './details.js'
import { NotSettled } from './settle.js'

/** What one answer for many means for a question. @throws NotSettled `notThis` where it does not fit */
export function answerFor(db: ReadableDatabase, question: string, answer: BulkAnswer, reason: string | undefined): ReviewAnswer {
  const subject = subjectOf(question)
  const fits = (...kinds: string[]): void => {
    if (!subject || !kinds.includes(subject.kind)) throw new NotSettled('notThis')
  }
  if (answer === 'keep' || answer === 'delete') fits('deletion')
  else if (answer === 'keepBoth') fits('doubleBooking')
  else if (answer === 'different') fits('duplicate', 'number')
  else fits('edit')
  if (answer === 'keep' || answer === 'delete') return { answer }
  if (answer === 'different') return { answer, ...(reason && { reason }) }
  if (answer === 'keepBoth') {
    if (!reason) throw new NotSettled('notThis')
    return { answer, reason }
  }
  return { answer: 'choose', stamp: stampFor(db, subject, answer) }
}

/** The stamp of the version that is meant: they are newest first, but the one that stands comes before all. */
function stampFor(db: ReadableDatabase, subject: ReturnType<typeof subjectOf>, answer: 'current' | 'other' | 'here' | 'elsewhere'): string {
  if (subject?.kind !== 'edit') throw new NotSettled('notThis')
  const read = readCells(db, subject.recordKind, subject.recordId)
  const versions = read ? versionsOf(read, subject.field) : []
  const writtenBy = authors(db)
  const isHere = (stamp: string): boolean => read !== undefined && writtenBy(read.place, subject.field, stamp).isHere
  const [current, other] = versions
  const chosen = answer === 'current' ? current : answer === 'other' ? other : versions.find(({ stamp }) => isHere(stamp) === (answer === 'here'))
  if (!chosen) throw new NotSettled(versions.length === 0 ? 'settled' : 'notThis')
  return chosen.stamp
}
