import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Patient } from '../../../shared/contract/patients.js'
import { rpc } from '../../api/client.js'
import { AlsoOpen } from '../../app/also-open.js'
import { openPanel } from '../../app/panels.js'
import { RecordMark } from '../../app/record-mark.js'
import { useSession } from '../../app/session.js'
import { useParam } from '../../app/use-param.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader, Panel } from '../../ui/page-header.js'
import { Phone } from '../../ui/phone.js'
import { useAgeSex } from './patient-row.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

function Facts({ patient }: { patient: Patient }) {
  const t = useTexts(texts)
  const { day } = useFormats()
  const { line, city, state, postalCode, country } = patient.address ?? {}
  const address = [line, [postalCode, city].filter(Boolean).join(' '), state, country].filter(Boolean).join(', ')
  const rows = [
    [t('birthDate'), patient.birthDate && day(patient.birthDate)],
    [t('sex'), t(patient.sex)],
    [t('phone'), patient.phone && <Phone value={patient.phone} />],
    [t('email'), patient.email],
    [t('address'), address],
    [t('insuranceNumber'), patient.insuranceNumber],
  ] as const
  return (
    <dl className={classes.facts}>
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value ? <bdi>{value}</bdi> : <span className={classes.quiet}>{t('notGiven')}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}

/** One patient: who it is, what must be seen first, and the details. */
export function Screen() {
  const t = useTexts(texts)
  const id = useParam('patientId')
  const { can } = useSession()
  const { dayOf } = useFormats()
  const ageSex = useAgeSex()
  const { data, error, refetch, dataUpdatedAt } = useQuery(rpc.patients.get.queryOptions({ input: { id } }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  return (
    <Page>
      <PageHeader
        title={<bdi>{[data.familyName, data.givenName].filter(Boolean).join(', ')}</bdi>}
        note={
          <>
            {[ageSex(data), data.deceasedAt && t('deceased', { date: dayOf(data.deceasedAt) })].filter(Boolean).join(' · ')} ·{' '}
            <bdi dir="ltr">{data.recordNumber}</bdi> <RecordMark kind="patient" id={data.id} />
          </>
        }
      >
        {can('patients.write') && (
          <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => openPanel('editPatient', { patientId: id })}>
            {t('edit')}
          </Button>
        )}
      </PageHeader>
      <AlsoOpen kind="patient" id={id} />
      {data.alert && (
        <div className={classes.alert}>
          <IconAlertTriangle size={18} aria-hidden />
          {data.alert}
        </div>
      )}
      <Panel title={t('details')} actions={<AsOf at={dataUpdatedAt} />}>
        <Facts patient={data} />
      </Panel>
    </Page>
  )
}
