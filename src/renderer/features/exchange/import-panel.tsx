import { Button, Group } from '@mantine/core'
import { useRef, useState } from 'react'
import type { ImportReport, Inspection } from '../../../shared/contract/exchange.js'
import type { CsvMapping } from '../../../shared/csv-mapping.js'
import { api } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { ChooseFiles, type Chosen } from './choose-files.js'
import { ExchangeError } from './exchange-error.js'
import { Found } from './found.js'
import { ReportView } from './report-view.js'
import { TaskRow } from './task-row.js'
import { texts } from './texts.js'
import { uploadAll } from './upload-all.js'
import { useTask } from './use-task.js'

type Step =
  | { name: 'choose' }
  | { name: 'uploading'; done: number; total: number }
  | { name: 'found'; inspection: Inspection }
  | { name: 'working'; taskId: string; isDryRun: boolean }
  | { name: 'checked'; report: ImportReport }
  | { name: 'done'; report: ImportReport | undefined; state: 'done' | 'failed' | 'cancelled'; message?: string }

/** The way from files to records: choose, look, check without writing, import. Nothing is written before the last step. */
export function ImportPanel({ onPast }: { onPast: () => void }) {
  const t = useTexts(texts)
  const [step, setStep] = useState<Step>({ name: 'choose' })
  const [error, setError] = useState<unknown>()
  const upload = useRef<{ id?: string; end: AbortController }>({ end: new AbortController() })
  const plan = useRef<{ kind: 'fhir' | 'csv'; mapping?: CsvMapping }>({ kind: 'fhir' })
  const inspected = useRef<Inspection>(undefined)

  const attempt = (work: () => Promise<void>): void => {
    setError(undefined)
    work().catch((problem: unknown) => {
      if (!upload.current.end.signal.aborted) setError(problem)
    })
  }
  const startOver = (): void => {
    upload.current.end.abort()
    if (upload.current.id) void api.exchange.discard({ uploadId: upload.current.id }).catch(() => undefined)
    upload.current = { end: new AbortController() }
    setError(undefined)
    setStep({ name: 'choose' })
  }
  const choose = (chosen: readonly Chosen[]): void =>
    attempt(async () => {
      const { end } = upload.current
      setStep({ name: 'uploading', done: 0, total: chosen.length })
      try {
        const { uploadId } = await api.exchange.begin({})
        upload.current.id = uploadId
        await uploadAll(uploadId, chosen, end.signal, (done) => setStep({ name: 'uploading', done, total: chosen.length }))
        const inspection = await api.exchange.inspect({ uploadId })
        inspected.current = inspection
        if (!end.signal.aborted) setStep({ name: 'found', inspection })
      } catch (problem) {
        if (!end.signal.aborted) setStep({ name: 'choose' })
        throw problem
      }
    })
  const start = (isDryRun: boolean): void =>
    attempt(async () => {
      const input = { uploadId: upload.current.id ?? '', ...plan.current }
      const { taskId } = isDryRun ? await api.exchange.check(input) : await api.exchange.run(input)
      setStep({ name: 'working', taskId, isDryRun })
    })
  const task = useTask(step.name === 'working' ? step.taskId : undefined, ({ state, message }) => {
    if (step.name !== 'working' || state === 'running') return
    attempt(async () => {
      if (step.isDryRun) {
        const report = await api.exchange.checked({ uploadId: upload.current.id ?? '' })
        if (report) setStep({ name: 'checked', report })
        else if (inspected.current) setStep({ name: 'found', inspection: inspected.current })
        if (state === 'failed') setError(new Error(message))
        return
      }
      const { items } = await api.exchange.imports({})
      setStep({ name: 'done', report: items[0]?.report, state, ...(message !== undefined && { message }) })
    })
  })

  return (
    <>
      <ExchangeError error={error} />
      {step.name === 'choose' && <ChooseFiles onChosen={choose} />}
      {step.name === 'uploading' && (
        <Panel title={t('uploading')}>
          <TaskRow label={t('uploadedFiles', { done: step.done, total: step.total })} share={step.done / step.total} onCancel={startOver} />
        </Panel>
      )}
      {step.name === 'found' && (
        <Found
          inspection={step.inspection}
          onCheck={(kind, mapping) => {
            plan.current = { kind, ...(mapping && { mapping }) }
            start(true)
          }}
          onStartOver={startOver}
        />
      )}
      {step.name === 'working' && (
        <Panel title={t(step.isDryRun ? 'checking' : 'importing')}>
          <p>{t(step.isDryRun ? 'checkingText' : 'importingText')}</p>
          <TaskRow
            label={t('recordsRead', { count: Number(task?.message ?? 0) })}
            {...(task?.total && { share: task.done / (task.total + 1) })}
            onCancel={() => void api.exchange.cancel({ taskId: step.taskId })}
          />
        </Panel>
      )}
      {step.name === 'checked' && (
        <Panel title={t('checkedTitle')}>
          <ReportView report={step.report} />
          <Group mt="md">
            <Button onClick={() => start(false)} disabled={changesOf(step.report) === 0}>
              {changesOf(step.report) === 0 ? t('nothingToImport') : t('importNow', { count: changesOf(step.report) })}
            </Button>
            {inspected.current && (
              <Button variant="default" onClick={() => inspected.current && setStep({ name: 'found', inspection: inspected.current })}>
                {t('back')}
              </Button>
            )}
            <Button variant="subtle" onClick={startOver}>
              {t('otherFiles')}
            </Button>
          </Group>
        </Panel>
      )}
      {step.name === 'done' && (
        <Panel title={t(step.state === 'done' ? 'doneTitle' : step.state === 'cancelled' ? 'cancelledTitle' : 'failedTitle')}>
          {step.state !== 'done' && <p>{t('endedEarlyText')}</p>}
          {step.report && <ReportView report={step.report} />}
          <Group mt="md">
            <Button onClick={startOver}>{t('importMore')}</Button>
            <Button variant="default" onClick={onPast}>
              {t('openPast')}
            </Button>
          </Group>
        </Panel>
      )}
    </>
  )
}

const changesOf = ({ kinds }: ImportReport): number => Object.values(kinds).reduce((sum, { created, updated }) => sum + created + updated, 0)
