import { Button, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useMemo, useState } from 'react'
import { api } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { authenticate } from '../../api/session.js'
import { useCommand } from '../../api/use-command.js'
import { countryChoices, currencyChoices, currencyOf, suggestedRegion, timeZoneChoices } from '../../i18n/region-choices.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import classes from './first-run.module.css'
import { texts } from './texts.js'

const stepFields = [
  ['clinicName', 'country', 'timeZone', 'currency'],
  ['adminDisplayName', 'adminUsername', 'password', 'passwordAgain'],
  ['backupFolder'],
] as const

function useClinicForm() {
  const t = useTexts(texts)
  const language = useLanguage()
  return useForm({
    initialValues: { clinicName: '', ...suggestedRegion(language), adminDisplayName: '', adminUsername: '', password: '', passwordAgain: '', backupFolder: '' },
    validate: {
      clinicName: (value) => (value.trim() ? null : t('missing')),
      adminDisplayName: (value) => (value.trim() ? null : t('missing')),
      adminUsername: (value) => (/^\S{2,60}$/.test(value.trim()) ? null : t('usernameWrong')),
      password: (value) => (value.length >= 10 ? null : t('passwordShort')),
      passwordAgain: (value, { password }) => (value === password ? null : t('passwordDiffers')),
    },
  })
}
type ClinicForm = ReturnType<typeof useClinicForm>

function ClinicStep({ form }: { form: ClinicForm }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const choices = useMemo(() => ({ countries: countryChoices(language), currencies: currencyChoices(language), zones: timeZoneChoices() }), [language])
  return (
    <>
      <TextInput label={t('clinicName')} size="md" autoFocus autoComplete="organization" {...form.getInputProps('clinicName')} />
      <Select
        label={t('country')}
        description={t('countryHint')}
        searchable
        allowDeselect={false}
        data={choices.countries}
        {...form.getInputProps('country')}
        onChange={(country) => country && form.setValues({ country, currency: currencyOf(country) })}
      />
      <div className={classes.two}>
        <Select label={t('timeZone')} searchable allowDeselect={false} limit={200} data={choices.zones} {...form.getInputProps('timeZone')} />
        <Select label={t('currency')} searchable allowDeselect={false} limit={200} data={choices.currencies} {...form.getInputProps('currency')} />
      </div>
    </>
  )
}

function AccountStep({ form }: { form: ClinicForm }) {
  const t = useTexts(texts)
  return (
    <>
      <div className={classes.two}>
        <TextInput label={t('displayName')} autoFocus autoComplete="name" {...form.getInputProps('adminDisplayName')} />
        <TextInput
          label={t('username')}
          description={t('usernameHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('adminUsername')}
        />
      </div>
      <PasswordInput
        label={t('password')}
        description={t('passwordHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
      <PasswordInput label={t('passwordAgain')} autoComplete="new-password" {...form.getInputProps('passwordAgain')} />
    </>
  )
}

function BackupStep({ form }: { form: ClinicForm }) {
  const t = useTexts(texts)
  const example = navigator.userAgent.includes('Windows') ? 'E:\\Backups' : '/media/backup'
  return (
    <>
      <TextInput
        label={t('backupFolder')}
        description={t('backupHint', { example })}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        dir="ltr"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('backupFolder')}
      />
      {!form.values.backupFolder.trim() && <p className={classes.keep}>{t('backupWarning')}</p>}
    </>
  )
}

/** What is said at a field that the workstation refused, by the refusal's code or else by the field. */
const refusalTexts: Readonly<Record<string, 'passwordShort' | 'passwordCommon' | 'passwordFromName' | 'usernameWrong' | 'backupRefused'>> = {
  tooShort: 'passwordShort',
  common: 'passwordCommon',
  containsUsername: 'passwordFromName',
  adminUsername: 'usernameWrong',
  backupFolder: 'backupRefused',
}

/** Three short steps to an empty clinic; what was typed stays when one goes back or the workstation refuses something. */
export function NewClinic({ onBack, onCreated }: { onBack: () => void; onCreated: (recoveryCode: string, clinicName: string) => void }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const form = useClinicForm()
  const [step, setStep] = useState(0)
  const create = useCommand(async (input: Parameters<typeof api.setUp.createClinic>[0] & { commandId: string }) => {
    const made = await api.setUp.createClinic(input)
    await authenticate(input.adminUsername.trim().toLowerCase(), input.password)
    return made
  })
  const { error } = create
  const { setErrors } = form
  useEffect(() => {
    const refused = refusedFields(error)
    if (refused.length === 0) return
    setErrors(Object.fromEntries(refused.map(({ path, code }) => [path, t(refusalTexts[code] ?? refusalTexts[path] ?? 'notAccepted')])))
    const at = stepFields.findIndex((fields) => fields.some((field) => refused.some(({ path }) => path === field)))
    if (at >= 0) setStep(at)
  }, [error, setErrors, t])

  const pages = [
    { title: t('clinicTitle'), note: t('clinicNote'), body: <ClinicStep form={form} /> },
    { title: t('adminTitle'), note: t('adminNote'), body: <AccountStep form={form} /> },
    { title: t('backupTitle'), note: t('backupNote'), body: <BackupStep form={form} /> },
  ]
  const page = pages[step] ?? { title: '', note: '', body: null }
  const isLast = step === pages.length - 1

  const submit = async (): Promise<void> => {
    const isRight = (stepFields[step] ?? []).map((field) => !form.validateField(field).hasError).every(Boolean)
    if (!isRight) return
    if (!isLast) return setStep(step + 1)
    const { clinicName, country, timeZone, currency, adminDisplayName, adminUsername, password, backupFolder } = form.values
    const made = await create.run({
      clinicName: clinicName.trim(),
      country,
      timeZone,
      currency,
      language,
      adminDisplayName: adminDisplayName.trim(),
      adminUsername: adminUsername.trim().toLowerCase(),
      password,
      ...(backupFolder.trim() && { backupFolder: backupFolder.trim() }),
    })
    if (made) onCreated(made.recoveryCode, clinicName.trim())
  }
  return (
    <FrontPage title={page.title} note={page.note} isWide>
      <div className={classes.step}>{t('step', { step: step + 1, count: pages.length })}</div>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack key={step} gap="md">
          {page.body}
          <ErrorNotice error={create.error} />
          <div className={classes.buttons}>
            <Button variant="default" size="md" onClick={() => (step === 0 ? onBack() : setStep(step - 1))}>
              {t('back')}
            </Button>
            <Button type="submit" size="md" loading={create.isRunning}>
              {t(isLast ? 'create' : 'next')}
            </Button>
          </div>
        </Stack>
      </form>
    </FrontPage>
  )
}
