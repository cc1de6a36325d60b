import { Button, PasswordInput, SegmentedControl, Select, useMantineColorScheme } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api } from '../../api/client.js'
import { codeOf, refusedFields } from '../../api/errors.js'
import { enter } from '../../api/session.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { MySessions } from '../../app/session-blocks.js'
import { type Language, languageNames, languages } from '../../i18n/languages.js'
import { setLanguage, useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import { useToasts } from '../../ui/toasts.js'
import { Facts } from './facts.js'
import { below } from './field-order.js'
import { passwordProblem } from './passwords.js'
import { roleTexts } from './role-list.js'
import classes from './settings.module.css'
import { texts } from './texts.js'
import { UnsavedGuard } from './unsaved.js'

/** The code of what the core refused about one field of the secret's change, if any. */
const refusalOf = (error: unknown, path: string): string | undefined => refusedFields(error).find((field) => field.path === path)?.code

function SecretForm({ children, submit, isRunning, onSubmit }: { children: ReactNode; submit: string; isRunning: boolean; onSubmit: () => void }) {
  return (
    <form
      className={classes.narrow}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      <div>
        <Button type="submit" loading={isRunning}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

function PasswordForm() {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setIsTried] = useState(false)
  const change = useCommand(api.session.changeSecret)
  const { error } = change
  const refused = refusalOf(error, 'newPassword')
  const save = async (): Promise<void> => {
    setIsTried(true)
    if (!old || next.length < 10 || next !== again) return
    if (!(await change.run({ password: old, newPassword: next }))) return
    setOld('')
    setNext('')
    setAgain('')
    setIsTried(false)
    toasts.done(t('passwordChanged'))
  }
  return (
    <Panel title={t('changePassword')}>
      <UnsavedGuard isDirty={next !== ''} />
      <SecretForm submit={t('changePassword')} isRunning={change.isRunning} onSubmit={() => void save()}>
        <PasswordInput
          label={t('oldPassword')}
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          error={refusalOf(error, 'password') ? t('wrongPassword') : isTried && !old ? t('missing') : undefined}
        />
        <PasswordInput
          label={t('newPassword')}
          inputWrapperOrder={below}
          description={t('passwordHint')}
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          error={refused ? t(passwordProblem(refused)) : isTried && next.length < 10 ? t('passwordShort') : undefined}
        />
        <PasswordInput
          label={t('passwordAgain')}
          autoComplete="new-password"
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={isTried && next !== again ? t('passwordDiffers') : undefined}
        />
        {codeOf(error) !== 'INVALID' && <ErrorNotice error={error} />}
      </SecretForm>
    </Panel>
  )
}

function PinForm() {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { user } = useSession()
  const [password, setPassword] = useState('')
  const [pin, setPin] = useState('')
  const [isTried, setIsTried] = useState(false)
  const change = useCommand(api.session.changeSecret)
  const { error } = change
  const isPin = /^\d{4,12}$/.test(pin)
  const save = async (): Promise<void> => {
    setIsTried(true)
    if (!password || !isPin) return
    if (!(await change.run({ password, newPin: pin }))) return
    setPassword('')
    setPin('')
    setIsTried(false)
    toasts.done(t('pinSet'))
    await enter()
  }
  return (
    <Panel title={t(user.hasPin ? 'changePin' : 'setPin')}>
      <p className={classes.text}>{t('pinHint')}</p>
      <SecretForm submit={t(user.hasPin ? 'changePin' : 'setPin')} isRunning={change.isRunning} onSubmit={() => void save()}>
        <PasswordInput
          label={t('newPin')}
          inputWrapperOrder={below}
          description={t('pinRule')}
          inputMode="numeric"
          autoComplete="off"
          maxLength={12}
          value={pin}
          onChange={(event) => setPin(event.currentTarget.value)}
          error={refusalOf(error, 'newPin') ? t('pinCommon') : isTried && !isPin ? t('pinRule') : undefined}
        />
        <PasswordInput
          label={t('yourPassword')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={refusalOf(error, 'password') ? t('wrongPassword') : isTried && !password ? t('missing') : undefined}
        />
        {codeOf(error) !== 'INVALID' && <ErrorNotice error={error} />}
      </SecretForm>
    </Panel>
  )
}

const schemes = ['light', 'dark', 'auto'] as const

function Preferences() {
  const t = useTexts(texts)
  const language = useLanguage()
  const toasts = useToasts()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const preferences = useCommand(api.session.setPreferences)
  const save = async (input: { language?: Language; colorScheme?: (typeof schemes)[number] }): Promise<void> => {
    if (!(await preferences.run(input))) return
    if (input.language) setLanguage(input.language)
    if (input.colorScheme) setColorScheme(input.colorScheme)
    toasts.done(t('saved'))
  }
  return (
    <Panel title={t('preferences')}>
      <div className={classes.narrow}>
        <Select
          label={t('language')}
          allowDeselect={false}
          value={language}
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          onChange={(value) => value && void save({ language: value as Language })}
        />
        <div>
          <div className={classes.label} id="appearance">
            {t('appearance')}
          </div>
          <SegmentedControl
            aria-labelledby="appearance"
            fullWidth
            value={colorScheme}
            data={schemes.map((value) => ({ value, label: t(value === 'auto' ? 'system' : value) }))}
            onChange={(value) => void save({ colorScheme: value as (typeof schemes)[number] })}
          />
        </div>
        <ErrorNotice error={preferences.error} />
      </div>
    </Panel>
  )
}

/** One's own account: language and appearance, password, PIN. */
export function AccountSection() {
  const t = useTexts(texts)
  const { user } = useSession()
  return (
    <>
      <Panel title={t('account')}>
        <Facts
          rows={[
            [t('displayName'), <bdi key="name">{user.displayName}</bdi>],
            [t('username'), <bdi key="username">{user.username}</bdi>],
            [t('role'), t(roleTexts[user.role])],
          ]}
        />
      </Panel>
      <Preferences />
      <MySessions />
      <PasswordForm />
      <PinForm />
    </>
  )
}
