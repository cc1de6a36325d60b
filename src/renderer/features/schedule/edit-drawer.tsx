import { Alert, Button, Drawer } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Appointment } from '../../../shared/contract/appointments.js'
import { api, rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { AlsoOpen } from '../../app/also-open.js'
import { usePanel } from '../../app/panels.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { AppointmentFields } from './appointment-fields.js'
import { patchOf, slotOf, valuesOf } from './appointment-form.js'
import { useRefused } from './book-drawer.js'
import { keepAppointment } from './days.js'
import { PatientPicker } from './patient-picker.js'
import classes from './schedule.module.css'
import { FreeSlots, SlotNotice, useSlotCheck } from './slot-check.js'
import { StatusSteps } from './status-steps.js'
import { texts } from './texts.js'
import { useAppointmentForm } from './use-appointment-form.js'

type EditInput = Parameters<typeof api.appointments.edit>[0]

/** The parts of a visit that the form shows; its status has buttons of its own. */
const shownParts = ({ patientId, startAt, durationMinutes, providerId, chairId, reason, note }: Appointment): string =>
  JSON.stringify([patientId, startAt, durationMinutes, providerId, chairId, reason, note])

function EditForm({ visit, timeZone, onClose, onReload }: { visit: Appointment; timeZone: string; onClose: () => void; onReload: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { can } = useSession()
  const isReadOnly = !can('appointments.write')
  const [begun] = useState(visit)
  const { values, errors, isDirty, change, check } = useAppointmentForm(() => valuesOf(begun, timeZone), timeZone)
  const slot = slotOf(values, timeZone)
  const { refuse, refusedFor } = useRefused()
  const isMoved = patchOf(begun, values, timeZone, false)?.isMoved === true
  const asked = useSlotCheck(values, timeZone, { id: visit.id, isOff: !isMoved })
  const state = asked.conflicts.length > 0 ? asked : { ...asked, conflicts: isMoved ? refusedFor(slot) : [] }
  const isClashing = state.conflicts.length > 0
  const isChangedElsewhere = shownParts(visit) !== shownParts(begun)
  const edit = useCommand((input: EditInput & { commandId: string }) =>
    api.appointments.edit(input).catch((error: unknown) => {
      if (codeOf(error) === 'CONFLICT') refuse(slot, error)
      throw error
    }),
  )
  const submit = async (): Promise<void> => {
    if (!check(isClashing)) return
    const changed = patchOf(begun, values, timeZone, isClashing)
    if (!changed) {
      toasts.info(t('nothingChanged'))
      return onClose()
    }
    const after = await edit.run({ id: visit.id, ...changed.patch })
    if (!after) return
    keepAppointment(after)
    const was: Record<string, unknown> = { ...visit }
    const back = Object.fromEntries(Object.keys(changed.patch).map((name) => [name, was[name] ?? null]))
    toasts.done(t('saved'), () => void api.appointments.edit({ id: visit.id, ...back }).then(keepAppointment, toasts.failed))
    onClose()
  }
  // A patient may be registered over this form.
  const isCovered = usePanel() !== undefined
  return (
    <FormDrawer
      title={t('editTitle')}
      error={codeOf(edit.error) === 'CONFLICT' ? undefined : edit.error}
      isDirty={isDirty}
      onClose={onClose}
      isCovered={isCovered}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      submit={isReadOnly ? undefined : { text: t(isClashing ? 'saveAnyway' : 'save'), isRunning: edit.isRunning }}
    >
      <AlsoOpen kind="appointment" id={visit.id} isEditing={!isReadOnly} />
      <StatusSteps visit={visit} isReadOnly={isReadOnly} />
      {isChangedElsewhere && (
        <Alert icon={<IconRefresh size={18} />} title={t('changedElsewhere')} role="status" className={classes.changed}>
          {t('changedElsewhereText')}
          <div>
            <Button size="compact-sm" variant="default" onClick={onReload}>
              {t('showNewest')}
            </Button>
          </div>
        </Alert>
      )}
      <fieldset disabled={isReadOnly} className={classes.plainFieldset}>
        <PatientPicker value={values.patient} error={errors.patient} onChange={(patient) => change({ patient })} />
        {can('patients.read') && (
          <Link to="/patients/$patientId" params={{ patientId: visit.patientId }} className={classes.chartLink}>
            {t('openChart')}
          </Link>
        )}
        <AppointmentFields
          values={values}
          errors={errors}
          timeZone={timeZone}
          onChange={change}
          between={
            <>
              {begun.overrideReason && !isMoved && <p className={classes.overrideNote}>{t('bookedDespite', { reason: begun.overrideReason })}</p>}
              {isMoved && (
                <SlotNotice
                  values={values}
                  state={state}
                  isComplete={slot !== undefined}
                  error={errors.overrideReason}
                  onReason={(overrideReason) => change({ overrideReason })}
                />
              )}
              {!isReadOnly && isMoved && <FreeSlots values={values} timeZone={timeZone} onPick={change} />}
            </>
          }
        />
      </fieldset>
    </FormDrawer>
  )
}

/** Opens a visit; changes from elsewhere meanwhile do not overwrite what is being typed. */
export function EditDrawer({ id, timeZone, onClose }: { id: string; timeZone: string; onClose: () => void }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const [version, setVersion] = useState(0)
  const { data, error, refetch } = useQuery(rpc.appointments.get.queryOptions({ input: { id } }))
  if (error && !data)
    return (
      <Drawer opened onClose={onClose} title={t('editTitle')} closeButtonProps={{ 'aria-label': ui('close') }}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Drawer>
    )
  return data ? <EditForm key={`${id} ${version}`} visit={data} timeZone={timeZone} onClose={onClose} onReload={() => setVersion(version + 1)} /> : null
}
