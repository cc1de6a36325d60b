import { Button } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useDraft } from '../../api/use-draft.js'
import { todayIn, useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useToasts } from '../../ui/toasts.js'
import { SymptomFields } from './symptom-fields.js'
import { emptyValues, fieldsOf, isEmpty, type SymptomValues, useSymptomForm } from './symptom-form.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

/** Writes down what a patient tells. What is typed is a draft on this workstation until it is saved, and comes back after a reload. */
export function AddForm({ patientId, known }: { patientId: string; known: readonly string[] }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { timeZone = 'UTC', time, dateTime } = useFormats()
  const empty = emptyValues(todayIn(timeZone))
  const form = useSymptomForm(empty)
  const [restoredFrom, setRestoredFrom] = useState<string>()
  const add = useCommand(api.symptoms.add)
  const draft = useDraft<SymptomValues>({
    form: 'symptom',
    patientId,
    values: isEmpty(form.values) ? undefined : form.values,
    onFound: (values, savedAt) => {
      // What was typed while the draft was being looked for stays.
      if (!isEmpty(form.getValues())) return
      form.setValues({ ...empty, ...values })
      setRestoredFrom(savedAt)
    },
  })
  const reset = (): void => {
    form.setValues(empty)
    form.clearErrors()
    setRestoredFrom(undefined)
    void draft.clear()
  }
  const submit = form.onSubmit(async (values) => {
    const saved = await add.run({ patientId, autoSaved: false, ...fieldsOf(values, timeZone) })
    if (!saved) return
    reset()
    toasts.done(t('saved'), () => void api.symptoms.remove({ id: saved.id }).catch(toasts.failed))
  })
  const state = draft.hasFailed ? t('draftFailed') : draft.savedAt ? t('draftKept', { time: time(draft.savedAt) }) : t('draftNote')
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {restoredFrom && (
        <p className={classes.restored} role="status">
          {t('draftRestored', { time: dateTime(restoredFrom) })}
        </p>
      )}
      <SymptomFields form={form} known={known} />
      <ErrorNotice error={add.error} />
      <p className={classes.draft} data-failed={draft.hasFailed || undefined} data-kept={draft.savedAt !== undefined || undefined}>
        {state}
      </p>
      <div className={classes.buttons}>
        {!isEmpty(form.values) && (
          <Button variant="default" onClick={reset}>
            {t('discard')}
          </Button>
        )}
        <Button type="submit" loading={add.isRunning}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
