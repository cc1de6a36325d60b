import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Patient } from '../../../shared/contract/patients.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { AlsoOpen } from '../../app/also-open.js'
import { useTexts } from '../../i18n/texts.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { AddressFields, BasicFields } from './patient-fields.js'
import { markRefused, patchOf, usePatientForm, valuesOf } from './patient-form.js'
import { texts } from './texts.js'

type EditInput = Parameters<typeof api.patients.edit>[0]

/** Changes a patient's details: only what was changed is sent, so that somebody else's edit of another field stays. */
function EditForm({ patient, onClose }: { patient: Patient; onClose: () => void }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const toasts = useToasts()
  const form = usePatientForm(valuesOf(patient))
  const [isBirthDateValid, setIsBirthDateValid] = useState(true)
  const edit = useCommand((input: EditInput & { commandId: string }) =>
    api.patients.edit(input).catch((error: unknown) => {
      markRefused(form, refusedFields(error), ui('notValid'))
      throw error
    }),
  )
  const submit = form.onSubmit(async (values) => {
    if (!isBirthDateValid) return
    const patch = patchOf(patient, values)
    if (!patch) {
      toasts.info(t('nothingChanged'))
      return onClose()
    }
    const after = await edit.run({ id: patient.id, ...patch })
    if (!after) return
    const back = patchOf(after, valuesOf(patient))
    toasts.done(t('saved'), back && (() => void api.patients.edit({ id: patient.id, ...back }).catch(toasts.failed)))
    onClose()
  })
  return (
    <FormDrawer
      title={t('editTitle')}
      error={edit.error}
      isDirty={form.isDirty()}
      onClose={onClose}
      onSubmit={submit}
      submit={{ text: t('save'), isRunning: edit.isRunning }}
    >
      <AlsoOpen kind="patient" id={patient.id} isEditing />
      <BasicFields form={form} onBirthDateValidity={setIsBirthDateValid} />
      <AddressFields form={form} />
    </FormDrawer>
  )
}

/** Opens the form as soon as the record is there; changes from elsewhere meanwhile do not overwrite what is being typed. */
export function EditDrawer({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const { data } = useQuery(rpc.patients.get.queryOptions({ input: { id: patientId } }))
  return data ? <EditForm key={patientId} patient={data} onClose={onClose} /> : null
}
