import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { PatientHit } from '../../../shared/contract/patients.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { openPanel } from '../../app/panels.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Phone } from '../../ui/phone.js'
import type { ChosenPatient } from './appointment-form.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'

const nameOf = ({ givenName, familyName }: Pick<PatientHit, 'givenName' | 'familyName'>): string => [givenName, familyName].filter(Boolean).join(' ')
const registerValue = 'register'

interface PatientPickerProps {
  value: ChosenPatient | undefined
  error?: ReactNode
  autoFocus?: boolean
  onChange(patient: ChosenPatient | undefined): void
}

/** Finds a patient while typing, by anything that the patients screen finds them by; somebody new is registered on the spot. */
export function PatientPicker({ value, error, autoFocus, onChange }: PatientPickerProps) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { shortDay } = useFormats()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState(value?.name ?? '')
  const [shownFor, setShownFor] = useState(value)
  const [asked] = useDebouncedValue(typed.trim(), 60)
  // Somebody chosen elsewhere (registered just now) shows at once.
  if (shownFor?.id !== value?.id) {
    setShownFor(value)
    if (value) setTyped(value.name)
  }
  const isSearching = value === undefined && asked.length > 0
  const { data, isFetching, isPlaceholderData } = useQuery(
    rpc.patients.list.queryOptions({ input: { query: asked, limit: 8 }, enabled: isSearching, placeholderData: keepPrevious }),
  )
  const hits = isSearching && typed.trim() ? (data?.items ?? []) : []
  // Enter must never register somebody while the search for them still runs.
  const isAnswered = isSearching && asked === typed.trim() && data !== undefined && !isPlaceholderData
  const canRegister = can('patients.write') && isAnswered
  const first = hits[0]?.id ?? (canRegister ? registerValue : undefined)
  const { selectFirstOption } = combobox
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first hit is marked when it arrives, as it is what Enter takes
  useEffect(() => {
    if (first) selectFirstOption()
  }, [first])

  const choose = (chosen: string): void => {
    combobox.closeDropdown()
    if (chosen === registerValue) {
      openPanel('registerPatient', { typed, onChosen: (patient) => onChange({ id: patient.id, name: nameOf(patient) }) })
      return
    }
    const hit = hits.find(({ id }) => id === chosen)
    if (hit) onChange({ id: hit.id, name: nameOf(hit) })
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal shadow="md">
      <Combobox.Target>
        <InputBase
          label={t('patient')}
          withAsterisk
          data-autofocus={autoFocus || undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t('patientHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={isFetching ? <Loader size={16} /> : null}
          error={error}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            if (value) onChange(undefined)
            combobox.openDropdown()
          }}
          onFocus={() => value === undefined && typed.trim() !== '' && combobox.openDropdown()}
          onClick={() => value === undefined && typed.trim() !== '' && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          // Before the hits are there Enter has nothing to take, and must not send the form.
          onKeyDown={(event) => event.key === 'Enter' && value === undefined && typed.trim() !== '' && event.preventDefault()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={value !== undefined || (!isAnswered && hits.length === 0)}>
        <Combobox.Options aria-label={t('patient')}>
          {hits.map((hit) => (
            <Combobox.Option key={hit.id} value={hit.id}>
              <span className={classes.hit}>
                <bdi className={classes.agendaName}>{nameOf(hit)}</bdi>
                <span className={classes.hitFacts}>
                  {hit.birthDate && <span>{shortDay(hit.birthDate)}</span>}
                  <Phone value={hit.phone} />
                  <bdi dir="ltr">{hit.recordNumber}</bdi>
                </span>
              </span>
            </Combobox.Option>
          ))}
          {isAnswered && hits.length === 0 && !canRegister && <Combobox.Empty>{t('nobodyFound')}</Combobox.Empty>}
          {canRegister && (
            <Combobox.Option value={registerValue}>
              <span className={classes.registerOption}>
                <IconUserPlus size={16} aria-hidden />
                {t('registerTyped', { typed: typed.trim() })}
              </span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
