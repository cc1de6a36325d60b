import { useCallback, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { texts as uiTexts } from '../../ui/texts.js'
import type { FieldErrors } from './appointment-fields.js'
import { type AppointmentValues, missingOf } from './appointment-form.js'
import { texts } from './texts.js'

/** State of the form of a visit. `check` marks what is missing and says whether it may be sent. */
export interface AppointmentForm {
  values: AppointmentValues
  errors: FieldErrors
  isDirty: boolean
  change(change: Partial<AppointmentValues>): void
  check(isClashing: boolean): boolean
}

const names = ['patient', 'date', 'time', 'durationMinutes', 'overrideReason'] as const

/** Keeps what is being typed; changes from elsewhere never reach it. */
export function useAppointmentForm(initial: () => AppointmentValues, timeZone: string): AppointmentForm {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const [begun] = useState(initial)
  const [values, setValues] = useState(begun)
  const [errors, setErrors] = useState<FieldErrors>({})
  const change = useCallback((part: Partial<AppointmentValues>) => {
    setValues((before) => ({ ...before, ...part }))
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in part))))
  }, [])
  const check = (isClashing: boolean): boolean => {
    const missing = missingOf(values, timeZone)
    const words: Record<(typeof names)[number], string> = {
      patient: t('patientMissing'),
      date: ui('required'),
      time: ui('required'),
      durationMinutes: t('lengthWrong'),
      overrideReason: t('overrideMissing'),
    }
    const needed: (typeof names)[number][] = [...missing, ...(isClashing && !values.overrideReason.trim() ? (['overrideReason'] as const) : [])]
    setErrors(Object.fromEntries(needed.map((name) => [name, words[name]])))
    return needed.length === 0
  }
  return { values, errors, isDirty: JSON.stringify(values) !== JSON.stringify(begun), change, check }
}
