import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { boundsOfDay, dayOf } from '../../../shared/time.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { type AppointmentValues, isLength, slotOf } from './appointment-form.js'
import { wallClockOf } from './clock.js'
import { ConflictList, type FoundConflict } from './conflict-list.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { useDayFormats } from './use-day-formats.js'

/** What a slot clashes with, asked while it is being chosen. `isSettled` is false while the answer is of an older slot. */
export interface SlotState {
  conflicts: readonly FoundConflict[]
  isSettled: boolean
}

/** Asks the workstation whether the form's slot is free. Nothing is asked while `isOff`, e.g. as long as a visit stays where it stands. */
export function useSlotCheck(values: AppointmentValues, timeZone: string, { id, isOff = false }: { id?: string; isOff?: boolean } = {}): SlotState {
  const slot = slotOf(values, timeZone)
  const wanted = JSON.stringify(slot && { ...slot, ...(id && { id }), ...(values.patient && { patientId: values.patient.id }) })
  const [asked] = useDebouncedValue(wanted, 120)
  const isAsked = asked !== undefined && !isOff
  const { data, isPlaceholderData } = useQuery(
    rpc.appointments.check.queryOptions({
      input: isAsked ? (JSON.parse(asked) as { startAt: string; durationMinutes: number }) : { startAt: '1970-01-01T00:00:00Z', durationMinutes: 5 },
      enabled: isAsked,
      placeholderData: keepPrevious,
      staleTime: 0,
    }),
  )
  const isSettled = wanted === asked && !isPlaceholderData && (isOff || data !== undefined)
  return { conflicts: isOff || wanted === undefined ? [] : (data?.conflicts ?? []), isSettled }
}

/** Says that the slot is free, or what it clashes with and why it is to be booked all the same. */
export function SlotNotice({
  values,
  state,
  isComplete,
  error,
  onReason,
}: {
  values: AppointmentValues
  state: SlotState
  isComplete: boolean
  error?: string | undefined
  onReason(reason: string): void
}) {
  const t = useTexts(texts)
  const hasConflicts = state.conflicts.length > 0
  return (
    <div role="status" className={classes.slotNotice} data-tone={hasConflicts ? 'warn' : undefined} hidden={!isComplete || (!hasConflicts && !state.isSettled)}>
      {isComplete && hasConflicts && values.date && (
        <>
          <ConflictList conflicts={state.conflicts} date={values.date} />
          <TextInput
            label={t('overrideReason')}
            description={t('overrideHint')}
            autoComplete="off"
            maxLength={300}
            value={values.overrideReason}
            error={error}
            onChange={(event) => onReason(event.currentTarget.value)}
          />
        </>
      )}
      {isComplete && !hasConflicts && state.isSettled && (
        <span className={classes.free}>
          <IconCircleCheck size={17} aria-hidden /> {t('slotFree')}
        </span>
      )}
    </div>
  )
}

/** Offers the next free times from the chosen day on, for the provider and chair that were chosen, or anybody. */
export function FreeSlots({ values, timeZone, onPick }: { values: AppointmentValues; timeZone: string; onPick(change: Partial<AppointmentValues>): void }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const { short } = useDayFormats()
  const [openedAt] = useState(() => new Date().toISOString())
  const from = useMemo(() => {
    const dayStart = values.date ? new Date(boundsOfDay(values.date, timeZone).startAt).toISOString() : openedAt
    return dayStart > openedAt ? dayStart : openedAt
  }, [values.date, timeZone, openedAt])
  const minutes = values.durationMinutes
  const { data } = useQuery(
    rpc.appointments.freeSlots.queryOptions({
      input: {
        from,
        durationMinutes: isLength(minutes) ? minutes : 30,
        limit: 6,
        ...(values.providerId && { providerId: values.providerId }),
        ...(values.chairId && { chairId: values.chairId }),
        ...(values.patient && { patientId: values.patient.id }),
      },
      enabled: isLength(minutes),
      placeholderData: keepPrevious,
      staleTime: 30_000,
    }),
  )
  const { data: day } = useQuery(
    rpc.appointments.day.queryOptions({ input: { date: values.date ?? dayOf(openedAt, timeZone) }, placeholderData: keepPrevious }),
  )
  const items = data?.items ?? []
  if (items.length === 0) return null
  const nameOf = (id: string | undefined): string | undefined =>
    id && id !== values.providerId ? day?.providers.find((provider) => provider.id === id)?.name : undefined
  return (
    <section className={classes.freeSlots} aria-label={t('nextFree')}>
      <span className={classes.freeTitle}>{t('nextFree')}</span>
      <div className={classes.freeList}>
        {items.map(({ startAt, providerId, chairId }) => (
          <Button
            key={`${startAt} ${providerId ?? ''}`}
            variant="default"
            size="compact-sm"
            onClick={() => onPick({ ...wallClockOf(startAt, timeZone), ...(providerId && { providerId }), ...(chairId && { chairId }) })}
          >
            <bdi>{[`${short(dayOf(startAt, timeZone))} ${time(startAt)}`, nameOf(providerId)].filter(Boolean).join(' · ')}</bdi>
          </Button>
        ))}
      </div>
    </section>
  )
}
