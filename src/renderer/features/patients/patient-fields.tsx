import { Select, TextInput } from '@mantine/core'
import { useContext, useEffect, useState } from 'react'
import { RegionContext } from '../../i18n/region.js'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import type { usePatientForm } from './patient-form.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

type Form = ReturnType<typeof usePatientForm>

/** Whether a filled phone field does not read as a number of any country. The rules are loaded when they are first needed. */
function useUnusualPhone(phone: string): boolean {
  const { country } = useContext(RegionContext)
  const [isUnusual, setIsUnusual] = useState(false)
  useEffect(() => {
    let isCurrent = true
    const check = async (): Promise<void> => {
      const wrong = phone.trim().length > 4 && !(await import('../../ui/phone-format.js')).isPhone(phone, country)
      if (isCurrent) setIsUnusual(wrong)
    }
    void check()
    return () => {
      isCurrent = false
    }
  }, [phone, country])
  return isUnusual
}

/** The fields that registering begins with. */
export function BasicFields({ form, onBirthDateValidity }: { form: Form; onBirthDateValidity: (isValid: boolean) => void }) {
  const t = useTexts(texts)
  const isUnusual = useUnusualPhone(form.values.phone)
  return (
    <>
      <div className={classes.two}>
        <TextInput label={t('familyName')} withAsterisk data-autofocus autoComplete="off" spellCheck={false} {...form.getInputProps('familyName')} />
        <TextInput label={t('givenName')} autoComplete="off" spellCheck={false} {...form.getInputProps('givenName')} />
        <DayField
          label={t('birthDate')}
          isBirthDate
          value={form.values.birthDate}
          onChange={(day) => form.setFieldValue('birthDate', day)}
          onValidity={onBirthDateValidity}
          error={form.errors.birthDate}
        />
        <Select
          label={t('sex')}
          allowDeselect={false}
          data={(['female', 'male', 'other', 'unknown'] as const).map((value) => ({ value, label: t(value) }))}
          {...form.getInputProps('sex')}
        />
        <TextInput
          label={t('phone')}
          type="tel"
          dir="ltr"
          autoComplete="off"
          description={isUnusual ? t('phoneUnusual') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...form.getInputProps('phone')}
        />
        <TextInput label={t('email')} type="email" dir="ltr" autoComplete="off" {...form.getInputProps('email')} />
      </div>
      <TextInput label={t('insuranceNumber')} autoComplete="off" {...form.getInputProps('insuranceNumber')} />
      <TextInput
        label={t('alert')}
        description={t('alertHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="off"
        {...form.getInputProps('alert')}
      />
    </>
  )
}

/** The fields that can be added later. */
export function AddressFields({ form }: { form: Form }) {
  const t = useTexts(texts)
  return (
    <div className={classes.two}>
      <TextInput label={t('addressLine')} autoComplete="off" {...form.getInputProps('line')} />
      <TextInput label={t('city')} autoComplete="off" {...form.getInputProps('city')} />
      <TextInput label={t('state')} autoComplete="off" {...form.getInputProps('state')} />
      <TextInput label={t('postalCode')} autoComplete="off" {...form.getInputProps('postalCode')} />
      <TextInput label={t('country')} autoComplete="off" {...form.getInputProps('country')} />
    </div>
  )
}
