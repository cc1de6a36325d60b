import { Autocomplete, Input, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import { useId } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import type { useSymptomForm } from './symptom-form.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

/** Fields of an entry. `known` are concerns told before, offered while typing. */
export function SymptomFields({ form, known }: { form: ReturnType<typeof useSymptomForm>; known: readonly string[] }) {
  const t = useTexts(texts)
  const severity = useId()
  const { date } = form.values
  return (
    <>
      <Autocomplete
        label={t('concern')}
        withAsterisk
        placeholder={t('concernHint')}
        autoComplete="off"
        maxLength={2000}
        limit={6}
        data={[...known]}
        {...form.getInputProps('concern')}
      />
      <Textarea label={t('symptoms')} placeholder={t('symptomsHint')} autosize minRows={2} maxRows={8} maxLength={4000} {...form.getInputProps('symptoms')} />
      <div>
        <Input.Label id={severity}>{t('severity')}</Input.Label>
        <SegmentedControl
          fullWidth
          aria-labelledby={severity}
          data={(['mild', 'moderate', 'severe'] as const).map((value) => ({ value, label: t(value) }))}
          {...form.getInputProps('severity')}
        />
      </div>
      <div className={classes.when}>
        <DayField
          label={t('date')}
          withAsterisk
          value={/^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined}
          onChange={(day) => form.setFieldValue('date', day ?? '')}
          error={form.errors.date}
        />
        <TextInput label={t('time')} type="time" disabled={date.length !== 10} {...form.getInputProps('time')} />
      </div>
    </>
  )
}
