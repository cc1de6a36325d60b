import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dayOf } from '../../../shared/time.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import { TimeField } from '../../ui/time-field.js'
import { type AppointmentValues, startOf } from './appointment-form.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { visitTypes } from './visit-types.js'

export type FieldErrors = Partial<Record<'patient' | 'date' | 'time' | 'durationMinutes' | 'overrideReason', string>>

interface FieldsProps {
  values: AppointmentValues
  errors: FieldErrors
  timeZone: string
  onChange(change: Partial<AppointmentValues>): void
}

/** Who, where, and what for. The kind of visit gives the length, and the reason as long as nobody wrote one. */
function Assignment({ values, onChange }: Pick<FieldsProps, 'values' | 'onChange'>) {
  const t = useTexts(texts)
  const { timeZone = 'UTC' } = useFormats()
  const [today] = useState(() => dayOf(new Date().toISOString(), timeZone))
  const { data: day } = useQuery(rpc.appointments.day.queryOptions({ input: { date: values.date ?? today }, placeholderData: keepPrevious }))
  const withCurrent = (items: readonly { id: string; name: string }[], id: string): { value: string; label: string }[] => [
    { value: '', label: t('notAssigned') },
    ...items.map((item) => ({ value: item.id, label: item.name })),
    // Somebody who is no longer on the schedule keeps the visits they have.
    ...(id && day && !items.some((item) => item.id === id) ? [{ value: id, label: t('formerlyHere') }] : []),
  ]
  const typeTexts = visitTypes.map(({ id }) => t(`type_${id}`))
  return (
    <>
      <Select
        label={t('visitType')}
        data={[
          { value: '', label: t('type_none') },
          ...visitTypes.map(({ id, minutes }) => ({ value: id, label: t('typeWithLength', { type: t(`type_${id}`), minutes }) })),
        ]}
        allowDeselect={false}
        value={values.type}
        onChange={(value) => {
          const chosen = visitTypes.find(({ id }) => id === value)
          const isOwnReason = values.reason.trim() !== '' && !typeTexts.includes(values.reason)
          onChange({
            type: chosen?.id ?? '',
            ...(chosen && { durationMinutes: chosen.minutes }),
            ...(chosen && !isOwnReason && { reason: t(`type_${chosen.id}`) }),
          })
        }}
      />
      <div className={classes.two}>
        <Select
          label={t('provider')}
          data={withCurrent(day?.providers ?? [], values.providerId)}
          allowDeselect={false}
          value={values.providerId}
          onChange={(id) => onChange({ providerId: id ?? '' })}
        />
        <Select
          label={t('chair')}
          data={withCurrent(day?.chairs ?? [], values.chairId)}
          allowDeselect={false}
          value={values.chairId}
          onChange={(id) => onChange({ chairId: id ?? '' })}
        />
      </div>
    </>
  )
}

/** Day, time and length, and what the clock does on that day when it changes. */
function When({ values, errors, timeZone, onChange }: FieldsProps) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const start = startOf(values, timeZone)
  const skipped = start?.kind === 'skipped' ? t('timeSkipped', { time: time(start.startAt) }) : undefined
  return (
    <>
      <div className={classes.when}>
        <DayField label={t('day')} withAsterisk value={values.date} onChange={(date) => onChange({ date, isSecond: false })} error={errors.date} />
        <TimeField
          label={t('start')}
          withAsterisk
          value={values.time}
          error={errors.time}
          description={skipped}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(typed) => onChange({ time: typed, isSecond: false })}
        />
        <NumberInput
          label={t('length')}
          withAsterisk
          min={5}
          max={24 * 60}
          step={5}
          allowDecimal={false}
          clampBehavior="blur"
          value={values.durationMinutes}
          error={errors.durationMinutes}
          onChange={(minutes) => onChange({ durationMinutes: typeof minutes === 'number' ? minutes : '' })}
        />
      </div>
      {start?.kind === 'repeated' && (
        <Checkbox label={t('timeRepeated')} checked={values.isSecond} onChange={(event) => onChange({ isSecond: event.currentTarget.checked })} />
      )}
    </>
  )
}

/** All fields of a visit but its patient; `between` stands after the time, where conflicts and free times belong. */
export function AppointmentFields({ between, ...props }: FieldsProps & { between?: React.ReactNode }) {
  const t = useTexts(texts)
  const { values, onChange } = props
  return (
    <>
      <Assignment values={values} onChange={onChange} />
      <When {...props} />
      {between}
      <TextInput
        label={t('reason')}
        autoComplete="off"
        maxLength={500}
        value={values.reason}
        onChange={(event) => onChange({ reason: event.currentTarget.value })}
      />
      <Textarea
        label={t('note')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        value={values.note}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </>
  )
}
