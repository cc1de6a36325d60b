import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { PatientHit } from '../../shared/contract/patients.js'
import { keepPrevious, rpc } from '../api/client.js'
import { useFormats } from '../i18n/formats.js'
import { useLanguage, useTexts } from '../i18n/texts.js'
import { Phone } from '../ui/phone.js'
import classes from './palette.module.css'
import { actions, screens } from './screens.js'
import { useSession } from './session.js'
import { texts } from './texts.js'

const [store, spotlight] = createSpotlight()

/** Marks the first entry, as the store does after each keystroke; hits that arrive later would otherwise leave none marked. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId)
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected')
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
  store.setState((state) => ({ ...state, selected: 0 }))
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

function PatientLine({ hit }: { hit: PatientHit }) {
  const t = useTexts(texts)
  const { shortDay } = useFormats()
  return (
    <div className={classes.line}>
      <bdi className={classes.name}>
        {hit.familyName}
        {hit.givenName && `, ${hit.givenName}`}
      </bdi>
      <span className={classes.facts}>
        {hit.birthDate && <span>{t('born', { date: shortDay(hit.birthDate) })}</span>}
        <Phone value={hit.phone} />
        <bdi dir="ltr">{hit.recordNumber}</bdi>
      </span>
    </div>
  )
}

/** One field for everything: patients while typing, actions, screens. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const navigate = useNavigate()
  const { can } = useSession()
  const [query, setQuery] = useState('')
  const [asked] = useDebouncedValue(query.trim(), 60)
  const hits = useQuery(
    rpc.patients.list.queryOptions({
      input: { query: asked, limit: 8 },
      enabled: isOpen && asked.length > 0 && can('patients.read'),
      placeholderData: keepPrevious,
      staleTime: 0,
    }),
  )
  useEffect(() => (isOpen ? spotlight.open() : spotlight.close()), [isOpen])

  const wanted = fold(query.trim())
  const matches = (title: string): boolean => wanted === '' || fold(title).includes(wanted)
  const patients = asked && query.trim() ? (hits.data?.items ?? []) : []
  const shownActions = actions.filter(({ permission, title }) => can(permission) && matches(title[language]))
  const shownScreens = screens.filter(({ permission, title, navigation }) => navigation && can(permission) && matches(title[language]))
  const isEmpty = patients.length + shownActions.length + shownScreens.length === 0

  // Enter takes the first one, as in the patients screen.
  const firstShown = patients[0]?.id ?? shownActions[0]?.id ?? shownScreens[0]?.id
  useEffect(() => {
    if (isOpen && firstShown && wanted) selectFirst()
  }, [isOpen, firstShown, wanted])

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      clearQueryOnClose
      shortcut={null}
      scrollable
      maxHeight={420}
      centered={false}
      yOffset="10vh"
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      attributes={{ content: { 'aria-label': t('palette') } }}
    >
      <Spotlight.Search placeholder={t('search')} aria-label={t('search')} leftSection={<IconSearch size={18} aria-hidden />} />
      <Spotlight.ActionsList>
        {patients.length > 0 && (
          <Spotlight.ActionsGroup label={t('palettePatients')}>
            {patients.map((hit) => (
              <Spotlight.Action
                key={hit.id}
                onClick={() => void navigate({ to: '/patients/$patientId', params: { patientId: hit.id } })}
                leftSection={<IconUser size={18} aria-hidden />}
              >
                <PatientLine hit={hit} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {shownActions.length > 0 && (
          <Spotlight.ActionsGroup label={t('paletteActions')}>
            {shownActions.map(({ id, title, icon: Icon, run }) => (
              <Spotlight.Action key={id} label={title[language]} leftSection={<Icon size={18} aria-hidden />} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {shownScreens.length > 0 && (
          <Spotlight.ActionsGroup label={t('paletteScreens')}>
            {shownScreens.map(({ id, title, path, navigation }) => {
              const Icon = navigation?.icon ?? IconSearch
              return (
                <Spotlight.Action key={id} label={title[language]} leftSection={<Icon size={18} aria-hidden />} onClick={() => void navigate({ to: path })} />
              )
            })}
          </Spotlight.ActionsGroup>
        )}
        {isEmpty && !hits.isFetching && <Spotlight.Empty>{t('paletteEmpty')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
