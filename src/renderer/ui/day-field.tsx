import { TextInput, type TextInputProps } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ageOn, todayIn, useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { parseDay } from './parse-day.js'
import { texts } from './texts.js'

interface DayFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> {
  /** yyyy-mm-dd; empty when nothing or nothing readable was typed. */
  value: string | undefined
  onChange(value: string | undefined): void
  /** A birth date: the age is shown beside what was understood, and the future refused. */
  isBirthDate?: boolean
  /** Tells the form whether what is typed can be read. */
  onValidity?(isValid: boolean): void
}

/** A day typed as people write it; what was understood stands below before the form is sent. */
export function DayField({ value, onChange, isBirthDate, onValidity, error, ...rest }: DayFieldProps) {
  const t = useTexts(texts)
  const formats = useFormats()
  const [typed, setTyped] = useState(value ? formats.shortDay(value) : '')
  const [isLeft, setIsLeft] = useState(false)
  const today = todayIn(formats.timeZone)
  const read = parseDay(typed, formats.locale, today)
  const isFuture = isBirthDate === true && read !== undefined && read > today
  const isValid = typed.trim() === '' || (read !== undefined && !isFuture)

  // A value that came from outside (a record that was loaded) replaces what is shown; what is being typed stays.
  useEffect(() => {
    setTyped((current) =>
      parseDay(current, formats.locale, today) === value || (value === undefined && current !== '') ? current : value ? formats.shortDay(value) : '',
    )
  }, [value, formats, today])

  const example = formats.shortDay('1980-04-23')
  const age = isBirthDate ? ageOn(read, today) : undefined
  const understood = read && isValid ? [formats.day(read), age !== undefined && t('years', { count: age })].filter(Boolean).join(' · ') : undefined
  return (
    <TextInput
      {...rest}
      inputMode="text"
      autoComplete="off"
      placeholder={t('dayHint', { example })}
      value={typed}
      description={understood}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={error ?? (isFuture ? t('dayFuture') : isLeft && !isValid ? t('dayUnclear', { example }) : undefined)}
      onChange={(event) => {
        const next = event.currentTarget.value
        setTyped(next)
        setIsLeft(false)
        const day = parseDay(next, formats.locale, today)
        const usable = day && !(isBirthDate && day > today) ? day : undefined
        onValidity?.(next.trim() === '' || usable !== undefined)
        onChange(usable)
      }}
      onBlur={(event) => {
        setIsLeft(true)
        rest.onBlur?.(event)
      }}
    />
  )
}
