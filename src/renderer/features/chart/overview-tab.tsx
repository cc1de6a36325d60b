import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { type ChartKind, type ChartOverview, chartKinds } from '../../../shared/contract/chart.js'
import { rpc } from '../../api/client.js'
import { kindIcons, useWords } from '../../app/records/words.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { Phone } from '../../ui/phone.js'
import classes from './chart.module.css'
import { KeptValues } from './kept-values.js'
import { openRecord } from './open-record.js'
import { Sparkline } from './sparkline.js'
import { texts } from './texts.js'
import { useOpenTab } from './use-tab.js'

interface Entry {
  id: string
  title: string
  detail?: string | undefined
  end?: ReactNode
}

function Entries({ title, kind, entries, empty }: { title: string; kind: ChartKind; entries: readonly Entry[]; empty: string }) {
  const name = useId()
  return (
    <Panel title={<span id={name}>{title}</span>} isFlush>
      {entries.length === 0 && <p className={classes.none}>{empty}</p>}
      {entries.length > 0 && (
        <ul className={classes.entries} aria-labelledby={name}>
          {entries.map((entry) => (
            <li key={entry.id}>
              <UnstyledButton className={classes.entry} onClick={() => openRecord(kind, entry.id)}>
                <span className={classes.entryText}>
                  <bdi className={classes.entryTitle}>{entry.title}</bdi>
                  {entry.detail && <span className={classes.entryDetail}>{entry.detail}</span>}
                </span>
                {entry.end}
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Clinical({ overview }: { overview: ChartOverview }) {
  const t = useTexts(texts)
  const { dayOf, codeOf } = useWords()
  const since = (when: string | undefined): string | undefined => when && t('since', { date: dayOf(when) })
  const line = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' · ')
  return (
    <>
      {overview.allergies.length > 0 && (
        <Entries
          title={t('allergies')}
          kind="allergy"
          empty={t('noAllergies')}
          entries={overview.allergies.map(({ id, title, also, criticality, categories, reactions, since: when }) => ({
            id,
            title,
            detail: line(
              also && t('also', { titles: also.join(', ') }),
              reactions.map((reaction) => (reaction.severity ? `${reaction.title} (${codeOf(reaction.severity)})` : reaction.title)).join(', '),
              criticality && (criticality === 'high' || criticality === 'low' || criticality === 'unable-to-assess' ? t(criticality) : criticality),
              categories.map(codeOf).join(', '),
              since(when),
            ),
          }))}
        />
      )}
      <Entries
        title={t('problems')}
        kind="condition"
        empty={t('noProblems')}
        entries={overview.problems.map(({ id, title, severity, clinicalStatus, since: when }) => ({
          id,
          title,
          detail: line(severity, clinicalStatus && clinicalStatus !== 'active' ? codeOf(clinicalStatus) : undefined, since(when)),
        }))}
      />
      <Entries
        title={t('activeMedications')}
        kind="medicationRequest"
        empty={t('noMedications')}
        entries={overview.medications.map(({ id, title, also, dosage, reason, since: when }) => ({
          id,
          title,
          detail: line(also && t('also', { titles: also.join(', ') }), dosage, reason, since(when)),
        }))}
      />
    </>
  )
}

function Vitals({ vitals }: Pick<ChartOverview, 'vitals'>) {
  const t = useTexts(texts)
  const { dayOf } = useWords()
  return (
    <Entries
      title={t('vitals')}
      kind="observation"
      empty={t('noVitals')}
      entries={vitals.map(({ id, title, value, at, trend }) => ({
        id,
        title,
        detail: dayOf(at),
        end: (
          <span className={classes.vital}>
            <Sparkline values={trend} />
            <bdi className={classes.vitalValue}>{value}</bdi>
          </span>
        ),
      }))}
    />
  )
}

function Contact({ patient, keptCount }: Pick<ChartOverview, 'patient' | 'keptCount'>) {
  const t = useTexts(texts)
  const { line, city, state, postalCode, country } = patient.address ?? {}
  const address = [line, [postalCode, city].filter(Boolean).join(' '), state, country].filter(Boolean).join(', ')
  const rows = [
    [t('phone'), patient.phone && <Phone value={patient.phone} />],
    [t('email'), patient.email],
    [t('address'), address],
    [t('insuranceNumber'), patient.insuranceNumber],
  ] as const
  return (
    <Panel title={t('contact')}>
      <dl className={classes.contact}>
        {rows.map(([name, value]) => (
          <div key={name} className={classes.contactRow}>
            <dt>{name}</dt>
            <dd>{value ? <bdi>{value}</bdi> : <span className={classes.quiet}>{t('notGiven')}</span>}</dd>
          </div>
        ))}
      </dl>
      <KeptValues kind="patient" id={patient.id} count={keptCount} />
    </Panel>
  )
}

function Counts({ counts }: Pick<ChartOverview, 'counts'>) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { kindOf } = useWords()
  const openTab = useOpenTab()
  const present = chartKinds.filter((kind) => (counts[kind] ?? 0) > 0)
  if (present.length === 0) return null
  return (
    <Panel title={t('counts')}>
      <ul className={classes.counts}>
        {present.map((kind) => {
          const Sign = kindIcons[kind]
          return (
            <li key={kind}>
              <UnstyledButton className={classes.count} onClick={() => openTab(kind === 'symptom' ? 'symptoms' : 'timeline')}>
                <Sign size={16} stroke={1.75} aria-hidden />
                <span>{kindOf(kind)}</span>
                <span className={classes.countNumber}>{number(counts[kind] ?? 0)}</span>
              </UnstyledButton>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

/** What holds now: problems, medicines, vital signs, and how to reach the patient. */
export function Tab({ patientId }: { patientId: string }) {
  const { data } = useQuery(rpc.chart.overview.queryOptions({ input: { patientId } }))
  if (!data) return null
  return (
    <div className={classes.overview}>
      <div className={classes.column}>
        <Clinical overview={data} />
      </div>
      <div className={classes.column}>
        <Vitals vitals={data.vitals} />
        <Contact patient={data.patient} keptCount={data.keptCount} />
        <Counts counts={data.counts} />
      </div>
    </div>
  )
}
