import { NativeSelect, Popover, SegmentedControl, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { type Icon, IconDevices, IconLock, IconLogout, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '../api/client.js'
import { lock, signOut } from '../api/session.js'
import { useCommand } from '../api/use-command.js'
import { type Language, languageNames, languages } from '../i18n/languages.js'
import { setLanguage, useLanguage, useTexts } from '../i18n/texts.js'
import { useToasts } from '../ui/toasts.js'
import { initialsOf } from './initials.js'
import classes from './menus.module.css'
import { useSession } from './session.js'
import shell from './shell.module.css'
import { requestSwitch } from './switch-user.js'
import { texts } from './texts.js'

const schemes = ['light', 'dark', 'auto'] as const

function Way({ icon: Icon, text, onGo }: { icon: Icon; text: string; onGo: () => void }) {
  return (
    <UnstyledButton className={classes.way} onClick={onGo}>
      <Icon size={17} stroke={1.75} aria-hidden />
      {text}
    </UnstyledButton>
  )
}

/** Language and appearance: shown once they are kept with the account, or cannot be. */
function Preferences() {
  const t = useTexts(texts)
  const language = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const preferences = useCommand(api.session.setPreferences)
  return (
    <div className={classes.preferences}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('appearance')}
        value={colorScheme}
        data={schemes.map((value) => ({ value, label: t(value === 'auto' ? 'system' : value) }))}
        onChange={(value) => {
          void preferences.run({ colorScheme: value }).then(() => setColorScheme(value))
        }}
      />
      <NativeSelect
        size="xs"
        label={t('language')}
        value={language}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        onChange={(event) => {
          const next = event.currentTarget.value as Language
          void preferences.run({ language: next }).then(() => setLanguage(next))
        }}
      />
    </div>
  )
}

/** Who is signed in, their language and appearance, and the ways out: lock, switch, sign out. */
export function UserMenu() {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { user } = useSession()
  const [isOpen, setIsOpen] = useState(false)
  const leave = (act: () => Promise<unknown>) => () => {
    setIsOpen(false)
    void act().catch(toasts.failed)
  }
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" width={264} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={shell.user} aria-label={t('userMenu', { name: user.displayName })} onClick={() => setIsOpen(!isOpen)}>
          <span className={shell.initials} aria-hidden>
            {initialsOf(user.displayName)}
          </span>
          <span className={shell.userName}>{user.displayName}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.who}>
          <span className={classes.whoName}>{user.displayName}</span>
          <span className={classes.quiet}>
            {t(user.role)} · <bdi>{user.username}</bdi>
          </span>
        </div>
        <Preferences />
        <div className={classes.ways}>
          <Way
            icon={IconDevices}
            text={t('whereSignedIn')}
            onGo={leave(async () => {
              location.hash = '#/settings/account'
            })}
          />
          <Way icon={IconLock} text={t('lockNow')} onGo={leave(lock)} />
          <Way
            icon={IconUsers}
            text={t('switchUser')}
            onGo={leave(async () => {
              requestSwitch()
              await lock()
            })}
          />
          <Way icon={IconLogout} text={t('signOut')} onGo={leave(signOut)} />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
