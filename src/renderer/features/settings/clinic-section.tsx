import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Clinic } from '../../../shared/contract/settings.js'
import { usualRetentionYears } from '../../../shared/retention.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { type Language, languageNames, languages } from '../../i18n/languages.js'
import { countryChoices, currencyChoices, timeZoneChoices } from '../../i18n/region-choices.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { useToasts } from '../../ui/toasts.js'
import { Facts } from './facts.js'
import { below } from './field-order.js'
import { hoursOf, type Week, weekOf } from './hours.js'
import { HoursEditor, HoursList } from './hours-editor.js'
import classes from './settings.module.css'
import { texts } from './texts.js'
import { UnsavedGuard } from './unsaved.js'

interface Values {
  name: string
  country: string
  timeZone: string
  currency: string
  language: Language
  lockAfterMinutes: number | string
  retentionYears: number | string
  week: Week
}

const valuesOf = ({ name, country, timeZone, currency, language, lockAfterMinutes, retentionYears = usualRetentionYears, hours }: Clinic): Values => ({
  name,
  country,
  timeZone,
  currency,
  language,
  lockAfterMinutes,
  retentionYears,
  week: weekOf(hours),
})

function ClinicForm({ clinic }: { clinic: Clinic }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const toasts = useToasts()
  const choices = useMemo(() => ({ countries: countryChoices(language), currencies: currencyChoices(language), zones: timeZoneChoices() }), [language])
  const form = useForm<Values>({
    initialValues: valuesOf(clinic),
    validate: {
      name: (value) => (value.trim() ? null : t('missing')),
      lockAfterMinutes: (value) => (Number(value) >= 1 && Number(value) <= 240 ? null : t('lockRange')),
      retentionYears: (value) => (value !== '' && Number(value) >= 0 && Number(value) <= 100 ? null : t('retentionRange')),
      week: (value) => (hoursOf(value) ? null : t('hoursWrong')),
    },
  })
  const edit = useCommand((input: Parameters<typeof api.settings.clinic.edit>[0] & { commandId: string }) =>
    api.settings.clinic.edit(input).catch((error: unknown) => {
      form.setErrors(Object.fromEntries(refusedFields(error).map(({ path }) => [path, t('notValid')])))
      throw error
    }),
  )
  const isDirty = form.isDirty()
  const { setInitialValues, setValues } = form
  // What another workstation changed shows at once, unless something is being typed here.
  useEffect(() => {
    if (isDirty) return
    setInitialValues(valuesOf(clinic))
    setValues(valuesOf(clinic))
  }, [clinic, isDirty, setInitialValues, setValues])

  const submit = form.onSubmit(async ({ week, lockAfterMinutes, retentionYears, ...rest }) => {
    const now = {
      ...rest,
      name: rest.name.trim(),
      lockAfterMinutes: Number(lockAfterMinutes),
      retentionYears: Number(retentionYears),
      hours: hoursOf(week) ?? [],
    }
    const patch = Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(clinic[name as keyof Clinic])))
    const saved = await edit.run(patch)
    if (!saved) return
    form.setInitialValues(valuesOf(saved))
    form.setValues(valuesOf(saved))
    toasts.done(t('saved'))
  })
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <UnsavedGuard isDirty={isDirty} />
      <Panel title={t('clinic')}>
        <div className={classes.fields}>
          <TextInput className={classes.whole} label={t('clinicName')} withAsterisk autoComplete="off" {...form.getInputProps('name')} />
          <Select
            label={t('country')}
            inputWrapperOrder={below}
            description={t('countryHint')}
            searchable
            allowDeselect={false}
            data={choices.countries}
            {...form.getInputProps('country')}
          />
          <Select
            label={t('timeZone')}
            inputWrapperOrder={below}
            description={t('timeZoneHint')}
            searchable
            allowDeselect={false}
            limit={200}
            data={choices.zones}
            {...form.getInputProps('timeZone')}
          />
          <Select label={t('currency')} searchable allowDeselect={false} limit={200} data={choices.currencies} {...form.getInputProps('currency')} />
          <Select
            label={t('clinicLanguage')}
            allowDeselect={false}
            data={languages.map((value) => ({ value, label: languageNames[value] }))}
            {...form.getInputProps('language')}
          />
          <NumberInput
            label={t('lockAfter')}
            inputWrapperOrder={below}
            description={t('lockHint')}
            min={1}
            max={240}
            allowDecimal={false}
            suffix={` ${t('minutes')}`}
            {...form.getInputProps('lockAfterMinutes')}
          />
          <NumberInput
            label={t('retention')}
            inputWrapperOrder={below}
            description={t('retentionHint')}
            min={0}
            max={100}
            allowDecimal={false}
            suffix={` ${t('years')}`}
            {...form.getInputProps('retentionYears')}
          />
        </div>
      </Panel>
      <Panel title={t('openingHours')}>
        <p className={classes.text}>{t('openingHint')}</p>
        <HoursEditor week={form.values.week} onChange={(week) => form.setFieldValue('week', week)} />
      </Panel>
      <div className={classes.saveBar} data-dirty={isDirty || undefined}>
        <ErrorNotice error={edit.error} />
        <span className={classes.quiet} role="status">
          {isDirty && t('unsaved')}
        </span>
        <Button variant="default" disabled={!isDirty} onClick={form.reset}>
          {t('discard')}
        </Button>
        <Button type="submit" disabled={!isDirty} loading={edit.isRunning}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}

/** Name, place, money, language, lock and opening hours of the clinic; to read for those who may not change them. */
export function ClinicSection() {
  const t = useTexts(texts)
  const language = useLanguage()
  const mayEdit = useSession().can('settings.write')
  const { data, error, refetch } = useQuery(rpc.settings.clinic.get.queryOptions({ input: {} }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  if (mayEdit) return <ClinicForm clinic={data} />
  return (
    <>
      <p className={classes.text}>{t('readOnly')}</p>
      <Panel title={t('clinic')}>
        <Facts
          rows={[
            [t('clinicName'), data.name],
            [t('country'), new Intl.DisplayNames([language], { type: 'region' }).of(data.country) ?? data.country],
            [t('timeZone'), <bdi key="zone">{data.timeZone.replaceAll('_', ' ')}</bdi>],
            [t('currency'), data.currency],
            [t('clinicLanguage'), languageNames[data.language]],
            [t('lockAfter'), `${data.lockAfterMinutes} ${t('minutes')}`],
            [t('retention'), `${data.retentionYears ?? usualRetentionYears} ${t('years')}`],
          ]}
        />
      </Panel>
      <Panel title={t('openingHours')}>
        <HoursList week={weekOf(data.hours)} />
      </Panel>
    </>
  )
}
