import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Dashboard } from '../../../shared/contract/dashboard.js'
import type { DraftHead } from '../../../shared/contract/drafts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { minutesSince, useMinutes } from './minutes.js'
import { texts } from './texts.js'
import classes from './today.module.css'

interface LineProps {
  patientId?: string | undefined
  name: string
  note?: string | undefined
  end: ReactNode
}

function Line({ patientId, name, note, end }: LineProps) {
  return (
    <li className={classes.line}>
      <span className={classes.lineText}>
        {patientId ? (
          <Link className={classes.name} to="/patients/$patientId" params={{ patientId }}>
            <bdi>{name}</bdi>
          </Link>
        ) : (
          <bdi>{name}</bdi>
        )}
        {note && <span className={classes.about}>{note}</span>}
      </span>
      <span className={classes.lineEnd}>{end}</span>
    </li>
  )
}

/** Who waits, who comes next, and what the user left unfinished. */
export function Beside({ figures, drafts, now }: { figures: Dashboard; drafts: readonly DraftHead[]; now: number }) {
  const t = useTexts(texts)
  const length = useMinutes()
  const { time, relative } = useFormats()
  const { waiting, nextUp } = figures
  return (
    <div className={classes.beside}>
      <Panel title={t('waitingTitle')} isFlush>
        {waiting.length === 0 && <p className={classes.none}>{t('waitingNone')}</p>}
        <ul className={classes.lines}>
          {waiting.map(({ id, patientId, patientName, providerName, arrivedAt }) => (
            <Line key={id} patientId={patientId} name={patientName || t('nameless')} note={providerName} end={length(minutesSince(arrivedAt, now))} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('nextTitle')} isFlush>
        {nextUp.length === 0 && <p className={classes.none}>{t('nextNone')}</p>}
        <ul className={classes.lines}>
          {nextUp.map(({ id, patientId, patientName, providerName, startAt }) => (
            <Line key={id} patientId={patientId} name={patientName || t('nameless')} note={providerName} end={time(startAt)} />
          ))}
        </ul>
      </Panel>
      {drafts.length > 0 && (
        <Panel title={t('draftsTitle')} isFlush>
          <ul className={classes.lines}>
            {drafts.slice(0, 5).map(({ id, form, patientId, savedAt }) => (
              <Line
                key={id}
                patientId={patientId}
                name={t(form === 'symptom' ? 'draftSymptom' : 'draftElse')}
                end={t('savedAt', { time: relative(savedAt, now) })}
              />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}
