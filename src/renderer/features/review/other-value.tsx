import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { ValueInput } from '../../../shared/contract/review.js'
import { refusedFields } from '../../api/errors.js'
import { texts as recordTexts } from '../../app/records/texts.js'
import { useWords } from '../../app/records/words.js'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import { texts as uiTexts } from '../../ui/texts.js'
import classes from './review.module.css'
import { texts } from './texts.js'

interface OtherValueProps {
  input: ValueInput
  kind: string
  isRunning: boolean
  error: unknown
  onUse(value: string | boolean | null): void
}

/** Types a value that neither of the versions has. Nothing typed clears the field. */
export function OtherValue({ input, kind, isRunning, error, onUse }: OtherValueProps) {
  const t = useTexts(texts)
  const r = useTexts(recordTexts)
  const ui = useTexts(uiTexts)
  const { codeOf, statusOf } = useWords()
  const [value, setValue] = useState(input.text ?? input.options?.[0] ?? '')
  const [isReadable, setReadable] = useState(true)
  const refused = refusedFields(error).length > 0 ? ui('notValid') : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isReadable) return
    onUse(input.type === 'flag' ? value === 'true' : value.trim() === '' ? null : value.trim())
  }
  const wordOf = (code: string): string => (kind === 'appointment' ? statusOf({ kind, status: code }) : codeOf(code))
  const label = t('another')
  return (
    <form className={classes.other} onSubmit={submit}>
      <div className={classes.otherField}>
        {input.type === 'day' && (
          <DayField
            label={label}
            description={t('anotherHint')}
            value={value || undefined}
            onChange={(day) => setValue(day ?? '')}
            onValidity={setReadable}
            error={refused}
          />
        )}
        {input.type === 'text' && (
          <TextInput
            label={label}
            description={t('anotherHint')}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            error={refused}
            maxLength={4000}
          />
        )}
        {(input.type === 'choice' || input.type === 'flag') && (
          <NativeSelect
            label={label}
            description={t('anotherHint')}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            error={refused}
            data={
              input.type === 'flag'
                ? [
                    { value: 'true', label: r('yes') },
                    { value: 'false', label: r('no') },
                  ]
                : (input.options ?? []).map((option) => ({ value: option, label: wordOf(option) }))
            }
          />
        )}
      </div>
      <Button type="submit" variant="default" disabled={isRunning}>
        {t('useTyped')}
      </Button>
    </form>
  )
}
