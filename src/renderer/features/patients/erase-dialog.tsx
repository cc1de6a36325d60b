import { Alert, Button, Checkbox, Group, Modal, Progress, Stack, Textarea, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { ErasurePreview } from '../../../shared/contract/patients.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useProgress } from '../../api/use-stream.js'
import { kindTexts } from '../../app/records/kind-texts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { texts } from './erase-texts.js'
import classes from './patients.module.css'

const maxReason = 500

/** What goes, counted by kind; kinds without a name of their own together. */
function Takes({ preview }: { preview: ErasurePreview }) {
  const t = useTexts(texts)
  const kinds = useTexts(kindTexts)
  const { number } = useFormats()
  const named = new Map<string, number>()
  for (const [kind, count] of Object.entries(preview.records)) {
    const name = kind in kindTexts.en ? kinds(kind as keyof typeof kindTexts.en) : t('other')
    named.set(name, (named.get(name) ?? 0) + count)
  }
  return (
    <section aria-label={t('takes')}>
      <h3 className={classes.eraseHead}>{t('takes')}</h3>
      <ul className={classes.eraseList}>
        <li>{t('andPatient')}</li>
        {[...named].map(([name, count]) => (
          <li key={name}>
            {name}: {number(count)}
          </li>
        ))}
      </ul>
      <ul className={classes.eraseList}>
        <li>{t('step1')}</li>
        <li>{t('step2')}</li>
        {preview.backups > 0 && <li>{t('backups', { count: preview.backups, days: preview.backupDays })}</li>}
        <li>{t('copies')}</li>
      </ul>
    </section>
  )
}

function Form({ patientId, preview, onClose, onErased }: EraseProps & { preview: ErasurePreview; onErased: (taskId: string) => void }) {
  const t = useTexts(texts)
  const { day } = useFormats()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [isBeforeRetention, setIsBeforeRetention] = useState(false)
  const erase = useCommand(api.patients.erasure.erase)
  const { recordNumber, retention } = preview
  const refused = refusedFields(erase.error)
  const isRefused = (path: string): boolean => refused.some((field) => field.path === path)
  const isSure = typed.trim().toLocaleLowerCase() === recordNumber.toLocaleLowerCase()
  const isReady = isSure && reason.trim().length >= 3 && (retention.isOver || isBeforeRetention)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!isReady) return
    const started = await erase.run({ patientId, recordNumber: typed.trim(), reason: reason.trim(), beforeRetention: isBeforeRetention })
    if (started) onErased(started.taskId)
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Takes preview={preview} />
        {!retention.isOver && retention.untilDate && retention.lastVisitDate && (
          <Alert className={classes.eraseWarning} icon={<IconAlertTriangle size={18} />} title={t('keepTitle', { date: day(retention.untilDate) })} role="note">
            <p className={classes.eraseText}>{t('keepText', { years: retention.years, last: day(retention.lastVisitDate) })}</p>
            <Checkbox label={t('keepAnyway')} checked={isBeforeRetention} onChange={(event) => setIsBeforeRetention(event.currentTarget.checked)} />
          </Alert>
        )}
        <Textarea
          label={t('reason')}
          description={t('reasonHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          withAsterisk
          autosize
          minRows={2}
          maxLength={maxReason}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isRefused('reason') && t(refused.some(({ code }) => code === 'names') ? 'reasonNames' : 'reasonShort')}
        />
        <TextInput
          label={t('confirm', { number: recordNumber })}
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isRefused('recordNumber') && t('mismatch')}
        />
        {refused.length === 0 && <ErrorNotice error={erase.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" color="red" loading={erase.isRunning} disabled={!isReady}>
            {t('erase')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** How the rest is removed; the patient is gone already. */
function Result({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const t = useTexts(texts)
  const task = useProgress().find(({ id }) => id === taskId)
  if (!task || task.state === 'running')
    return (
      <Stack gap="md" role="status">
        <p className={classes.eraseText}>{task?.total ? t('erasingCount', { done: task.done, total: task.total }) : t('erasing')}</p>
        <Progress value={task?.total ? (100 * task.done) / task.total : 100} animated={!task?.total} aria-label={t('erasing')} />
      </Stack>
    )
  return (
    <Stack gap="md">
      <p className={classes.eraseText} role="status">
        {t(task.state === 'done' ? 'done' : 'failed')}
      </p>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('understood')}</Button>
      </Group>
    </Stack>
  )
}

interface EraseProps {
  patientId: string
  onClose: () => void
}

/** Erases a patient for ever: first what it takes and what the law asks to keep, then a ground and the record number, typed to be sure. */
export function EraseDialog({ patientId, onClose }: EraseProps) {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const [taskId, setTaskId] = useState<string>()
  // What was asked before it was erased stays out of the cache.
  const { data, error, refetch } = useQuery(
    rpc.patients.erasure.preview.queryOptions({ input: { patientId }, enabled: taskId === undefined, staleTime: 0, gcTime: 0 }),
  )
  useReturnFocus()
  const erased = (task: string): void => {
    setTaskId(task)
    void navigate({ to: '/patients' })
  }
  return (
    <Modal opened onClose={onClose} title={t(taskId === undefined ? 'title' : 'doneTitle')} closeButtonProps={{ 'aria-label': t('close') }} size="lg">
      {taskId !== undefined ? (
        <Result taskId={taskId} onClose={onClose} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        data && <Form patientId={patientId} preview={data} onClose={onClose} onErased={erased} />
      )}
    </Modal>
  )
}
