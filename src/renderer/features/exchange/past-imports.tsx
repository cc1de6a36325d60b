import { Button, Group, Modal } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportEntry } from '../../../shared/contract/exchange.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './exchange.module.css'
import { ExchangeError } from './exchange-error.js'
import { ReportView } from './report-view.js'
import { TaskRow } from './task-row.js'
import { texts } from './texts.js'
import { useTask } from './use-task.js'

const stateTexts = {
  running: 'stateRunning',
  done: 'stateDone',
  failed: 'stateFailed',
  cancelled: 'stateCancelled',
  interrupted: 'stateInterrupted',
  undone: 'stateUndone',
} as const

const countOf = ({ report }: ImportEntry, name: 'created' | 'updated'): number =>
  Object.values(report?.kinds ?? {}).reduce((sum, counts) => sum + counts[name], 0)

/** Imports so far, newest first: what each did, and taking one back as a whole. */
export function PastImports() {
  const t = useTexts(texts)
  const formats = useFormats()
  const toasts = useToasts()
  const client = useQueryClient()
  const found = useQuery(rpc.exchange.imports.queryOptions({ input: {}, staleTime: 0 }))
  const [shown, setShown] = useState<string>()
  const [asked, setAsked] = useState<ImportEntry>()
  const [taskId, setTaskId] = useState<string>()
  const undo = useCommand(api.exchange.undo)
  const task = useTask(taskId, ({ state }) => {
    setTaskId(undefined)
    if (state === 'done') toasts.done(t('undone'))
    else toasts.failed(undefined)
    void client.invalidateQueries({ queryKey: rpc.exchange.imports.key() })
  })
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  const items = found.data?.items ?? []
  return (
    <Panel title={t('past')}>
      <ExchangeError error={undo.error} />
      {taskId !== undefined && <TaskRow label={t('undoing')} {...(task?.total && { share: task.done / task.total })} />}
      {found.isSuccess && items.length === 0 && <EmptyState icon={<IconHistory size={22} />} title={t('noPast')} text={t('noPastText')} />}
      <ul className={classes.imports}>
        {items.map((item) => (
          <li key={item.id} className={classes.importRow}>
            <div className={classes.importHead}>
              <div>
                <div className={classes.importTitle}>
                  {t(item.kind === 'fhir' ? 'kindFhir' : 'kindCsv')} · {formats.dateTime(item.at)}
                </div>
                <div className={classes.quiet}>
                  {[t(stateTexts[item.state]), item.by ?? t('byCommand'), item.report && t('hasCreated', { count: countOf(item, 'created') })]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
                {item.state === 'interrupted' && <div>{t('interruptedText')}</div>}
              </div>
              <Group gap="xs">
                {item.report && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-expanded={shown === item.id}
                    onClick={() => setShown(shown === item.id ? undefined : item.id)}
                  >
                    {t('report')}
                  </Button>
                )}
                {item.state !== 'undone' && item.state !== 'running' && (
                  <Button variant="default" size="compact-sm" disabled={taskId !== undefined} onClick={() => setAsked(item)}>
                    {t('undo')}
                  </Button>
                )}
              </Group>
            </div>
            {shown === item.id && item.report && <ReportView report={item.report} />}
          </li>
        ))}
      </ul>
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={t('undoTitle')} closeButtonProps={{ 'aria-label': t('close') }}>
        {asked && (
          <>
            <p>{asked.report ? t('undoCreated', { count: countOf(asked, 'created') }) : t('undoUnknown')}</p>
            {countOf(asked, 'updated') > 0 && <p>{t('undoUpdated', { count: countOf(asked, 'updated') })}</p>}
            <p>{t('undoKeeps')}</p>
            <Group mt="md" justify="flex-end">
              <Button variant="default" onClick={() => setAsked(undefined)}>
                {t('keep')}
              </Button>
              <Button
                color="red.8"
                loading={undo.isRunning}
                onClick={async () => {
                  const started = await undo.run({ importId: asked.id })
                  setAsked(undefined)
                  if (started) setTaskId(started.taskId)
                }}
              >
                {t('undoNow')}
              </Button>
            </Group>
          </>
        )}
      </Modal>
    </Panel>
  )
}
