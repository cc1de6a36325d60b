import { IconGitFork } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ChartQuestion } from '../../../shared/contract/chart.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { useWords } from '../../app/records/words.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './chart.module.css'
import { texts } from './texts.js'

/** Questions that are named one by one; the rest is counted. */
const named = 4

/** Says that there are two versions of something that nobody has decided on, with the way to each question. Nothing while there are none. */
export function Undecided({ questions, isOneRecord }: { questions: readonly ChartQuestion[]; isOneRecord?: boolean }) {
  const t = useTexts(texts)
  const nameOf = useFieldName()
  const { kindOf } = useWords()
  if (questions.length === 0) return null
  return (
    <section className={classes.undecided} aria-label={t('undecided')}>
      <IconGitFork size={18} aria-hidden />
      <div>
        <strong>{t('undecided')}</strong> {t('undecidedText')}
        <ul className={classes.undecidedList}>
          {questions.slice(0, named).map(({ id, recordKind, field }) => (
            <li key={id}>
              <Link to="/review" search={{ question: id } as never}>
                {[isOneRecord && field ? undefined : kindOf(recordKind), field ? nameOf(field) : t('deletedAndEdited')].filter(Boolean).join(' · ')}
              </Link>
            </li>
          ))}
          {questions.length > named && <li>{t('more', { count: questions.length - named })}</li>}
        </ul>
      </div>
    </section>
  )
}
