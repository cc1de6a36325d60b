import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'

/** Booked visits, and those that took place as they were documented. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  return (
    <Panel title={t('allAppointments')} isFlush>
      <RecordList patientId={patientId} label={t('allAppointments')} kinds={['appointment', 'encounter']} />
    </Panel>
  )
}
