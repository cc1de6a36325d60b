import { Alert, Tabs } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Permission } from '../../../shared/permissions.js'
import { useSyncStatus } from '../../api/use-stream.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { BackupsTab } from './backups-tab.js'
import { MaintenanceTab } from './maintenance-tab.js'
import { OverviewTab } from './overview-tab.js'
import { QueueTab } from './queue-tab.js'
import { StatisticsTab } from './statistics-tab.js'
import classes from './storage.module.css'
import { texts as syncTexts } from './sync-texts.js'
import { texts } from './texts.js'
import { usePlace } from './use-place.js'
import { WorkstationsTab } from './workstations-tab.js'

/** Whether everything has arrived where it belongs, as the queue says it. */
function SyncPill() {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const status = useSyncStatus()
  if (!status) return null
  if (status.state === 'attention')
    return (
      <StatusPill tone="bad" icon={<IconAlertTriangle aria-hidden />}>
        {t('attention')}
      </StatusPill>
    )
  return status.waiting > 0 ? (
    <StatusPill tone="warn" icon={<IconClock aria-hidden />}>
      {t('waiting', { count: status.waiting })}
    </StatusPill>
  ) : (
    <StatusPill tone="ok" icon={<IconCircleCheck aria-hidden />}>
      {status.state === 'localOnly' ? t('localOnly') : s('allSent')}
    </StatusPill>
  )
}

/** A journal that cannot be written concerns everything that is saved, so it is said over every tab. */
function JournalNote() {
  const t = useTexts(texts)
  const status = useSyncStatus()
  const { what, todo } = useServerProblem()('journal')
  if (status?.state !== 'attention' || status.reason !== 'journal') return null
  return (
    <Alert className={classes.bad} icon={<IconAlertTriangle size={18} />} title={t('attention')} role="alert">
      <span className={classes.alertText}>
        {what} {todo}
      </span>
    </Alert>
  )
}

/** What this workstation exchanges and keeps: connection, workstations, queue, backups, sizes, clearing up. */
export function Screen() {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const { can } = useSession()
  const { tab, go } = usePlace()
  const tabs: readonly { id: string; title: string; permission: Permission; Content: ComponentType }[] = [
    { id: 'overview', title: s('tabOverview'), permission: 'sync.read', Content: OverviewTab },
    { id: 'workstations', title: s('tabWorkstations'), permission: 'sync.read', Content: WorkstationsTab },
    { id: 'queue', title: t('tabQueue'), permission: 'sync.read', Content: QueueTab },
    { id: 'backups', title: t('tabBackups'), permission: 'backups', Content: BackupsTab },
    { id: 'statistics', title: t('tabStorage'), permission: 'sync.read', Content: StatisticsTab },
    { id: 'maintenance', title: s('tabMaintenance'), permission: 'settings.write', Content: MaintenanceTab },
  ]
  const allowed = tabs.filter(({ permission }) => can(permission))
  const open = allowed.find(({ id }) => id === tab) ?? allowed[0]
  return (
    <Page>
      <PageHeader title={t('title')} note={<SyncPill />} />
      <JournalNote />
      <Tabs
        value={open?.id ?? null}
        onChange={(value) => value && go({ tab: value })}
        keepMounted={false}
        classNames={{ list: classes.tabs, tab: classes.tab }}
      >
        <Tabs.List aria-label={t('title')}>
          {allowed.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {allowed.map(({ id, Content }) => (
          <Tabs.Panel key={id} value={id}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
