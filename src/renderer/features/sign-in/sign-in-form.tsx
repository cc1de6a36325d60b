import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { codeOf } from '../../api/errors.js'
import { signIn } from '../../api/session.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { texts } from './texts.js'

/** User name and password. A refusal keeps the name, empties the password and says so at the field. */
export function SignInForm({ filled }: { filled?: { username: string; password: string } | undefined }) {
  const t = useTexts(texts)
  const [username, setUsername] = useState(filled?.username ?? '')
  const [password, setPassword] = useState(filled?.password ?? '')
  const [isRunning, setIsRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isCapsLock, setIsCapsLock] = useState(false)
  const isRefused = codeOf(error) === 'UNAUTHORIZED' || codeOf(error) === 'INVALID'

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isRunning || !username.trim() || !password) return
    setIsRunning(true)
    setError(undefined)
    signIn(username.trim(), password)
      .catch((reason: unknown) => {
        setError(reason)
        if (codeOf(reason) === 'UNAUTHORIZED') setPassword('')
      })
      .finally(() => setIsRunning(false))
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error !== undefined && !isRefused && <ErrorNotice error={error} />}
        <TextInput
          label={t('username')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          size="md"
        />
        <PasswordInput
          label={t('password')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          onKeyUp={(event) => setIsCapsLock(event.getModifierState('CapsLock'))}
          description={isCapsLock ? t('capsLock') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={isRefused ? t('wrong') : undefined}
          size="md"
        />
        <Button type="submit" size="md" loading={isRunning} fullWidth>
          {t('signIn')}
        </Button>
      </Stack>
    </form>
  )
}
