import { Popover, UnstyledButton } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import type { PersonOnline } from '../../shared/contract/presence.js'
import { usePresence } from '../api/presence.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { initialsOf } from './initials.js'
import classes from './live.module.css'
import { texts } from './live-texts.js'
import menus from './menus.module.css'
import shell from './shell.module.css'

/** Initials that stand in the bar; the rest is counted. */
const shown = 3

function Person({ person }: { person: PersonOnline }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  return (
    <li className={classes.person}>
      <span className={shell.initials} aria-hidden>
        {initialsOf(person.displayName)}
      </span>
      <span>
        <span className={classes.personName}>
          <bdi>{person.displayName}</bdi>
          {person.isYou && <span className={menus.quiet}> ({t('you')})</span>}
        </span>
        <span className={menus.quiet}>{t('atWorkstation', { workstation: person.workstation, time: time(person.since) })}</span>
      </span>
    </li>
  )
}

/** Who is at the clinic's workstations, in the top bar; nothing until it is known. */
export function OnlineMenu() {
  const t = useTexts(texts)
  const { number } = useFormats()
  const presence = usePresence()
  if (!presence) return null
  const { people, scope } = presence
  const others = [...new Map(people.filter(({ isYou }) => !isYou).map((person) => [person.userId, person])).values()]
  const label = others.length === 0 ? t('nobodyElse') : t('online', { count: others.length })
  return (
    <Popover position="bottom-end" width={300} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.online} aria-label={label} title={label}>
          {others.length === 0 ? (
            <IconUsers size={19} stroke={1.75} aria-hidden />
          ) : (
            <span className={classes.crowd} aria-hidden>
              <IconUsers size={19} stroke={1.75} />
              {number(others.length)}
            </span>
          )}
          {others.slice(0, shown).map(({ userId, displayName }) => (
            <span key={userId} className={`${shell.initials} ${classes.stacked}`} aria-hidden>
              {initialsOf(displayName)}
            </span>
          ))}
          {others.length > shown && (
            <span className={classes.rest} dir="ltr" aria-hidden>
              +{number(others.length - shown)}
            </span>
          )}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.head}>
          <h2 className={classes.title}>{t('onlineTitle')}</h2>
        </div>
        {/* Long lists scroll: the keyboard has to reach them. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list without anything to focus in it */}
        <ul className={classes.people} tabIndex={0} aria-label={t('onlineTitle')}>
          {people.map((person) => (
            <Person key={`${person.userId} ${person.workstation}`} person={person} />
          ))}
        </ul>
        {scope !== 'clinic' && <p className={classes.foot}>{t(scope === 'alone' ? 'scopeAlone' : 'scopeWorkstation')}</p>}
      </Popover.Dropdown>
    </Popover>
  )
}
