import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/client.js'
import { codeOf, refusedFields } from '../../api/errors.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { texts } from './texts.js'

/** A new password with the printed recovery code, at the workstation itself. */
export function ResetForm({ onDone }: { onDone: () => void }) {
  const t = useTexts(texts)
  const [username, setUsername] = useState('')
  const [recoveryCode, setRecoveryCode] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const [isRunning, setIsRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const refused = new Set(refusedFields(error).map(({ path }) => path))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isRunning || !username.trim() || !recoveryCode.trim() || !newPassword) return
    setIsRunning(true)
    setError(undefined)
    api.session
      .resetWithRecoveryCode({ username: username.trim(), recoveryCode, newPassword })
      .then(onDone, setError)
      .finally(() => setIsRunning(false))
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {error !== undefined && codeOf(error) !== 'INVALID' && <ErrorNotice error={error} />}
        <TextInput
          label={t('recoveryCode')}
          description={t('recoveryCodeHint')}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          size="md"
          value={recoveryCode}
          onChange={(event) => setRecoveryCode(event.currentTarget.value)}
          error={refused.has('recoveryCode') && t('recoveryCodeWrong')}
        />
        <TextInput
          label={t('username')}
          autoComplete="username"
          spellCheck={false}
          size="md"
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          error={refused.has('username') && t('noSuchAccount')}
        />
        <PasswordInput
          label={t('newPassword')}
          autoComplete="new-password"
          size="md"
          value={newPassword}
          onChange={(event) => setNewPassword(event.currentTarget.value)}
          error={refused.has('newPassword') && t('newPasswordRefused')}
        />
        <Button type="submit" size="md" loading={isRunning} fullWidth>
          {t('resetPassword')}
        </Button>
      </Stack>
    </form>
  )
}
