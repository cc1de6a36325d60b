import { Button } from '@mantine/core'
import type { ReviewQuestion } from '../../../shared/contract/review.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { FieldValue, useWritten } from '../../app/records/written.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import type { Resolving } from './use-resolve.js'
import { Side } from './version-card.js'

type Deletion = Extract<ReviewQuestion, { kind: 'deletion' }>

/** A deletion beside what it had not seen. */
export function DeletionQuestion({ question, resolving }: { question: Deletion; resolving: Resolving }) {
  const t = useTexts(texts)
  const nameOf = useFieldName()
  const { where, byWhom, when } = useWritten()
  const { recordKind: kind, canResolve } = question
  return (
    <>
      <p className={classes.hint}>{t('deletionHint')}</p>
      <ul className={classes.sides}>
        <Side
          title={t('editedMeanwhile')}
          action={
            canResolve && (
              <Button disabled={resolving.isRunning} onClick={() => resolving.run({ answer: 'keep' })}>
                {t('keepRecord')}
              </Button>
            )
          }
        >
          <dl className={classes.edits}>
            {question.edits.map((edit) => (
              <div key={edit.stamp + edit.field}>
                <dt>{nameOf(edit.field)}</dt>
                <dd>
                  <FieldValue value={edit} kind={kind} />
                  <p className={classes.sideNote}>
                    <bdi>{where(edit)}</bdi> · {when(edit)} · <bdi>{byWhom(edit)}</bdi>
                  </p>
                </dd>
              </div>
            ))}
          </dl>
        </Side>
        <Side
          title={t('deletions')}
          action={
            canResolve && (
              <Button variant="default" disabled={resolving.isRunning} onClick={() => resolving.run({ answer: 'delete' })}>
                {t('deleteRecord')}
              </Button>
            )
          }
        >
          {question.deletions.map((deletion) => (
            <div key={deletion.stamp}>
              {deletion.isTakenBack && <strong>{t('takenBack')}: </strong>}
              <bdi>{where(deletion)}</bdi>
              <p className={classes.sideNote}>
                {when(deletion)} · <bdi>{byWhom(deletion)}</bdi>
              </p>
            </div>
          ))}
        </Side>
      </ul>
    </>
  )
}
