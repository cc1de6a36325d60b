import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useLanguage, useTexts } from '../i18n/texts.js'
import { screens } from './screens.js'
import { useSession } from './session.js'
import classes from './shell.module.css'
import { texts } from './texts.js'
import { usePathPattern } from './use-param.js'

/** The screens by job. On a narrow window only their icons stand there, with the name as a tooltip. */
export function Navigation({ onGo, isWide }: { onGo?: () => void; isWide?: boolean }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { can } = useSession()
  const path = usePathPattern()
  const isRail = useMediaQuery('(max-width: 1100px)') && !isWide
  const open = screens.find((screen) => screen.path === path)
  return (
    <nav aria-label={t('navigation')}>
      <ul className={classes.links}>
        {screens.map(({ id, path: to, title, permission, navigation }) => {
          if (!navigation || !can(permission)) return null
          const Icon = navigation.icon
          const isOpen = open?.id === id || open?.under === id
          return (
            <li key={id}>
              <Tooltip label={title[language]} position="right" disabled={!isRail}>
                <Link
                  to={to}
                  className={classes.link}
                  onClick={onGo}
                  aria-current={isOpen ? 'page' : undefined}
                  activeProps={{}}
                  activeOptions={{ exact: true }}
                >
                  <Icon size={19} stroke={1.75} aria-hidden />
                  <span className={classes.linkText}>{title[language]}</span>
                  {navigation.Count && <navigation.Count />}
                </Link>
              </Tooltip>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
