import { Button, Group, Loader, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { BackupHead, RestorePreview } from '../../../shared/contract/storage.js'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import classes from './storage.module.css'
import { texts } from './texts.js'

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

function Findings({ preview }: { preview: RestorePreview }) {
  const t = useTexts(texts)
  const { lost, lostAccessLogEntries, current } = preview
  return (
    <ul className={classes.list}>
      <li>{t('previewHolds', { count: total(preview.backup.counts) })}</li>
      {current && <li>{t('previewNow', { count: total(current) })}</li>}
      <li>{t('previewBack', { count: preview.comesBack })}</li>
      {lost !== null && <li>{lost === 0 ? t('previewNothingLost') : t('previewLost', { count: lost })}</li>}
      {lostAccessLogEntries !== null && lostAccessLogEntries > 0 && <li>{t('previewAudit', { count: lostAccessLogEntries })}</li>}
      {preview.unreadablePlaces > 0 && <li>{t('previewDamaged')}</li>}
    </ul>
  )
}

/** What restoring a backup would bring back and lose, and how it is done. Restores nothing itself. */
export function RestorePreviewDialog({ backup, onClose }: { backup: BackupHead | undefined; onClose: () => void }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { data, error } = useQuery(
    rpc.storage.backups.preview.queryOptions({ input: { name: backup?.name ?? '' }, enabled: backup !== undefined, staleTime: 0, gcTime: 0 }),
  )
  const title = t('previewOf', { time: backup?.madeAt ? dateTime(backup.madeAt) : '' })
  return (
    <Modal opened={backup !== undefined} onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <div className={classes.stack}>
        <ErrorNotice error={error} />
        {!data && !error && (
          <div className={classes.row} role="status">
            <Loader size="sm" aria-hidden />
            {t('previewRunning')}
          </div>
        )}
        {data && <Findings preview={data} />}
        {data && <div>{t('previewHow')}</div>}
        {data && (
          <bdi className={classes.command} dir="ltr">
            npx medinsight restore --data DIR --from DIR/backups/{data.backup.name}
          </bdi>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('close')}
          </Button>
        </Group>
      </div>
    </Modal>
  )
}
