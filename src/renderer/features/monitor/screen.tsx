import { Tabs } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Permission } from '../../../shared/permissions.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { AccessTab } from './access-tab.js'
import { CacheTab } from './cache-tab.js'
import { CallsTab } from './calls-tab.js'
import { EntriesTab } from './entries-tab.js'
import classes from './monitor.module.css'
import { OverviewTab } from './overview-tab.js'
import { ServerTab } from './server-tab.js'
import { TestsTab } from './tests-tab.js'
import { texts } from './texts.js'
import { usePlace } from './use-place.js'

/**
 * What an administrator sees of the server, the cache and this program, and what can be tried out. `sessions` is what another feature shows of sessions and limits; its tab stands
 * here only where it is given.
 */
export function Screen({ sessions }: { sessions?: ReactNode }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { tab, go } = usePlace()
  const tabs: readonly { id: string; title: string; permission: Permission; content: ReactNode }[] = [
    { id: 'overview', title: t('tab.overview'), permission: 'monitor.read', content: <OverviewTab /> },
    { id: 'cache', title: t('tab.cache'), permission: 'monitor.read', content: <CacheTab /> },
    { id: 'server', title: t('tab.server'), permission: 'monitor.read', content: <ServerTab /> },
    { id: 'entries', title: t('tab.entries'), permission: 'monitor.read', content: <EntriesTab /> },
    { id: 'calls', title: t('tab.calls'), permission: 'monitor.read', content: <CallsTab /> },
    { id: 'sessions', title: t('tab.sessions'), permission: 'monitor.read', content: sessions && <div className={classes.stack}>{sessions}</div> },
    { id: 'tests', title: t('tab.tests'), permission: 'monitor.write', content: <TestsTab /> },
    { id: 'access', title: t('tab.access'), permission: 'audit.read', content: <AccessTab /> },
  ]
  const allowed = tabs.filter(({ permission, content }) => content && can(permission))
  const open = allowed.find(({ id }) => id === tab) ?? allowed[0]
  const list = useRef<HTMLDivElement>(null)
  const id = open?.id
  // A link from one tab to another begins at the other's beginning, not in its middle.
  useEffect(() => {
    if (id) list.current?.scrollIntoView({ block: 'nearest' })
  }, [id])
  return (
    <Page>
      <PageHeader title={t('title')} />
      <Tabs value={id ?? null} onChange={(value) => value && go(value)} keepMounted={false} classNames={{ list: classes.tabs, tab: classes.tab }}>
        <Tabs.List ref={list} aria-label={t('title')}>
          {allowed.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {allowed.map(({ id, content }) => (
          <Tabs.Panel key={id} value={id}>
            {content}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
