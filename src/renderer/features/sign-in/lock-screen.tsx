import { Button, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Welcome } from '../../../shared/contract/session.js'
import { codeOf } from '../../api/errors.js'
import { unlock } from '../../api/session.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import classes from './sign-in.module.css'
import { SignInForm } from './sign-in-form.js'
import { texts } from './texts.js'

/** Asks for the PIN (or the password) of whoever locked the screen. */
function UnlockForm({ hasPin }: { hasPin: boolean }) {
  const t = useTexts(texts)
  const [isPin, setIsPin] = useState(hasPin)
  const [secret, setSecret] = useState('')
  const [isRunning, setIsRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const isRefused = codeOf(error) === 'UNAUTHORIZED' || codeOf(error) === 'INVALID'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isRunning || !secret) return
    setIsRunning(true)
    setError(undefined)
    unlock(isPin ? { pin: secret } : { password: secret })
      .catch((reason: unknown) => {
        setError(reason)
        setSecret('')
      })
      .finally(() => setIsRunning(false))
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error !== undefined && !isRefused && <ErrorNotice error={error} />}
        <PasswordInput
          key={isPin ? 'pin' : 'password'}
          label={t(isPin ? 'pin' : 'password')}
          inputMode={isPin ? 'numeric' : 'text'}
          autoComplete={isPin ? 'off' : 'current-password'}
          autoFocus
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          error={isRefused ? t(isPin ? 'wrongPin' : 'wrongPassword') : undefined}
          size="md"
        />
        <Button type="submit" size="md" loading={isRunning} fullWidth>
          {t('unlock')}
        </Button>
        {hasPin && (
          <Button
            variant="subtle"
            onClick={() => {
              setIsPin(!isPin)
              setSecret('')
              setError(undefined)
            }}
          >
            {t(isPin ? 'usePassword' : 'usePin')}
          </Button>
        )}
      </Stack>
    </form>
  )
}

/** The locked screen: the same user returns with the PIN, another one signs in. */
export function LockScreen({ welcome, isSwitching }: { welcome: Welcome; isSwitching: boolean }) {
  const t = useTexts(texts)
  const [isOther, setIsOther] = useState(isSwitching)
  const name = welcome.user?.displayName ?? ''
  return (
    <FrontPage title={isOther ? t('title') : t('locked')} note={isOther ? t('switchNote', { name }) : t('lockedNote', { name })}>
      {isOther ? <SignInForm /> : <UnlockForm hasPin={welcome.user?.hasPin ?? false} />}
      <div className={classes.more}>
        <Button variant="subtle" onClick={() => setIsOther(!isOther)}>
          {isOther ? t('back', { name }) : t('someoneElse')}
        </Button>
      </div>
    </FrontPage>
  )
}
