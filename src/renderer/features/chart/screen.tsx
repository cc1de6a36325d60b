import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ComponentType, lazy, Suspense, useEffect } from 'react'
import { rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { chartTabs } from '../../app/chart-tabs.js'
import { useSession } from '../../app/session.js'
import { useParam } from '../../app/use-param.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page } from '../../ui/page-header.js'
import classes from './chart.module.css'
import { ChartHeader } from './header.js'
import { closeRecords } from './open-record.js'
import { RecordDrawer } from './record-drawer.js'
import { texts } from './texts.js'
import { useOpenTab, useTabName } from './use-tab.js'

const contents = new Map<string, ComponentType<{ patientId: string }>>(
  chartTabs.map(({ id, load }) => [id, lazy(() => load().then(({ Tab }) => ({ default: Tab })))]),
)

/** A patient's chart: what must be seen first on top, everything else in tabs. */
export function Screen() {
  const t = useTexts(texts)
  const language = useLanguage()
  const patientId = useParam('patientId')
  const { can } = useSession()
  const named = useTabName()
  const openTab = useOpenTab()
  const { data, error, refetch } = useQuery(rpc.chart.overview.queryOptions({ input: { patientId } }))
  const tabs = chartTabs.filter(({ permission }) => can(permission))
  const tab = tabs.find(({ id }) => id === named) ?? tabs[0]
  // A record of one patient never stays open over the chart of another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the patient changes
  useEffect(() => closeRecords, [patientId])

  // What was read before it was erased may not stay on the screen.
  if (error && (!data || codeOf(error) === 'GONE')) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data || !tab) return null
  const Content = contents.get(tab.id)
  return (
    <Page>
      <div className={classes.chart}>
        <ChartHeader overview={data} />
      </div>
      <Tabs
        value={tab.id}
        onChange={(value) => value && openTab(value)}
        keepMounted={false}
        classNames={{ root: classes.tabs, list: classes.tabList, tab: classes.tab, panel: classes.tabPanel }}
      >
        <Tabs.List aria-label={t('tabs')}>
          {tabs.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title[language]}
            </Tabs.Tab>
          ))}
          <span className={classes.tabsEnd} role="presentation">
            <AsOf at={data.asOf} />
          </span>
        </Tabs.List>
        {tabs.map(({ id }) => (
          <Tabs.Panel key={id} value={id}>
            <Suspense fallback={null}>{id === tab.id && Content && <Content key={patientId} patientId={patientId} />}</Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
      <RecordDrawer patientId={patientId} />
    </Page>
  )
}
