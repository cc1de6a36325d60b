import { Kbd, UnstyledButton } from '@mantine/core'
import { IconKeyboard, IconMenu2, IconSearch } from '@tabler/icons-react'
import { useTexts } from '../i18n/texts.js'
import { modKey } from '../ui/key-names.js'
import { NotificationMenu } from './notification-menu.js'
import { OnlineMenu } from './online-menu.js'
import { useSession } from './session.js'
import classes from './shell.module.css'
import { StatusBadge } from './status-badge.js'
import { TaskMenu } from './task-menu.js'
import { texts } from './texts.js'
import { UserMenu } from './user-menu.js'

/** The bar over every screen: clinic, patient search, status, tasks, notifications, who else is online, who is signed in. */
export function TopBar({ onSearch, onNavigation, onShortcuts }: { onSearch: () => void; onNavigation: () => void; onShortcuts: () => void }) {
  const t = useTexts(texts)
  const { clinic } = useSession()
  return (
    <header className={classes.bar}>
      <UnstyledButton className={`${classes.barButton} ${classes.burger}`} onClick={onNavigation} aria-label={t('openNavigation')}>
        <IconMenu2 size={20} aria-hidden />
      </UnstyledButton>
      <div className={classes.brand} title={clinic.name}>
        <img src="./icon.svg" alt="" />
        <span className={classes.brandName}>{clinic.name}</span>
      </div>
      <UnstyledButton className={classes.search} onClick={onSearch} aria-label={t('search')} aria-keyshortcuts="Control+K Meta+K" aria-haspopup="dialog">
        <IconSearch size={17} aria-hidden />
        <span className={classes.searchText}>{t('searchShort')}</span>
        <span className={classes.hint} dir="ltr">
          <Kbd size="xs">{modKey}</Kbd> <Kbd size="xs">K</Kbd>
        </span>
      </UnstyledButton>
      <div className={classes.spring} />
      <StatusBadge />
      <TaskMenu />
      <NotificationMenu />
      <UnstyledButton className={`${classes.barButton} ${classes.hint}`} onClick={onShortcuts} aria-label={t('shortcuts')} title={t('shortcuts')}>
        <IconKeyboard size={19} stroke={1.75} aria-hidden />
      </UnstyledButton>
      <OnlineMenu />
      <UserMenu />
    </header>
  )
}
