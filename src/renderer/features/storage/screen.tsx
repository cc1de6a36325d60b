import { Alert, Tabs } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { BackupsTab } from './backups-tab.js'
import { QueueTab } from './queue-tab.js'
import { StatisticsTab } from './statistics-tab.js'
import classes from './storage.module.css'
import { texts } from './texts.js'

/** Whether everything has arrived where it belongs, as the queue says it. */
function SyncPill() {
  const t = useTexts(texts)
  const { data } = useQuery(rpc.sync.status.queryOptions({ input: {} }))
  if (!data) return null
  if (data.state === 'attention')
    return (
      <StatusPill tone="bad" icon={<IconAlertTriangle aria-hidden />}>
        {t('attention')}
      </StatusPill>
    )
  if (data.state === 'localOnly')
    return (
      <StatusPill tone="ok" icon={<IconCircleCheck aria-hidden />}>
        {t('localOnly')}
      </StatusPill>
    )
  return data.waiting > 0 ? (
    <StatusPill tone="warn" icon={<IconClock aria-hidden />}>
      {t('waiting', { count: data.waiting })}
    </StatusPill>
  ) : (
    <StatusPill tone="ok" icon={<IconCircleCheck aria-hidden />}>
      {t('nothingWaits')}
    </StatusPill>
  )
}

function SyncNote() {
  const t = useTexts(texts)
  const { data } = useQuery(rpc.sync.status.queryOptions({ input: {} }))
  if (data?.state === 'attention')
    return (
      <Alert className={classes.bad} icon={<IconAlertTriangle size={18} />} title={t('attention')} role="alert">
        <span className={classes.alertText}>{t('attentionText')}</span>
      </Alert>
    )
  if (data?.state !== 'localOnly') return null
  return (
    <Alert className={classes.info} icon={<IconInfoCircle size={18} />} role="note">
      <span className={classes.alertText}>{t('localOnlyText')}</span>
    </Alert>
  )
}

/** What this workstation keeps, what waits, its backups and whether everything is whole. */
export function Screen() {
  const t = useTexts(texts)
  const { can } = useSession()
  const [tab, setTab] = useState<string | null>('storage')
  return (
    <Page>
      <PageHeader title={t('title')} note={<SyncPill />} />
      <SyncNote />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List aria-label={t('title')}>
          <Tabs.Tab value="storage">{t('tabStorage')}</Tabs.Tab>
          {can('backups') && <Tabs.Tab value="backups">{t('tabBackups')}</Tabs.Tab>}
          <Tabs.Tab value="queue">{t('tabQueue')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="storage">
          <StatisticsTab />
        </Tabs.Panel>
        {can('backups') && (
          <Tabs.Panel value="backups">
            <BackupsTab />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="queue">
          <QueueTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
