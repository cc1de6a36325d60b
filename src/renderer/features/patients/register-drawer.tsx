import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import type { Panels } from '../../app/panels.js'
import { useTexts } from '../../i18n/texts.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { Duplicates, useDuplicates } from './duplicates.js'
import { BasicFields } from './patient-fields.js'
import { fieldsOf, markRefused, usePatientForm, valuesFromSearch } from './patient-form.js'
import { texts } from './texts.js'

/** Registers a patient with eight fields; whoever may already be there is offered first. */
export function RegisterDrawer({ typed, onChosen, onClose }: Panels['registerPatient'] & { onClose: () => void }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const toasts = useToasts()
  const navigate = useNavigate()
  const form = usePatientForm(valuesFromSearch(typed))
  const [isBirthDateValid, setIsBirthDateValid] = useState(true)
  const duplicates = useDuplicates(form.values)
  const register = useCommand((input: Parameters<typeof api.patients.register>[0] & { commandId: string }) =>
    api.patients.register(input).catch((error: unknown) => {
      markRefused(form, refusedFields(error), ui('notValid'))
      throw error
    }),
  )
  const show = (patient: { id: string; givenName: string; familyName: string }): void => {
    onClose()
    if (onChosen) onChosen(patient)
    else void navigate({ to: '/patients/$patientId', params: { patientId: patient.id } })
  }
  const submit = form.onSubmit(async (values) => {
    if (!isBirthDateValid) return
    const patient = await register.run(fieldsOf(values))
    if (!patient) return
    toasts.done(t('registered', { recordNumber: patient.recordNumber }))
    show(patient)
  })
  const hasDuplicates = duplicates.length > 0
  return (
    <FormDrawer
      title={t('register')}
      error={register.error}
      isDirty={form.isDirty()}
      onClose={onClose}
      onSubmit={submit}
      submit={{ text: t(hasDuplicates ? 'registerAnyway' : 'registerNew'), isRunning: register.isRunning, isSecondary: hasDuplicates }}
    >
      <Duplicates hits={duplicates} onOpen={show} />
      <BasicFields form={form} onBirthDateValidity={setIsBirthDateValid} />
    </FormDrawer>
  )
}
