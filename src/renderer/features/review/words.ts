import { type Icon, IconCalendarExclamation, IconGitFork, IconHash, IconTrashX, IconUsersGroup } from '@tabler/icons-react'
import type { QuestionKind, ReviewItem } from '../../../shared/contract/review.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { useWords } from '../../app/records/words.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** The icon of a kind of question. */
export const questionIcons: Readonly<Record<QuestionKind, Icon>> = {
  edit: IconGitFork,
  deletion: IconTrashX,
  doubleBooking: IconCalendarExclamation,
  duplicate: IconUsersGroup,
  number: IconHash,
}

/** What a question or decision is about, in one line. */
type About = Pick<ReviewItem, 'recordKind' | 'title' | 'field' | 'patientName'> & { startAt?: string | undefined }

/** Words for questions. */
export function useQuestionWords() {
  const t = useTexts(texts)
  const { kindOf } = useWords()
  const fieldName = useFieldName()
  const { shortDateTime } = useFormats()
  /** Kind and name of the record; a patient is named by the line below. */
  const recordOf = ({ recordKind, title, patientName }: About): string =>
    [kindOf(recordKind), title && title !== patientName ? title : undefined].filter(Boolean).join(' · ')
  return {
    recordOf,
    /** The question as a sentence. */
    ask: (item: About & { kind: QuestionKind }): string => {
      const name = item.patientName || item.title
      if (item.kind === 'edit') return t('ask.edit', { what: item.field ? fieldName(item.field) : recordOf(item) })
      if (item.kind === 'deletion') return t('ask.deletion', { what: recordOf(item) })
      if (item.kind === 'doubleBooking') return t('ask.doubleBooking', { time: item.startAt ? shortDateTime(item.startAt) : '' })
      return t(item.kind === 'duplicate' ? 'ask.duplicate' : 'ask.number', { name })
    },
    /** Whose and which record it is about; what the sentence says already is left out. */
    about: (item: About & { kind: QuestionKind }): string => [item.patientName, item.kind === 'edit' ? recordOf(item) : undefined].filter(Boolean).join(' · '),
  }
}
