import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../../shared/contract/staff.js'
import { type Role, roles } from '../../../shared/permissions.js'
import { api, rpc } from '../../api/client.js'
import { conflictsOf, refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { useToasts } from '../../ui/toasts.js'
import { below } from './field-order.js'
import { passwordProblem } from './passwords.js'
import { RoleNote, roleTexts } from './role-list.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

interface Values {
  displayName: string
  username: string
  role: Role
  practitionerId: string | null
  validUntilDate: string | undefined
  password: string
}

function useProviders() {
  const { data } = useQuery(rpc.staff.practitioners.list.queryOptions({ input: { isBookable: true, limit: 200 } }))
  return (data?.items ?? []).map(({ id, prefix, givenName, familyName }) => ({ value: id, label: [prefix, givenName, familyName].filter(Boolean).join(' ') }))
}

function useAccountForm(account: Account | undefined) {
  const t = useTexts(texts)
  const form = useForm<Values>({
    initialValues: {
      displayName: account?.displayName ?? '',
      username: account?.username ?? '',
      role: account?.role ?? 'reception',
      practitionerId: account?.practitionerId ?? null,
      validUntilDate: account?.validUntilDate,
      password: '',
    },
    validate: {
      displayName: (value) => (value.trim() ? null : t('missing')),
      username: (value) => (account || /^\S{2,60}$/.test(value.trim()) ? null : t('usernameWrong')),
      password: (value) => (account || value.length >= 10 ? null : t('passwordShort')),
    },
  })
  /** Says at its field what the core refused, and passes the error on. */
  const mark = (error: unknown): never => {
    const conflict = conflictsOf(error)[0]?.code
    if (conflict === 'username') form.setFieldError('username', t('usernameTaken'))
    if (conflict === 'lastAdministrator') form.setFieldError('role', t('lastAdministrator'))
    for (const { path, code } of refusedFields(error)) form.setFieldError(path, path === 'password' ? t(passwordProblem(code)) : t('notValid'))
    throw error
  }
  return { form, mark }
}

/** What ends or brings back an account; ending is asked for twice, because it signs somebody out at once. */
function Ending({ account, onDone, onError }: { account: Account; onDone: () => void; onError: (error: unknown) => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [isAsking, setIsAsking] = useState(false)
  const end = useCommand((input: { id: string; commandId: string }) =>
    (account.isActive ? api.staff.accounts.end(input) : api.staff.accounts.edit({ ...input, isActive: true })).catch((error: unknown) => {
      onError(error)
      throw error
    }),
  )
  const run = async (): Promise<void> => {
    if (!(await end.run({ id: account.id }))) return
    toasts.done(t(account.isActive ? 'accountEnded' : 'reinstated'))
    onDone()
  }
  return (
    <Button
      variant="subtle"
      color={account.isActive ? 'red' : undefined}
      loading={end.isRunning}
      onClick={() => (account.isActive && !isAsking ? setIsAsking(true) : void run())}
    >
      {t(account.isActive ? (isAsking ? 'reallyEnd' : 'endAccount') : 'reinstate')}
    </Button>
  )
}

/** Creates a staff account, or changes what one may do and until when. */
export function AccountDrawer({ account, onClose }: { account: Account | undefined; onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const providers = useProviders()
  const { form, mark } = useAccountForm(account)
  const [isDayValid, setIsDayValid] = useState(true)
  const [endError, setEndError] = useState<unknown>()
  const save = useCommand(({ values, commandId }: { values: Values; commandId: string }) => {
    const { displayName, username, role, practitionerId, validUntilDate, password } = values
    const common = { displayName: displayName.trim(), role }
    const call = account
      ? api.staff.accounts.edit({ id: account.id, ...common, practitionerId: practitionerId || null, validUntilDate: validUntilDate ?? null, commandId })
      : api.staff.accounts.add({
          ...common,
          username: username.trim().toLowerCase(),
          password,
          ...(practitionerId && { practitionerId }),
          ...(validUntilDate && { validUntilDate }),
          commandId,
        })
    return call.catch(mark)
  })
  const isMarked = conflictsOf(save.error).length > 0 || refusedFields(save.error).length > 0
  const submit = form.onSubmit(async (values) => {
    if (!isDayValid || !(await save.run({ values }))) return
    toasts.done(t(account ? 'saved' : 'accountAdded'))
    onClose()
  })
  return (
    <FormDrawer
      title={t(account ? 'editAccount' : 'addAccount')}
      error={isMarked ? undefined : (save.error ?? endError)}
      isDirty={form.isDirty()}
      submit={{ text: t(account ? 'save' : 'add'), isRunning: save.isRunning }}
      onClose={onClose}
      onSubmit={submit}
      aside={
        account && (
          <Ending
            account={account}
            onDone={onClose}
            onError={(error) => {
              if (conflictsOf(error)[0]?.code === 'lastAdministrator') form.setFieldError('role', t('lastAdministrator'))
              else setEndError(error)
            }}
          />
        )
      }
    >
      <div className={classes.fields}>
        <TextInput label={t('displayName')} withAsterisk data-autofocus autoComplete="off" {...form.getInputProps('displayName')} />
        <TextInput
          label={t('username')}
          withAsterisk={!account}
          inputWrapperOrder={below}
          description={t(account ? 'usernameStays' : 'usernameHint')}
          readOnly={account !== undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('username')}
        />
      </div>
      <div>
        <Select
          label={t('role')}
          allowDeselect={false}
          data={roles.map((role) => ({ value: role, label: t(roleTexts[role]) }))}
          {...form.getInputProps('role')}
        />
        <RoleNote role={form.values.role} />
      </div>
      {!account && (
        <PasswordInput
          label={t('firstPassword')}
          withAsterisk
          inputWrapperOrder={below}
          description={t('firstPasswordHint')}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
      )}
      <div className={classes.fields}>
        <DayField
          label={t('lastWorkDay')}
          value={form.values.validUntilDate}
          onChange={(day) => form.setFieldValue('validUntilDate', day)}
          onValidity={setIsDayValid}
          error={form.errors.validUntilDate}
        />
        <Select
          label={t('linkedProvider')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('clear') }}
          data={providers}
          {...form.getInputProps('practitionerId')}
        />
      </div>
    </FormDrawer>
  )
}

/** Gives somebody a new password, which they are told by word of mouth. */
export function ResetDrawer({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const reset = useCommand(api.staff.accounts.resetPassword)
  const refused = refusedFields(reset.error)[0]
  return (
    <FormDrawer
      title={t('resetTitle', { name: account.displayName })}
      error={refused ? undefined : reset.error}
      isDirty={password !== ''}
      submit={{ text: t('resetPassword'), isRunning: reset.isRunning }}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        if (password.length < 10) return setProblem(t('passwordShort'))
        void reset.run({ id: account.id, password }).then((done) => {
          if (!done) return
          toasts.done(t('passwordReset'))
          onClose()
        })
      }}
    >
      <p className={classes.text}>{t('resetHint')}</p>
      <PasswordInput
        label={t('newPassword')}
        data-autofocus
        autoComplete="new-password"
        value={password}
        onChange={(event) => {
          setPassword(event.currentTarget.value)
          setProblem(undefined)
          reset.reset()
        }}
        error={problem ?? (refused ? t(passwordProblem(refused.code)) : undefined)}
      />
    </FormDrawer>
  )
}
