import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock, IconDeviceDesktop } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { QueuedOperation } from '../../../shared/contract/sync.js'
import { actName, kindNames } from '../../app/records/act-names.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { StatusPill, type Tone } from '../../ui/status-pill.js'
import table from '../../ui/table.module.css'
import classes from './storage.module.css'
import { texts as syncTexts } from './sync-texts.js'
import { texts } from './texts.js'

const looks = {
  local: { text: 'stateLocal', tone: 'ok', icon: IconDeviceDesktop },
  waiting: { text: 'stateWaiting', tone: 'warn', icon: IconClock },
  sent: { text: 'stateSent', tone: 'ok', icon: IconCircleCheck },
  dead: { text: 'stateDead', tone: 'bad', icon: IconAlertTriangle },
} as const satisfies Record<QueuedOperation['state'], { tone: Tone; [more: string]: unknown }>

/** The state, how often it was tried and what was wrong the last time. */
function State({ operation: { state, tries, problem } }: { operation: QueuedOperation }) {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const wordsOf = useServerProblem()
  const { text, tone, icon: Sign } = looks[state]
  const { what, todo } = wordsOf(problem ?? '')
  return (
    <div className={classes.problem}>
      <span className={classes.row}>
        <StatusPill tone={tone} icon={<Sign aria-hidden />}>
          {t(text)}
        </StatusPill>
        {tries > 0 && state !== 'sent' && <span className={classes.note}>{s('triedBefore', { count: tries })}</span>}
      </span>
      {problem && state !== 'sent' && (
        <span className={classes.note}>
          {what} {todo}
        </span>
      )}
    </div>
  )
}

function Patient({ patientId, patientName }: Pick<QueuedOperation, 'patientId' | 'patientName'>) {
  const { can } = useSession()
  if (!patientId || !patientName || !can('patients.read')) return null
  return (
    <Link to="/patients/$patientId" params={{ patientId }}>
      <bdi>{patientName}</bdi>
    </Link>
  )
}

/** One operation of the queue. */
export function QueueRow({ operation, onRetry }: { operation: QueuedOperation; onRetry: ((seq: number) => void) | undefined }) {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const language = useLanguage()
  const { dateTime, number } = useFormats()
  const { at, act, by, records, state, seq } = operation
  return (
    <tr>
      <td className={table.fit}>{dateTime(at)}</td>
      <td>
        <Patient patientId={operation.patientId} patientName={operation.patientName} />
      </td>
      <td>
        {actName(act, language)}
        <div className={classes.note}>{records.map(({ kind, count }) => `${kindNames[kind]?.[language] ?? kind}: ${number(count)}`).join(' · ')}</div>
      </td>
      <td>{by === undefined ? <span className={classes.note}>{t('program')}</span> : <bdi>{by}</bdi>}</td>
      <td>
        <State operation={operation} />
      </td>
      <td>
        {state === 'dead' && onRetry && (
          <Button variant="default" size="compact-sm" onClick={() => onRetry(seq)}>
            {s('retry')}
          </Button>
        )}
      </td>
    </tr>
  )
}
