import { isEmail, useForm } from '@mantine/form'
import type { Patient } from '../../../shared/contract/patients.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** What the form holds while it is being filled in; empty text means not given. */
export interface PatientValues {
  familyName: string
  givenName: string
  birthDate: string | undefined
  sex: Patient['sex']
  phone: string
  email: string
  insuranceNumber: string
  alert: string
  line: string
  city: string
  state: string
  postalCode: string
  country: string
}

const empty: PatientValues = {
  familyName: '',
  givenName: '',
  birthDate: undefined,
  sex: 'unknown',
  phone: '',
  email: '',
  insuranceNumber: '',
  alert: '',
  line: '',
  city: '',
  state: '',
  postalCode: '',
  country: '',
}

/** A record as the form shows it. */
export const valuesOf = ({
  familyName,
  givenName,
  birthDate,
  sex,
  phone = '',
  email = '',
  insuranceNumber = '',
  alert = '',
  address = {},
}: Patient): PatientValues => ({
  ...empty,
  familyName,
  givenName,
  birthDate,
  sex,
  phone,
  email,
  insuranceNumber,
  alert,
  ...address,
})

/** What somebody typed into the search, as a first guess of the name: "Silva, Ana" and "Ana Silva"; digits are no name. */
export function valuesFromSearch(typed = ''): PatientValues {
  const text = typed.trim()
  if (text === '' || /\d/.test(text)) return empty
  const [family = '', given] = text.includes(',') ? text.split(',', 2) : [text.split(/\s+/).at(-1), text.split(/\s+/).slice(0, -1).join(' ')]
  const name = (part: string): string => part.trim().replace(/(^|[\s'-])\p{Ll}/gu, (letters) => letters.toUpperCase())
  return { ...empty, familyName: name(family), givenName: name(given ?? '') }
}

/** The fields of a command from the form; what is empty is left out. */
export function fieldsOf(values: PatientValues) {
  const { line, city, state, postalCode, country, birthDate, familyName, givenName, sex, ...texts } = values
  const filled = <Given extends Record<string, string>>(given: Given): Partial<Given> =>
    Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : []))) as Partial<Given>
  const address = filled({ line, city, state, postalCode, country })
  return {
    familyName: familyName.trim(),
    givenName: givenName.trim(),
    sex,
    ...(birthDate && { birthDate }),
    ...filled(texts),
    ...(Object.keys(address).length > 0 && { address }),
  }
}

/** Only what differs from the record, null for what was emptied; undefined when nothing does. */
export function patchOf(before: Patient, values: PatientValues) {
  const was = fieldsOf(valuesOf(before))
  const now = fieldsOf(values)
  const names = new Set([...Object.keys(was), ...Object.keys(now)]) as Set<keyof typeof now>
  const patch = Object.fromEntries([...names].flatMap((name) => (JSON.stringify(was[name]) === JSON.stringify(now[name]) ? [] : [[name, now[name] ?? null]])))
  return Object.keys(patch).length > 0 ? (patch as Partial<typeof now>) : undefined
}

/** The form of registering and editing. */
export function usePatientForm(initialValues: PatientValues) {
  const t = useTexts(texts)
  return useForm<PatientValues>({
    initialValues,
    validate: {
      familyName: (value) => (value.trim() ? null : t('nameMissing')),
      email: (value) => (value.trim() ? isEmail(t('emailWrong'))(value.trim()) : null),
    },
  })
}

/** Fields that the core refused, marked in the form; `address.city` is the form's `city`. */
export const markRefused = (form: ReturnType<typeof usePatientForm>, fields: readonly { path: string }[], message: string): void =>
  form.setErrors(Object.fromEntries(fields.map(({ path }) => [path.replace('address.', ''), message])))
