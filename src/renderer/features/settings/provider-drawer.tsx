import { Button, ColorInput, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { Practitioner } from '../../../shared/contract/staff.js'
import type { WeeklyHours } from '../../../shared/entities/staff.js'
import { api } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { useToasts } from '../../ui/toasts.js'
import { below } from './field-order.js'
import { hoursOf, weekOf } from './hours.js'
import { HoursEditor } from './hours-editor.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

/** Colours that stay apart from each other for most kinds of colour blindness. */
const swatches = ['#0f6170', '#1b6b3a', '#7a4a00', '#9b1c13', '#5b3a8c', '#1f4e9c', '#a3256b', '#4a5865']

const textFields = ['prefix', 'givenName', 'familyName', 'specialty', 'identifier', 'phone', 'email', 'color'] as const

const valuesOf = (provider: Practitioner | undefined, clinicHours: WeeklyHours) => ({
  prefix: provider?.prefix ?? '',
  givenName: provider?.givenName ?? '',
  familyName: provider?.familyName ?? '',
  specialty: provider?.specialty ?? '',
  identifier: provider?.identifier?.value ?? '',
  phone: provider?.phone ?? '',
  email: provider?.email ?? '',
  color: provider?.color ?? '',
  isBookable: provider?.isBookable ?? true,
  hasOwnHours: provider?.hours !== undefined,
  week: weekOf(provider?.hours ?? clinicHours),
})
type Values = ReturnType<typeof valuesOf>

/** The fields of a command from the form; what is empty is left out. */
function fieldsOf(values: Values, before: Practitioner | undefined) {
  const { familyName, givenName, identifier, ...rest } = Object.fromEntries(textFields.map((name) => [name, values[name].trim()])) as Record<
    (typeof textFields)[number],
    string
  >
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')) as Partial<typeof rest>
  return {
    familyName,
    givenName,
    isBookable: values.isBookable,
    ...given,
    // The system that gave the number came with an import and stays.
    ...(identifier && { identifier: { ...before?.identifier, value: identifier } }),
    ...(values.hasOwnHours && { hours: hoursOf(values.week) ?? [] }),
  }
}

/** Only what differs from the record; null for what was emptied. */
function patchOf(before: Practitioner, values: Values) {
  const now: Record<string, unknown> = fieldsOf(values, before)
  const names = ['familyName', 'givenName', 'isBookable', 'prefix', 'specialty', 'phone', 'email', 'color', 'identifier', 'hours'] as const
  return Object.fromEntries(names.flatMap((name) => (JSON.stringify(before[name]) === JSON.stringify(now[name]) ? [] : [[name, now[name] ?? null]])))
}

interface ProviderDrawerProps {
  provider: Practitioner | undefined
  clinicHours: WeeklyHours
  onClose(): void
}

/** Adds a provider, or changes one: name, number, colour, whether patients can be booked, and hours of their own. */
export function ProviderDrawer({ provider, clinicHours, onClose }: ProviderDrawerProps) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [isAsking, setIsAsking] = useState(false)
  const form = useForm<Values>({
    initialValues: valuesOf(provider, clinicHours),
    validate: {
      familyName: (value) => (value.trim() ? null : t('missing')),
      color: (value) => (value === '' || /^#[0-9a-f]{6}$/i.test(value) ? null : t('colorWrong')),
      week: (value, { hasOwnHours }) => (!hasOwnHours || hoursOf(value) ? null : t('hoursWrong')),
    },
  })
  const save = useCommand((input: { values: Values; commandId: string }) => {
    const { values, commandId } = input
    const lower = { ...values, color: values.color.toLowerCase() }
    const call = provider
      ? api.staff.practitioners.edit({ id: provider.id, ...patchOf(provider, lower), commandId })
      : api.staff.practitioners.add({ ...fieldsOf(lower, undefined), commandId })
    return call.catch((error: unknown) => {
      form.setErrors(Object.fromEntries(refusedFields(error).map(({ path }) => [path.split('.')[0] ?? path, t('notValid')])))
      throw error
    })
  })
  const end = useCommand(api.staff.practitioners.edit)
  const setActive = async (isActive: boolean): Promise<void> => {
    if (!provider || !(await end.run({ id: provider.id, isActive }))) return
    toasts.done(t(isActive ? 'reinstated' : 'ended'), () => void api.staff.practitioners.edit({ id: provider.id, isActive: !isActive }).catch(toasts.failed))
    onClose()
  }
  const submit = form.onSubmit(async (values) => {
    if (!(await save.run({ values }))) return
    toasts.done(t('saved'))
    onClose()
  })
  const aside =
    provider &&
    (provider.isActive ? (
      <Button variant="subtle" color="red" onClick={() => (isAsking ? void setActive(false) : setIsAsking(true))} loading={end.isRunning}>
        {t(isAsking ? 'reallyEnd' : 'endProvider')}
      </Button>
    ) : (
      <Button variant="subtle" onClick={() => void setActive(true)} loading={end.isRunning}>
        {t('reinstate')}
      </Button>
    ))
  return (
    <FormDrawer
      title={t(provider ? 'editProvider' : 'addProvider')}
      error={save.error ?? end.error}
      isDirty={form.isDirty()}
      submit={{ text: t(provider ? 'save' : 'add'), isRunning: save.isRunning }}
      onClose={onClose}
      onSubmit={submit}
      aside={aside}
    >
      <div className={classes.fields}>
        <TextInput label={t('familyName')} withAsterisk data-autofocus autoComplete="off" {...form.getInputProps('familyName')} />
        <TextInput label={t('givenName')} autoComplete="off" {...form.getInputProps('givenName')} />
        <TextInput label={t('prefix')} placeholder={t('prefixExample')} autoComplete="off" {...form.getInputProps('prefix')} />
        <TextInput label={t('specialty')} autoComplete="off" {...form.getInputProps('specialty')} />
        <TextInput label={t('licenceNumber')} autoComplete="off" {...form.getInputProps('identifier')} />
        <ColorInput
          label={t('color')}
          inputWrapperOrder={below}
          description={t('colorHint')}
          swatches={swatches}
          swatchesPerRow={8}
          format="hex"
          withEyeDropper={false}
          popoverProps={{ withinPortal: true }}
          eyeDropperButtonProps={{}}
          {...form.getInputProps('color')}
        />
        <TextInput label={t('phone')} type="tel" dir="ltr" autoComplete="off" {...form.getInputProps('phone')} />
        <TextInput label={t('email')} type="email" dir="ltr" autoComplete="off" {...form.getInputProps('email')} />
      </div>
      <Switch label={t('isBookable')} description={t('isBookableHint')} {...form.getInputProps('isBookable', { type: 'checkbox' })} />
      <Switch label={t('ownHours')} description={t('ownHoursHint')} {...form.getInputProps('hasOwnHours', { type: 'checkbox' })} />
      {form.values.hasOwnHours && <HoursEditor week={form.values.week} onChange={(week) => form.setFieldValue('week', week)} />}
    </FormDrawer>
  )
}
