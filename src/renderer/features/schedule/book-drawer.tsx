import { useState } from 'react'
import { api } from '../../api/client.js'
import { codeOf, conflictsOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { usePanel } from '../../app/panels.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { useToasts } from '../../ui/toasts.js'
import { AppointmentFields } from './appointment-fields.js'
import { type Beginning, bookingOf, newValues, slotOf } from './appointment-form.js'
import type { FoundConflict } from './conflict-list.js'
import { keepAppointment } from './days.js'
import { PatientPicker } from './patient-picker.js'
import { FreeSlots, SlotNotice, useSlotCheck } from './slot-check.js'
import { texts } from './texts.js'
import { useAppointmentForm } from './use-appointment-form.js'

type BookInput = Parameters<typeof api.appointments.book>[0]

/** The conflicts that saving met: they count as long as the slot is the one that was refused. */
export function useRefused() {
  const [refused, setRefused] = useState<{ slot: string; conflicts: readonly FoundConflict[] }>()
  return {
    refuse: (slot: unknown, error: unknown): void => setRefused({ slot: JSON.stringify(slot), conflicts: conflictsOf(error) }),
    refusedFor: (slot: unknown): readonly FoundConflict[] => (refused && refused.slot === JSON.stringify(slot) ? refused.conflicts : []),
  }
}

/** Books a visit: what it clashes with shows before saving, and the next free times are one click away. */
export function BookDrawer({
  beginning,
  timeZone,
  onClose,
  onBooked,
}: {
  beginning: Beginning
  timeZone: string
  onClose: () => void
  onBooked: (id: string, startAt: string) => void
}) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { dateTime } = useFormats()
  const { values, errors, isDirty, change, check } = useAppointmentForm(() => newValues(beginning, timeZone), timeZone)
  const slot = slotOf(values, timeZone)
  const { refuse, refusedFor } = useRefused()
  const asked = useSlotCheck(values, timeZone)
  const state = asked.conflicts.length > 0 ? asked : { ...asked, conflicts: refusedFor(slot) }
  const isClashing = state.conflicts.length > 0
  const book = useCommand((input: BookInput & { commandId: string }) =>
    api.appointments.book(input).catch((error: unknown) => {
      if (codeOf(error) === 'CONFLICT') refuse(slot, error)
      throw error
    }),
  )
  const submit = async (): Promise<void> => {
    if (!check(isClashing)) return
    const input = bookingOf(values, timeZone, isClashing)
    const visit = input && (await book.run(input))
    if (!visit) return
    keepAppointment(visit)
    const words = { name: visit.patientName || t('unnamed') }
    toasts.done(t('booked', { ...words, when: dateTime(visit.startAt) }), () => {
      void api.appointments.setStatus({ id: visit.id, status: 'cancelled' }).then((after) => {
        keepAppointment(after)
        toasts.done(t('cancelledAgain', words))
      }, toasts.failed)
    })
    onBooked(visit.id, visit.startAt)
  }
  // A patient may be registered over this form.
  const isCovered = usePanel() !== undefined
  return (
    <FormDrawer
      title={t('bookTitle')}
      error={codeOf(book.error) === 'CONFLICT' ? undefined : book.error}
      isDirty={isDirty}
      onClose={onClose}
      isCovered={isCovered}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      submit={{ text: t(isClashing ? 'bookAnyway' : 'book'), isRunning: book.isRunning }}
    >
      <PatientPicker value={values.patient} error={errors.patient} autoFocus={!beginning.patient} onChange={(patient) => change({ patient })} />
      <AppointmentFields
        values={values}
        errors={errors}
        timeZone={timeZone}
        onChange={change}
        between={
          <>
            <SlotNotice
              values={values}
              state={state}
              isComplete={slot !== undefined}
              error={errors.overrideReason}
              onReason={(overrideReason) => change({ overrideReason })}
            />
            <FreeSlots values={values} timeZone={timeZone} onPick={change} />
          </>
        }
      />
    </FormDrawer>
  )
}
