import { Button } from '@mantine/core'
import type { FieldVersion, ReviewQuestion } from '../../../shared/contract/review.js'
import { FieldValue, useWritten } from '../../app/records/written.js'
import { useTexts } from '../../i18n/texts.js'
import { StatusPill } from '../../ui/status-pill.js'
import { OtherValue } from './other-value.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import type { Resolving } from './use-resolve.js'
import { Side, VersionCard } from './version-card.js'

type Edit = Extract<ReviewQuestion, { kind: 'edit' }>

const same = (a: FieldVersion['fields'], b: FieldVersion['fields']): boolean => JSON.stringify(a) === JSON.stringify(b)

function Before({ version, kind }: { version: FieldVersion; kind: string }) {
  const t = useTexts(texts)
  const { byWhom, when } = useWritten()
  return (
    <Side
      title={t('before')}
      note={
        <>
          {t('beforeHint')} {when(version)} · <bdi>{byWhom(version)}</bdi>
        </>
      }
    >
      <FieldValue value={version} kind={kind} />
    </Side>
  )
}

/** Versions of one field side by side: what stands, the others, what was before, and room for another value. */
export function EditQuestion({ question, resolving }: { question: Edit; resolving: Resolving }) {
  const t = useTexts(texts)
  const { recordKind: kind, canResolve } = question
  const { run, isRunning } = resolving
  const choose = (version: FieldVersion) => (canResolve ? () => run({ answer: 'choose', stamp: version.stamp }) : undefined)
  return (
    <>
      <p className={classes.hint}>{t('editHint')}</p>
      <ul className={classes.sides}>
        {question.isShownCombined && (
          <Side
            title={t('combinedTitle')}
            note={t('combinedHint')}
            mark={<StatusPill tone="info">{t('shownNow')}</StatusPill>}
            action={
              canResolve && (
                <Button disabled={isRunning} onClick={() => run({ answer: 'shown' })}>
                  {t('keepAll')}
                </Button>
              )
            }
          >
            <FieldValue value={{ fields: question.shown, isHidden: false }} kind={kind} />
          </Side>
        )}
        {question.versions.map((version, index) => (
          <VersionCard
            key={version.stamp}
            version={version}
            kind={kind}
            number={index + 1}
            isShown={!question.isShownCombined && (version.isHidden ? version.isCurrent : same(version.fields, question.shown))}
            onChoose={choose(version)}
            isRunning={isRunning}
          />
        ))}
        {question.before && <Before version={question.before} kind={kind} />}
      </ul>
      {canResolve && question.input.type !== 'none' && (
        <OtherValue
          key={question.id}
          input={question.input}
          kind={kind}
          isRunning={isRunning}
          error={resolving.error}
          onUse={(value) => run({ answer: 'write', value })}
        />
      )}
    </>
  )
}
