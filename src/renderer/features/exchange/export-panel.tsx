import { Alert, Button, Radio, Stack, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { Progress } from '../../../shared/contract/streams.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { LimitLeft } from '../../app/limit-left.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { ExchangeError } from './exchange-error.js'
import { TaskRow } from './task-row.js'
import { texts } from './texts.js'
import { useTask } from './use-task.js'

/** Taking all records out, to a folder of this computer. */
export function ExportPanel() {
  const t = useTexts(texts)
  const [kind, setKind] = useState<'fhir' | 'csv'>('fhir')
  const [folder, setFolder] = useState('')
  const [taskId, setTaskId] = useState<string>()
  const [ended, setEnded] = useState<Progress>()
  const command = useCommand(api.exchange.export)
  const task = useTask(taskId, (last) => {
    setTaskId(undefined)
    setEnded(last)
  })
  return (
    <Panel title={t('exportTitle')}>
      <ExchangeError error={command.error} />
      <form
        onSubmit={async (event) => {
          event.preventDefault()
          setEnded(undefined)
          const started = await command.run({ kind, folder })
          if (started) setTaskId(started.taskId)
        }}
      >
        <Stack maw={640}>
          <Radio.Group label={t('form')} value={kind} onChange={(value) => setKind(value as typeof kind)}>
            <Stack gap="xs" mt="xs">
              <Radio value="fhir" label={t('formFhir')} description={t('formFhirText')} />
              <Radio value="csv" label={t('formCsv')} description={t('formCsvText')} />
            </Stack>
          </Radio.Group>
          <TextInput
            label={t('folder')}
            description={t('folderText')}
            value={folder}
            onChange={({ currentTarget }) => setFolder(currentTarget.value)}
            required
            dir="ltr"
          />
          <Alert icon={<IconAlertTriangle size={18} />} title={t('notEncryptedTitle')}>
            {t('notEncrypted')}
          </Alert>
          <div>
            <Button type="submit" loading={command.isRunning} disabled={taskId !== undefined || folder.trim() === ''}>
              {t('exportNow')}
            </Button>
          </div>
          <LimitLeft procedure="exchange.export" isRunning={command.isRunning} />
        </Stack>
      </form>
      {taskId !== undefined && <TaskRow label={t('recordsWritten', { count: task?.done ?? 0 })} onCancel={() => void api.exchange.cancel({ taskId })} />}
      {ended && (
        <Alert mt="md" role="status" icon={ended.state === 'done' ? <IconCheck size={18} /> : <IconAlertTriangle size={18} />}>
          {ended.state === 'done' ? t('exported', { count: Number(ended.message ?? 0) }) : t(ended.state === 'cancelled' ? 'exportCancelled' : 'exportFailed')}
        </Alert>
      )}
    </Panel>
  )
}
