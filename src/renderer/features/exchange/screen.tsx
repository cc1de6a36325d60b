import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { ExportPanel } from './export-panel.js'
import { ImportPanel } from './import-panel.js'
import { PastImports } from './past-imports.js'
import { texts } from './texts.js'

/** Bringing records of other systems in, taking all records out, and the imports so far with a way back. */
export function Screen() {
  const t = useTexts(texts)
  const { can } = useSession()
  const [tab, setTab] = useState<string | null>(can('import') ? 'import' : 'export')
  return (
    <Page>
      <PageHeader title={t('title')} note={t('titleNote')} />
      <Tabs value={tab} onChange={setTab} keepMountedMode="display-none">
        <Tabs.List mb="md">
          {can('import') && <Tabs.Tab value="import">{t('import')}</Tabs.Tab>}
          {can('export') && <Tabs.Tab value="export">{t('export')}</Tabs.Tab>}
          {can('import') && <Tabs.Tab value="past">{t('past')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="import">
          <ImportPanel onPast={() => setTab('past')} />
        </Tabs.Panel>
        <Tabs.Panel value="export">
          <ExportPanel />
        </Tabs.Panel>
        <Tabs.Panel value="past">{tab === 'past' && <PastImports />}</Tabs.Panel>
      </Tabs>
    </Page>
  )
}
