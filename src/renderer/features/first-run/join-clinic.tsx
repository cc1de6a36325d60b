import { Button, PasswordInput, Progress, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Joining } from '../../../shared/contract/set-up.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import { useDuration } from '../../ui/use-duration.js'
import classes from './first-run.module.css'
import { texts } from './texts.js'

/** How often the progress is asked for, in milliseconds: nobody is signed in yet, so no stream tells of it. */
const askEveryMs = 500

const codeTexts: Readonly<Record<string, 'codeMistyped' | 'codeUnknown' | 'codeBroken'>> = {
  mistyped: 'codeMistyped',
  unknown: 'codeUnknown',
  broken: 'codeBroken',
}

type JoinInput = Parameters<typeof api.setUp.join>[0]

/** How far the first fill is: counts, rate and the time left. */
function Filling({ joining }: { joining: Joining | null | undefined }) {
  const t = useTexts(texts)
  const durationOf = useDuration()
  const startedAt = useRef<number>(undefined)
  const { step = 'connect', received = 0, done = 0, total = 0 } = joining ?? {}
  if (step === 'fill') startedAt.current ??= Date.now()
  const seconds = startedAt.current === undefined ? 0 : (Date.now() - startedAt.current) / 1000
  const rate = seconds > 1 ? received / seconds : 0
  const left = done > 0 && seconds > 1 ? ((total - done) * seconds) / done : undefined
  const parts = [
    t('received', { count: received }),
    rate >= 1 && t('perSecond', { rate: Math.round(rate) }),
    left !== undefined && done < total && t('timeLeft', { duration: durationOf(left * 1000) }),
  ].filter(Boolean)
  return (
    <div className={classes.filling} role="status">
      <strong>{t(step === 'fill' ? 'filling' : 'connecting')}</strong>
      <Progress value={total > 0 ? (100 * done) / total : 100} animated={total === 0} aria-label={t('filling')} />
      {step === 'fill' && <span>{parts.join(' · ')}</span>}
    </div>
  )
}

function useJoinForm(hasServer: boolean) {
  const t = useTexts(texts)
  return useForm({
    initialValues: { address: '', code: '', serverPassword: '' },
    validate: {
      address: (value) => (hasServer || value.trim() ? null : t('missing')),
      code: (value) => (value.trim() ? null : t('missing')),
    },
  })
}

/** Joins a clinic that works on other computers: address and code, the server's password when it asks for one, then the first fill. */
export function JoinClinic({ onBack, onJoined }: { onBack: () => void; onJoined: (recoveryCode: string, clinicName: string) => void }) {
  const t = useTexts(texts)
  const problemOf = useServerProblem()
  const clinics = useQuery(rpc.setUp.clinics.queryOptions({ input: {}, staleTime: 0 }))
  const hasServer = clinics.data?.hasServer ?? false
  const form = useJoinForm(hasServer)
  const [isPasswordAsked, setIsPasswordAsked] = useState(false)
  const [hasFilled, setHasFilled] = useState(false)
  const join = useCommand(({ commandId: _, ...input }: JoinInput & { commandId: string }) => api.setUp.join(input))
  const joining = useQuery(rpc.setUp.joining.queryOptions({ input: {}, staleTime: 0, enabled: join.isRunning, refetchInterval: askEveryMs }))
  const { error } = join
  const { setErrors } = form
  useEffect(() => {
    if (joining.data?.step === 'fill') setHasFilled(true)
  }, [joining.data])
  useEffect(() => {
    const refused = refusedFields(error)
    if (refused.some(({ path }) => path === 'serverPassword')) setIsPasswordAsked(true)
    const sayOf = (path: string, code: string): string => {
      if (path === 'code') return t(codeTexts[code] ?? 'codeMistyped')
      if (path === 'serverPassword') return t(code === 'asked' ? 'serverPasswordAsked' : 'serverPasswordWrong')
      return code === 'missing' || code === 'unusable' || code.includes('_') ? t('addressUnusable') : problemOf(code).what
    }
    setErrors(Object.fromEntries(refused.map(({ path, code }) => [path, sayOf(path, code)])))
  }, [error, setErrors, problemOf, t])

  const submit = form.onSubmit(async ({ address, code, serverPassword }) => {
    const made = await join.run({ code, ...(address.trim() && { address: address.trim() }), ...(serverPassword && { serverPassword }) })
    if (made) onJoined(made.recoveryCode, made.clinicName)
  })
  return (
    <FrontPage title={t('join')} note={t('joinNote')} isWide>
      <form noValidate onSubmit={submit}>
        <Stack gap="md">
          {!hasServer && (
            <TextInput
              label={t('address')}
              description={t('addressHint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              dir="ltr"
              autoFocus
              autoComplete="off"
              spellCheck={false}
              disabled={join.isRunning}
              {...form.getInputProps('address')}
            />
          )}
          <TextInput
            label={t('invitationCode')}
            description={t('invitationHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            dir="ltr"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            disabled={join.isRunning}
            {...form.getInputProps('code')}
          />
          {isPasswordAsked && (
            <PasswordInput label={t('serverPassword')} autoFocus autoComplete="off" disabled={join.isRunning} {...form.getInputProps('serverPassword')} />
          )}
          {join.isRunning && <Filling joining={joining.data} />}
          {refusedFields(error).length === 0 && <ErrorNotice error={error} />}
          {error !== undefined && hasFilled && <p className={classes.keep}>{t('joinAgain')}</p>}
          <div className={classes.buttons}>
            <Button variant="default" size="md" onClick={onBack} disabled={join.isRunning}>
              {t('back')}
            </Button>
            <Button type="submit" size="md" loading={join.isRunning}>
              {t('joinNow')}
            </Button>
          </div>
        </Stack>
      </form>
    </FrontPage>
  )
}
