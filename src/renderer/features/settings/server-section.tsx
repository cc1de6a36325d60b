import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ServerChange, ServerSettingsView } from '../../../shared/contract/server-settings.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { useToasts } from '../../ui/toasts.js'
import { ServerFields } from './server-fields.js'
import { changeOf, type Values, valuesOf } from './server-form.js'
import { ServerTrial } from './server-test.js'
import { texts } from './server-texts.js'
import classes from './settings.module.css'
import { UnsavedGuard } from './unsaved.js'

const refusals = ['again', 'missing', 'exclusive', 'decided'] as const

function ServerForm({ view }: { view: ServerSettingsView & { canChange: boolean } }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const client = useQueryClient()
  const form = useForm<Values>({ initialValues: valuesOf(view) })
  const { setInitialValues, setValues } = form
  const isDirty = Object.keys(changeOf(view, form.values)).length > 0
  // What was changed elsewhere shows at once, unless something is being typed here.
  useEffect(() => {
    if (isDirty) return
    setInitialValues(valuesOf(view))
    setValues(valuesOf(view))
  }, [view, isDirty, setInitialValues, setValues])

  const mark = (error: unknown): void => {
    const marks = refusedFields(error).map(({ path, code }) => [path.split('.')[0] ?? path, t(refusals.find((each) => each === code) ?? 'notValid')])
    form.setErrors(Object.fromEntries(marks))
  }
  const save = useCommand((input: ServerChange & { commandId: string }) =>
    api.settings.server.set(input).catch((error: unknown) => {
      mark(error)
      throw error
    }),
  )
  const submit = form.onSubmit(async (values) => {
    const saved = await save.run(changeOf(view, values))
    if (!saved) return
    form.setValues(valuesOf(saved))
    client.setQueryData(rpc.settings.server.get.queryKey({ input: {} }), saved)
    toasts.done(t('saved'))
  })
  const discard = (): void => {
    form.setValues(valuesOf(view))
    form.clearErrors()
    save.reset()
  }
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <UnsavedGuard isDirty={isDirty} />
      <Panel title={t('server')}>
        <p className={classes.text}>{t('intro')}</p>
        {!view.canChange && (
          <p className={classes.text} role="note">
            <strong>{t('elsewhere')}</strong>
          </p>
        )}
        <ServerFields view={view} form={form} isReadOnly={!view.canChange} />
      </Panel>
      {view.canChange && (
        <ServerTrial
          change={() => {
            form.clearErrors()
            return changeOf(view, form.values)
          }}
          onRefused={mark}
        />
      )}
      {view.canChange && (
        <div className={classes.saveBar} data-dirty={isDirty || undefined}>
          <ErrorNotice error={save.error} />
          <span className={classes.quiet} role="status">
            {isDirty && t('unsaved')}
          </span>
          <Button variant="default" disabled={!isDirty} onClick={discard}>
            {t('discard')}
          </Button>
          <Button type="submit" disabled={!isDirty} loading={save.isRunning}>
            {t('save')}
          </Button>
        </div>
      )}
    </form>
  )
}

/** The connection to the clinic's server: where each value comes from, changing it, and a trial that says what failed and what to do. */
export function ServerSection() {
  const { data, error, refetch } = useQuery(rpc.settings.server.get.queryOptions({ input: {}, staleTime: 0 }))
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  return data ? <ServerForm view={data} /> : null
}
