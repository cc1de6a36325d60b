import { Button, SegmentedControl, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keepPrevious, rpc } from '../../api/client.js'
import { groupNames } from '../../app/records/act-names.js'
import { useSession } from '../../app/session.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import { texts } from './access-texts.js'
import classes from './monitor.module.css'

/** What is looked for in the access log; days are yyyy-mm-dd, both included. */
export interface AccessWanted {
  userId?: string | undefined
  patientId?: string | undefined
  /** The part of the program, before the first dot of an act. */
  part?: string | undefined
  kind?: 'reads' | 'changes' | undefined
  from?: string | undefined
  to?: string | undefined
}

interface FieldProps {
  wanted: AccessWanted
  onChange(change: AccessWanted): void
}

const all = 'all'
const optional = (value: string | null): string | undefined => (value === null || value === all ? undefined : value)

/** The accounts of the clinic, also those that have ended: their acts stay. */
function Who({ wanted, onChange }: FieldProps) {
  const t = useTexts(texts)
  const { data } = useQuery(rpc.staff.accounts.list.queryOptions({ input: { withEnded: true } }))
  const accounts = data?.items.map(({ id, displayName }) => ({ value: id, label: displayName })) ?? []
  return (
    <Select
      className={classes.field}
      label={t('who')}
      searchable
      allowDeselect={false}
      value={wanted.userId ?? all}
      onChange={(value) => onChange({ userId: optional(value) })}
      data={[{ value: all, label: t('anybody') }, ...accounts]}
    />
  )
}

/** One patient, found as everywhere by name, number or date. */
function Patient({ onChange }: Pick<FieldProps, 'onChange'>) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed.trim(), 100)
  const { data } = useQuery(rpc.patients.list.queryOptions({ input: { query: asked, limit: 8 }, enabled: asked !== '', placeholderData: keepPrevious }))
  const hits = asked === '' ? [] : (data?.items ?? [])
  const labelOf = ({ familyName, givenName, recordNumber }: (typeof hits)[number]): string =>
    `${[familyName, givenName].filter(Boolean).join(', ')} · ${recordNumber}`
  return (
    <Select
      className={classes.field}
      label={t('patient')}
      placeholder={t('patientHint')}
      searchable
      clearable
      onSearchChange={setTyped}
      onChange={(value) => onChange({ patientId: value ?? undefined })}
      // The core has found them already, by more than what their line shows.
      filter={({ options }) => options}
      nothingFoundMessage={asked === '' ? undefined : t('nobody')}
      data={hits.map((hit) => ({ value: hit.id, label: labelOf(hit) }))}
    />
  )
}

/** By whom, of whom, what and when. */
export function AccessFilter({ wanted, onChange, onReset }: FieldProps & { onReset: () => void }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { can } = useSession()
  const parts = Object.entries(groupNames).map(([value, title]) => ({ value, label: title[language] }))
  const isFiltered = Object.values(wanted).some((value) => value !== undefined)
  return (
    <div className={classes.bar}>
      {can('staff.write') && <Who wanted={wanted} onChange={onChange} />}
      {can('patients.read') && <Patient onChange={onChange} />}
      <Select
        className={classes.field}
        label={t('part')}
        allowDeselect={false}
        value={wanted.part ?? all}
        onChange={(value) => onChange({ part: optional(value) })}
        data={[{ value: all, label: t('anything') }, ...parts]}
      />
      <DayField className={classes.day} label={t('from')} value={wanted.from} onChange={(from) => onChange({ from })} />
      <DayField className={classes.day} label={t('to')} value={wanted.to} onChange={(to) => onChange({ to })} />
      <SegmentedControl
        aria-label={t('kind')}
        value={wanted.kind ?? all}
        onChange={(value) => onChange({ kind: value === 'reads' || value === 'changes' ? value : undefined })}
        data={[
          { value: all, label: t('both') },
          { value: 'changes', label: t('changes') },
          { value: 'reads', label: t('reads') },
        ]}
      />
      {isFiltered && (
        <Button variant="subtle" onClick={onReset}>
          {t('reset')}
        </Button>
      )}
    </div>
  )
}
