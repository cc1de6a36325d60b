import { Anchor, Button, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { ClashingVisit, ReviewQuestion } from '../../../shared/contract/review.js'
import { rpc } from '../../api/client.js'
import { AppointmentStatusPill } from '../../app/appointment-status.js'
import { useWritten } from '../../app/records/written.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import type { Resolving } from './use-resolve.js'
import { Side } from './version-card.js'

type DoubleBooking = Extract<ReviewQuestion, { kind: 'doubleBooking' }>

/** Free times that are offered. */
const offered = 9

function Visit({ visit }: { visit: ClashingVisit }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { where, byWhom, when } = useWritten()
  return (
    <Side
      title={
        <Anchor component={Link} to={`/patients/${visit.patientId}` as never} inherit>
          <bdi>{visit.patientName}</bdi>
        </Anchor>
      }
      note={
        <>
          <bdi>{where(visit)}</bdi> · {when(visit)} · <bdi>{byWhom(visit)}</bdi>
        </>
      }
    >
      <div>{`${dateTime(visit.startAt)} · ${t('minutes', { count: visit.durationMinutes })}`}</div>
      <div>
        <bdi>{[visit.providerName ?? t('noProvider'), visit.chairName].filter(Boolean).join(' · ')}</bdi>
      </div>
      {visit.reason && (
        <div>
          <bdi>{visit.reason}</bdi>
        </div>
      )}
      <AppointmentStatusPill status={visit.status} />
    </Side>
  )
}

/** Free times for one of the visits, from the clash or now on, each moving it there. */
function FreeSlots({ visit, resolving }: { visit: ClashingVisit; resolving: Resolving }) {
  const t = useTexts(texts)
  const { shortDateTime } = useFormats()
  const [now] = useState(() => Date.now())
  const from = new Date(Math.max(now, Date.parse(visit.startAt))).toISOString()
  const { data } = useQuery(
    rpc.appointments.freeSlots.queryOptions({
      input: {
        from,
        durationMinutes: visit.durationMinutes,
        patientId: visit.patientId,
        limit: offered,
        ...(visit.providerId && { providerId: visit.providerId }),
        ...(visit.chairId && { chairId: visit.chairId }),
      },
    }),
  )
  if (!data) return null
  if (data.items.length === 0) return <p className={classes.hint}>{t('noFreeSlots')}</p>
  return (
    <ul className={classes.slots} aria-label={t('freeSlots')}>
      {data.items.map(({ startAt }) => (
        <li key={startAt}>
          <Button
            variant="default"
            disabled={resolving.isRunning}
            aria-label={t('moveTo', { time: shortDateTime(startAt) })}
            onClick={() => resolving.run({ answer: 'move', appointmentId: visit.id, startAt })}
          >
            {shortDateTime(startAt)}
          </Button>
        </li>
      ))}
    </ul>
  )
}

function KeepBoth({ resolving }: { resolving: Resolving }) {
  const t = useTexts(texts)
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (reason.trim()) resolving.run({ answer: 'keepBoth', reason: reason.trim() })
  }
  return (
    <form className={classes.other} onSubmit={submit}>
      <TextInput
        className={classes.otherField}
        label={t('reason')}
        description={t('reasonHint')}
        value={reason}
        maxLength={300}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={resolving.isRunning || !reason.trim()}>
        {t('keepBoth')}
      </Button>
    </form>
  )
}

/** Two visits at the same time: move one to a free time, or keep both with a reason. */
export function DoubleBookingQuestion({ question, resolving }: { question: DoubleBooking; resolving: Resolving }) {
  const t = useTexts(texts)
  const [moving, setMoving] = useState(question.visits[1]?.id)
  const visit = question.visits.find(({ id }) => id === moving) ?? question.visits[0]
  const over = question.over.length > 1 ? 'over.both' : (`over.${question.over[0] ?? 'provider'}` as const)
  const isTaken = resolving.codes.length > 0 && !resolving.isOvertaken
  return (
    <>
      <p className={classes.hint}>{t('bookingHint', { what: t(over) })}</p>
      <ul className={classes.sides}>
        {question.visits.map((each) => (
          <Visit key={each.id} visit={each} />
        ))}
      </ul>
      {question.canResolve && visit && (
        <section className={classes.block} aria-label={t('freeSlots')}>
          <h3 className={classes.blockTitle}>{t('freeSlots')}</h3>
          <SegmentedControl
            className={classes.fit}
            aria-label={t('whichMoves')}
            value={visit.id}
            onChange={setMoving}
            data={question.visits.map(({ id, patientName }) => ({ value: id, label: t('move', { name: patientName }) }))}
          />
          {isTaken && (
            <p className={classes.problem} role="alert">
              {t('taken')}
            </p>
          )}
          <FreeSlots key={visit.id} visit={visit} resolving={resolving} />
          <KeepBoth resolving={resolving} />
        </section>
      )}
    </>
  )
}
