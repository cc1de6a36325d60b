import { Alert, Button, Loader } from '@mantine/core'
import { IconAlertTriangle, IconArchive, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BackupHead } from '../../../shared/contract/storage.js'
import { api, rpc } from '../../api/client.js'
import { LimitLeft } from '../../app/limit-left.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import table from '../../ui/table.module.css'
import { useBytes } from '../../ui/use-bytes.js'
import { ErasedBackups } from './erased-backups.js'
import { RestorePreviewDialog } from './restore-preview.js'
import { SecondPlace } from './second-place.js'
import classes from './storage.module.css'
import { texts } from './texts.js'
import { useTask } from './use-task.js'
import { VerifyPanel } from './verify-panel.js'

const reasonTexts = {
  daily: 'reasonDaily',
  manual: 'reasonManual',
  migration: 'reasonMigration',
  beforeRestore: 'reasonBeforeRestore',
  beforeRecovery: 'reasonBeforeRecovery',
} as const

function Row({ backup, onPreview }: { backup: BackupHead; onPreview: (backup: BackupHead) => void }) {
  const t = useTexts(texts)
  const { dateTime, number } = useFormats()
  const bytes = useBytes()
  return (
    <tr>
      <td className={table.fit}>{backup.madeAt ? dateTime(backup.madeAt) : backup.name}</td>
      <td>{backup.reason && t(reasonTexts[backup.reason])}</td>
      <td className={table.number}>{backup.records !== undefined && number(backup.records)}</td>
      <td className={table.number}>{backup.bytes !== undefined && bytes(backup.bytes)}</td>
      <td>
        {backup.problem ? (
          <StatusPill tone="bad" icon={<IconAlertTriangle aria-hidden />}>
            {t('unreadable')}
          </StatusPill>
        ) : (
          <StatusPill tone="ok" icon={<IconCircleCheck aria-hidden />}>
            {t('verified')}
          </StatusPill>
        )}
      </td>
      <td>
        {!backup.problem && (
          <Button variant="default" size="compact-sm" onClick={() => onPreview(backup)}>
            {t('preview')}
          </Button>
        )}
      </td>
    </tr>
  )
}

function BackupTable({ items, onPreview }: { items: readonly BackupHead[]; onPreview: (backup: BackupHead) => void }) {
  const t = useTexts(texts)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={t('backups')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('madeAt')}</th>
            <th scope="col">{t('reason')}</th>
            <th scope="col" className={table.number}>
              {t('records')}
            </th>
            <th scope="col" className={table.number}>
              {t('size')}
            </th>
            <th scope="col">{t('state')}</th>
            <th scope="col">{t('preview')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((backup) => (
            <Row key={backup.name} backup={backup} onPreview={onPreview} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The backups, where they lie, and whether everything is whole. */
export function BackupsTab() {
  const t = useTexts(texts)
  const { data, error, refetch } = useQuery(rpc.storage.backups.list.queryOptions({ input: {}, staleTime: 0 }))
  const [previewed, setPreviewed] = useState<BackupHead>()
  const task = useTask('backup', () => api.storage.backups.make({}), t('backupMade'))
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  return (
    <div className={classes.stack}>
      {data.problem && (
        <Alert className={classes.bad} icon={<IconAlertTriangle size={18} />} title={t('attention')} role="alert">
          <span className={classes.alertText}>{data.problem}</span>
        </Alert>
      )}
      <SecondPlace place={data.secondPlace} />
      <Panel
        title={t('backups')}
        isFlush
        actions={
          <span className={classes.row}>
            {task.isRunning && (
              <span className={classes.row} role="status">
                <Loader size="xs" aria-hidden />
                <span className={classes.note}>{t('makingBackup')}</span>
              </span>
            )}
            <LimitLeft procedure="storage.backups.make" isRunning={task.isRunning} />
            <Button leftSection={<IconArchive size={17} aria-hidden />} disabled={task.isRunning} onClick={task.start}>
              {t('makeBackup')}
            </Button>
          </span>
        }
      >
        {data.items.length === 0 ? (
          <EmptyState icon={<IconArchive size={22} />} title={t('noBackups')} text={t('noBackupsText')} />
        ) : (
          <>
            <BackupTable items={data.items} onPreview={setPreviewed} />
            <p className={`${classes.note} ${classes.foot}`}>{t('kept')}</p>
          </>
        )}
      </Panel>
      <ErasedBackups />
      <VerifyPanel />
      <RestorePreviewDialog backup={previewed} onClose={() => setPreviewed(undefined)} />
    </div>
  )
}
