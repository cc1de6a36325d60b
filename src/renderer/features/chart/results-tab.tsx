import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'

/** Reports, measurements, pictures and what came from other systems. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  return (
    <Panel title={t('group-results')} isFlush>
      <RecordList patientId={patientId} label={t('group-results')} kinds={['diagnosticReport', 'imagingStudy', 'observation', 'media', 'otherResource']} />
    </Panel>
  )
}
