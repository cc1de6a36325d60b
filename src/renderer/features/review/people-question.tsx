import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { ComparedPatient, ReviewQuestion } from '../../../shared/contract/review.js'
import { useWords } from '../../app/records/words.js'
import { useWritten } from '../../app/records/written.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Phone } from '../../ui/phone.js'
import table from '../../ui/table.module.css'
import classes from './review.module.css'
import { texts } from './texts.js'
import type { Resolving } from './use-resolve.js'

type People = Extract<ReviewQuestion, { kind: 'duplicate' | 'number' }>

const nameOf = ({ familyName, givenName }: ComparedPatient): string => [givenName, familyName].filter(Boolean).join(' ')

/** Both patients line by line; where they differ the line says so. */
function Comparison({ patients }: Pick<People, 'patients'>) {
  const t = useTexts(texts)
  const { day, number } = useFormats()
  const { codeOf } = useWords()
  const { where, when } = useWritten()
  const rows: readonly [name: string, value: (patient: ComparedPatient) => string | undefined, shown?: (patient: ComparedPatient) => ReactNode][] = [
    [t('recordNumber'), ({ recordNumber }) => recordNumber, ({ recordNumber }) => <bdi dir="ltr">{recordNumber}</bdi>],
    [t('birthDate'), ({ birthDate }) => birthDate && day(birthDate)],
    [t('sex'), ({ sex }) => codeOf(sex)],
    [t('phone'), ({ phone }) => phone, ({ phone }) => phone && <Phone value={phone} />],
    [t('email'), ({ email }) => email],
    [t('address'), ({ address }) => address],
    [t('insuranceNumber'), ({ insuranceNumber }) => insuranceNumber],
  ]
  /** What tells the records apart and says nothing about the person. */
  const facts: typeof rows = [
    [t('recordCount'), ({ recordCount }) => number(recordCount)],
    [t('registered'), (patient) => `${when(patient)} · ${where(patient)}`],
  ]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={t('compared')}>
      <table className={`${table.table} ${classes.compared}`}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            {patients.map((patient) => (
              <th key={patient.id} scope="col">
                <bdi>{nameOf(patient)}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows, ...facts].map(([name, value, shown], index) => {
            const values = patients.map(value)
            if (values.every((each) => !each)) return null
            const differs = index < rows.length && new Set(values).size > 1
            return (
              <tr key={name} data-differs={differs || undefined}>
                <th scope="row">
                  {name}
                  {differs && <span className={classes.differs}>{t('differs')}</span>}
                </th>
                {patients.map((patient) => (
                  <td key={patient.id}>{(shown ?? value)(patient) || '–'}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Charts({ patients }: Pick<People, 'patients'>) {
  const t = useTexts(texts)
  return (
    <div className={classes.row}>
      {patients.map((patient) => (
        <Button
          key={patient.id}
          variant="default"
          component={Link}
          to={`/patients/${patient.id}` as never}
          aria-label={t('openChartOf', { name: `${nameOf(patient)}, ${patient.recordNumber}` })}
        >
          {t('openChartOf', { name: nameOf(patient) })}
        </Button>
      ))}
    </div>
  )
}

/** Two patients who may be one person, or who bear one number. */
export function PeopleQuestion({ question, resolving }: { question: People; resolving: Resolving }) {
  const t = useTexts(texts)
  const { locale } = useFormats()
  const [reason, setReason] = useState('')
  const isNumber = question.kind === 'number'
  const common = isNumber ? '' : new Intl.ListFormat(locale).format(question.reasons.map((each) => t(`reason.${each}`)))
  return (
    <>
      <p className={classes.hint}>{isNumber ? t('numberHint') : t('duplicateHint', { reasons: common })}</p>
      <Comparison patients={question.patients} />
      {!isNumber && <p className={classes.hint}>{t('sameHint')}</p>}
      <Charts patients={question.patients} />
      {question.canResolve && isNumber && (
        <div className={classes.row}>
          {question.patients.map((patient) => (
            <Button key={patient.id} disabled={resolving.isRunning} onClick={() => resolving.run({ answer: 'newNumber', patientId: patient.id })}>
              {t('giveNumber', { name: nameOf(patient) })}
            </Button>
          ))}
        </div>
      )}
      {question.canResolve && (
        <form
          className={classes.other}
          onSubmit={(event) => {
            event.preventDefault()
            resolving.run({ answer: 'different', ...(reason.trim() && { reason: reason.trim() }) })
          }}
        >
          <TextInput
            className={classes.otherField}
            label={t('reasonOptional')}
            description={t('reasonHint')}
            value={reason}
            maxLength={300}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={resolving.isRunning}>
            {t(isNumber ? 'bothKeep' : 'differentPeople')}
          </Button>
        </form>
      )}
    </>
  )
}
