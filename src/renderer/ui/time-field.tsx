import { TextInput, type TextInputProps } from '@mantine/core'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { useFormats } from '../i18n/formats.js'
import { parseTime, stepTime } from './parse-time.js'

interface TimeFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> {
  /** hh:mm; empty when nothing or nothing readable was typed. */
  value: string
  onChange(value: string): void
}

/** A time typed as people write it (9, 9:30, 930, 5pm); it is shown as the locale writes it. Up and down change it by five minutes. */
export function TimeField({ value, onChange, ...rest }: TimeFieldProps) {
  const { locale } = useFormats()
  const shown = (time: string): string =>
    time ? new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(new Date(`1970-01-01T${time}:00Z`)) : ''
  const [typed, setTyped] = useState(shown(value))
  // A time that came from outside (a free slot) replaces what is shown; what is being typed stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another time or locale rewrites the field
  useEffect(() => {
    setTyped((current) => (parseTime(current) === value || (value === '' && current !== '') ? current : shown(value)))
  }, [value, locale])
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowUp: 5, ArrowDown: -5 }[event.key]
    if (!step || !value) return
    event.preventDefault()
    const next = stepTime(value, step)
    setTyped(shown(next))
    onChange(next)
  }
  return (
    <TextInput
      {...rest}
      inputMode="text"
      autoComplete="off"
      placeholder={shown('09:30')}
      value={typed}
      onKeyDown={press}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        onChange(parseTime(event.currentTarget.value) ?? '')
      }}
      onBlur={() => value && setTyped(shown(value))}
    />
  )
}
