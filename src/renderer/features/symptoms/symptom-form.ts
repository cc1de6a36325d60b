import { useForm } from '@mantine/form'
import type { Symptom } from '../../../shared/contract/symptoms.js'
import { useTexts } from '../../i18n/texts.js'
import { instantAt, wallClock } from '../../i18n/zoned.js'
import { texts } from './texts.js'

/** What the form holds; `date` is yyyy-mm-dd, `time` hh:mm or empty. Made of plain JSON, so that it can be kept as a draft. */
export interface SymptomValues {
  concern: string
  symptoms: string
  severity: Symptom['severity']
  date: string
  time: string
}

/** An empty form on a day. */
export const emptyValues = (date: string): SymptomValues => ({ concern: '', symptoms: '', severity: 'mild', date, time: '' })

/** Whether nothing was typed that would be lost. */
export const isEmpty = ({ concern, symptoms }: SymptomValues): boolean => concern.trim() === '' && symptoms.trim() === ''

/** An entry as the form shows it. A month or a year is kept as it is in `date`. */
export function valuesOf({ concern, symptoms, severity, occurredAt }: Symptom, timeZone: string): SymptomValues {
  const when = occurredAt.length > 10 ? wallClock(occurredAt, timeZone) : { date: occurredAt, time: '' }
  return { concern, symptoms, severity, ...when }
}

/** The fields of a command from the form. */
export const fieldsOf = ({ concern, symptoms, severity, date, time }: SymptomValues, timeZone: string) => ({
  concern: concern.trim(),
  symptoms: symptoms.trim(),
  severity,
  occurredAt: time ? instantAt(date, time, timeZone) : date,
})

/** The form's state with what must be filled in. */
export function useSymptomForm(initialValues: SymptomValues) {
  const t = useTexts(texts)
  return useForm<SymptomValues>({
    initialValues,
    validate: { concern: (value) => (value.trim() ? null : t('missing')), date: (value) => (value ? null : t('dateMissing')) },
  })
}
