import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconLock, IconLogout, IconMoon, IconSun, IconUsers } from '@tabler/icons-react'
import { api } from '../api/client.js'
import { lock, signOut } from '../api/session.js'
import { useCommand } from '../api/use-command.js'
import { type Language, languageNames, languages } from '../i18n/languages.js'
import { setLanguage, useLanguage, useTexts } from '../i18n/texts.js'
import { useToasts } from '../ui/toasts.js'
import classes from './menus.module.css'
import { useSession } from './session.js'
import shell from './shell.module.css'
import { requestSwitch } from './switch-user.js'
import { texts } from './texts.js'

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()

const schemes = [
  { value: 'light', icon: IconSun, text: 'light' },
  { value: 'dark', icon: IconMoon, text: 'dark' },
  { value: 'auto', icon: IconDeviceDesktop, text: 'system' },
] as const

/** Who is signed in, their language and appearance, and the ways out: lock, switch, sign out. */
export function UserMenu() {
  const t = useTexts(texts)
  const language = useLanguage()
  const toasts = useToasts()
  const { user } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const preferences = useCommand(api.session.setPreferences)
  const attempt = (act: () => Promise<unknown>) => () => void act().catch(toasts.failed)
  const chooseLanguage = (next: Language): void => {
    setLanguage(next)
    void preferences.run({ language: next })
  }
  const check = <IconCheck size={15} aria-hidden />
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <UnstyledButton className={shell.user} aria-label={t('userMenu', { name: user.displayName })}>
          <span className={shell.initials} aria-hidden>
            {initialsOf(user.displayName)}
          </span>
          <span className={shell.userName}>{user.displayName}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <span className={classes.whoName}>{user.displayName}</span>
          <span className={classes.quiet}>{t(user.role)}</span>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={attempt(lock)}>
          {t('lockNow')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconUsers size={16} aria-hidden />}
          onClick={attempt(async () => {
            requestSwitch()
            await lock()
          })}
        >
          {t('switchUser')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('appearance')}</Menu.Label>
        {schemes.map(({ value, icon: Icon, text }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === value && check}
            aria-current={colorScheme === value || undefined}
            onClick={() => {
              setColorScheme(value)
              void preferences.run({ colorScheme: value })
            }}
          >
            {t(text)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        {languages.map((each) => (
          <Menu.Item
            key={each}
            lang={each}
            rightSection={language === each && check}
            aria-current={language === each || undefined}
            onClick={() => chooseLanguage(each)}
          >
            {languageNames[each]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={attempt(signOut)}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
