import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { rpc } from '../../api/client.js'
import { useWords } from '../../app/records/words.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import classes from './chart.module.css'
import { openRecord } from './open-record.js'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'

/** What is being taken, and every prescription there was. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const { dayOf } = useWords()
  const { data } = useQuery(rpc.chart.overview.queryOptions({ input: { patientId } }))
  return (
    <div className={classes.column}>
      <Panel title={t('activeMedications')} isFlush>
        {data?.medications.length === 0 && <p className={classes.none}>{t('noMedications')}</p>}
        <ul className={classes.entries} aria-label={t('activeMedications')}>
          {data?.medications.map(({ id, title, dosage, reason, since, prescriber }) => (
            <li key={id}>
              <UnstyledButton className={classes.entry} onClick={() => openRecord('medicationRequest', id)}>
                <span className={classes.entryText}>
                  <bdi className={classes.entryTitle}>{title}</bdi>
                  <span className={classes.entryDetail}>
                    {[dosage, reason, since && t('since', { date: dayOf(since) }), prescriber && t('asPrescribed', { name: prescriber })]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('allMedications')} isFlush>
        <RecordList patientId={patientId} label={t('allMedications')} kinds={['medicationRequest', 'immunization']} />
      </Panel>
    </div>
  )
}
