import { ActionIcon, Button, Menu, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCalendarEvent, IconCoin, IconDots, IconEraser, IconInfoCircle, IconPencil, IconPill } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ChartAllergy, ChartOverview } from '../../../shared/contract/chart.js'
import { AlsoOpen } from '../../app/also-open.js'
import { openPanel } from '../../app/panels.js'
import { RecordMark } from '../../app/record-mark.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { PageHeader } from '../../ui/page-header.js'
import { Phone } from '../../ui/phone.js'
import classes from './chart.module.css'
import { useAge } from './chart-age.js'
import { openRecord } from './open-record.js'
import { texts } from './texts.js'
import { Undecided } from './undecided.js'
import { useOpenTab } from './use-tab.js'

/** Allergies and medicines that stand in the header; the rest is one click away. */
const shownAllergies = 6
const shownMedications = 2

function Name({ overview }: { overview: ChartOverview }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { day, dayOf } = useFormats()
  const age = useAge()
  const { patient } = overview
  const about = [
    age(overview.age),
    t(patient.sex),
    patient.birthDate && t('born', { date: day(patient.birthDate) }),
    patient.deceasedAt && t('deceased', { date: patient.deceasedAt.length > 10 ? dayOf(patient.deceasedAt) : day(patient.deceasedAt) }),
  ].filter(Boolean)
  return (
    <PageHeader
      title={<bdi>{[patient.familyName, patient.givenName].filter(Boolean).join(', ')}</bdi>}
      note={
        <>
          {about.join(' · ')} · <bdi dir="ltr">{patient.recordNumber}</bdi>
          {patient.phone && (
            <>
              {' · '}
              <Phone value={patient.phone} />
            </>
          )}{' '}
          <RecordMark kind="patient" id={patient.id} />
        </>
      }
    >
      {can('patients.write') && (
        <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => openPanel('editPatient', { patientId: patient.id })}>
          {t('edit')}
        </Button>
      )}
      {can('patients.erase') && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size="input-sm" aria-label={t('actions')}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" leftSection={<IconEraser size={16} aria-hidden />} onClick={() => openPanel('erasePatient', { patientId: patient.id })}>
              {t('erase')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </PageHeader>
  )
}

/** A part of the strip. Its colour repeats what its words say. */
function Fact({
  name,
  icon,
  tone,
  isGrowing,
  children,
}: {
  name: string
  icon: ReactNode
  tone?: 'bad' | 'warn' | undefined
  isGrowing?: boolean
  children: ReactNode
}) {
  return (
    <section className={classes.fact} data-tone={tone} data-growing={isGrowing || undefined} aria-label={name}>
      <h2 className={classes.factName}>
        {icon}
        {name}
      </h2>
      <div className={classes.factBody}>{children}</div>
    </section>
  )
}

function AllergyButton({ allergy }: { allergy: ChartAllergy }) {
  const t = useTexts(texts)
  const { criticality } = allergy
  // A low risk is said on the overview; here what needs care stands out.
  const risk = criticality === 'high' || criticality === 'unable-to-assess' ? criticality : undefined
  return (
    <UnstyledButton className={classes.allergy} data-risk={risk} onClick={() => openRecord('allergy', allergy.id)}>
      <bdi>{allergy.title}</bdi>
      {allergy.also && <span className={classes.risk}>{t('also', { titles: allergy.also.join(', ') })}</span>}
      {risk && <span className={classes.risk}>{t(risk)}</span>}
    </UnstyledButton>
  )
}

function Allergies({ allergies }: { allergies: readonly ChartAllergy[] }) {
  const t = useTexts(texts)
  const openTab = useOpenTab()
  return (
    <Fact name={t('allergies')} icon={<IconAlertTriangle size={16} aria-hidden />} tone={allergies.length > 0 ? 'bad' : undefined} isGrowing>
      {allergies.length === 0 ? (
        <>
          <span>{t('noAllergies')}</span>
          <span className={classes.quiet}>{t('noAllergiesHint')}</span>
        </>
      ) : (
        <div className={classes.allergies}>
          {allergies.slice(0, shownAllergies).map((allergy) => (
            <AllergyButton key={allergy.id} allergy={allergy} />
          ))}
          {allergies.length > shownAllergies && (
            <UnstyledButton className={classes.moreLink} onClick={() => openTab('overview')}>
              {t('more', { count: allergies.length - shownAllergies })}
            </UnstyledButton>
          )}
        </div>
      )}
    </Fact>
  )
}

function Medications({ medications }: Pick<ChartOverview, 'medications'>) {
  const t = useTexts(texts)
  const openTab = useOpenTab()
  return (
    <Fact name={t('medications')} icon={<IconPill size={16} aria-hidden />}>
      {medications.length === 0 && <span className={classes.quiet}>{t('noMedications')}</span>}
      {medications.slice(0, shownMedications).map(({ id, title, also }) => (
        <UnstyledButton key={id} className={classes.factLine} onClick={() => openRecord('medicationRequest', id)}>
          <bdi>{title}</bdi>
          {also && <span className={classes.quiet}>{t('also', { titles: also.join(', ') })}</span>}
        </UnstyledButton>
      ))}
      {medications.length > shownMedications && (
        <UnstyledButton className={classes.moreLink} onClick={() => openTab('medications')}>
          {t('more', { count: medications.length - shownMedications })}
        </UnstyledButton>
      )}
    </Fact>
  )
}

function Visits({ overview: { nextAppointment, lastEncounter, lastAppointment } }: { overview: ChartOverview }) {
  const t = useTexts(texts)
  const { dateTime, dayOf } = useFormats()
  const last = [lastAppointment?.startAt, lastEncounter?.at]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1)
  return (
    <Fact name={t('next')} icon={<IconCalendarEvent size={16} aria-hidden />}>
      <span>{nextAppointment ? dateTime(nextAppointment.startAt) : t('noNext')}</span>
      {last && <span className={classes.quiet}>{`${t('lastVisit')}: ${dayOf(last)}`}</span>}
    </Fact>
  )
}

function Balance({ balances }: Pick<ChartOverview, 'balances'>) {
  const t = useTexts(texts)
  const { money } = useFormats()
  const openTab = useOpenTab()
  return (
    <Fact name={t('balance')} icon={<IconCoin size={16} aria-hidden />}>
      {balances.length === 0 && <span className={classes.quiet}>{t('noClaims')}</span>}
      {balances.map(({ open, claimCount }) => (
        <UnstyledButton key={open.currency} className={classes.factLine} onClick={() => openTab('billing')}>
          <span className={classes.balance}>{open.minor > 0 ? t('open', { amount: money(open) }) : t('settled')}</span>
          <span className={classes.quiet}>{t('claimCount', { count: claimCount })}</span>
        </UnstyledButton>
      ))}
    </Fact>
  )
}

/** Who it is, and what must be seen before anything else. */
export function ChartHeader({ overview }: { overview: ChartOverview }) {
  const t = useTexts(texts)
  const alerts = [overview.patient.alert, ...overview.alsoAlerts].filter((alert) => alert !== undefined)
  return (
    <>
      <Name overview={overview} />
      <AlsoOpen kind="patient" id={overview.patient.id} />
      {alerts.length > 0 && (
        <section className={classes.alert} aria-label={t('alerts')}>
          <IconInfoCircle size={18} aria-hidden />
          <div>
            {alerts.map((alert) => (
              <div key={alert}>
                <bdi>{alert}</bdi>
              </div>
            ))}
          </div>
        </section>
      )}
      <Undecided questions={overview.questions} />
      <div className={classes.strip}>
        <Allergies allergies={overview.allergies} />
        <Medications medications={overview.medications} />
        <Visits overview={overview} />
        <Balance balances={overview.balances} />
      </div>
    </>
  )
}
