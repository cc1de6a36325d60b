import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCalendarPlus, IconCheck, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Practitioner } from '../../../shared/contract/staff.js'
import { api, keepPrevious, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'

const nameOf = ({ prefix, givenName, familyName }: Practitioner): string => [prefix, givenName, familyName].filter(Boolean).join(' ')

function Person({ person }: { person: Practitioner }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const edit = useCommand((input: { isBookable: boolean; commandId: string }) =>
    api.staff.practitioners.edit({ id: person.id, ...input }).catch((error: unknown) => {
      toasts.failed(error)
      throw error
    }),
  )
  const name = nameOf(person)
  return (
    <li className={classes.staffLine}>
      <span>
        <bdi>{name}</bdi>
        {person.specialty && <span className={classes.quiet}> · {person.specialty}</span>}
      </span>
      <Button
        size="compact-sm"
        variant={person.isBookable ? 'light' : 'default'}
        leftSection={person.isBookable ? <IconCheck size={15} aria-hidden /> : <IconCalendarPlus size={15} aria-hidden />}
        loading={edit.isRunning}
        aria-pressed={person.isBookable}
        aria-label={t('onScheduleFor', { name })}
        onClick={() => void edit.run({ isBookable: !person.isBookable })}
      >
        {t(person.isBookable ? 'onSchedule' : 'putOnSchedule')}
      </Button>
    </li>
  )
}

/** Adds somebody who can be booked at once. */
function NewProvider() {
  const t = useTexts(texts)
  const [names, setNames] = useState({ givenName: '', familyName: '' })
  const add = useCommand((input: { givenName: string; familyName: string; commandId: string }) => api.staff.practitioners.add({ ...input, isBookable: true }))
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const given = { givenName: names.givenName.trim(), familyName: names.familyName.trim() }
    if (given.familyName && (await add.run(given))) setNames({ givenName: '', familyName: '' })
  }
  return (
    <form className={classes.addLine} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label={t('givenName')}
        autoComplete="off"
        value={names.givenName}
        onChange={(event) => setNames({ ...names, givenName: event.currentTarget.value })}
      />
      <TextInput
        label={t('familyName')}
        autoComplete="off"
        value={names.familyName}
        onChange={(event) => setNames({ ...names, familyName: event.currentTarget.value })}
      />
      <Button type="submit" variant="default" loading={add.isRunning} disabled={!names.familyName.trim()}>
        {t('addProvider')}
      </Button>
      <ErrorNotice error={add.error} />
    </form>
  )
}

/** Everybody who treats patients, to be put on the schedule or taken off it, and a form for somebody new. */
export function ProviderChooser() {
  const t = useTexts(texts)
  const [query, setQuery] = useState('')
  const [asked] = useDebouncedValue(query.trim(), 100)
  const { data } = useQuery(rpc.staff.practitioners.list.queryOptions({ input: { ...(asked && { query: asked }), limit: 100 }, placeholderData: keepPrevious }))
  const people = data?.items ?? []
  return (
    <div className={classes.chooser}>
      {(people.length > 0 || asked) && (
        <>
          <TextInput
            aria-label={t('findProvider')}
            placeholder={t('findProvider')}
            leftSection={<IconSearch size={16} aria-hidden />}
            autoComplete="off"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
          <ul className={classes.staffList} tabIndex={0} aria-label={t('providers')}>
            {people.map((person) => (
              <Person key={person.id} person={person} />
            ))}
            {people.length === 0 && <li className={classes.staffLine}>{t('nobodyFound')}</li>}
          </ul>
        </>
      )}
      <NewProvider />
    </div>
  )
}

/** A form that adds a chair or room. */
export function ChairAdder() {
  const t = useTexts(texts)
  const [name, setName] = useState('')
  const add = useCommand((input: { name: string; commandId: string }) => api.staff.chairs.add(input))
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (name.trim() && (await add.run({ name: name.trim() }))) setName('')
  }
  return (
    <form className={classes.addLine} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label={t('chairName')}
        placeholder={t('chairExample')}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={add.isRunning} disabled={!name.trim()}>
        {t('addChair')}
      </Button>
      <ErrorNotice error={add.error} />
    </form>
  )
}
