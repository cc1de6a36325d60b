import { Button } from '@mantine/core'
import { IconArmchair } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Appointment, ScheduleDay } from '../../../shared/contract/appointments.js'
import { dayOf } from '../../../shared/time.js'
import { AppointmentStatusPill } from '../../app/appointment-status.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { endOf } from './clock.js'
import { filtered } from './days.js'
import type { Place } from './place.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { useDayFormats } from './use-day-formats.js'

function Line({ appointment, day, onOpen }: { appointment: Appointment; day: ScheduleDay; onOpen(id: string): void }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const provider = day.providers.find(({ id }) => id === appointment.providerId)
  const chair = day.chairs.find(({ id }) => id === appointment.chairId)
  return (
    <li>
      <button type="button" className={classes.agendaLine} data-status={appointment.status} onClick={() => onOpen(appointment.id)}>
        <bdi className={classes.agendaTime}>
          {time(appointment.startAt)} – {time(endOf(appointment))}
        </bdi>
        <span className={classes.agendaStatus}>
          <AppointmentStatusPill status={appointment.status} />
        </span>
        <span className={classes.agendaWho}>
          <bdi className={classes.agendaName}>{appointment.patientName || t('unnamed')}</bdi>
          {appointment.reason && <span className={classes.quiet}>{appointment.reason}</span>}
        </span>
        <span className={classes.person}>
          {provider?.color && <span className={classes.dot} style={{ background: provider.color }} />}
          <bdi>{provider?.name ?? t('noProvider')}</bdi>
        </span>
        <span className={classes.person}>
          {chair && <IconArmchair size={15} aria-hidden />}
          <bdi>{chair?.name}</bdi>
        </span>
      </button>
    </li>
  )
}

/** The visits of seven days, one after another. */
export function AgendaView({
  days,
  place,
  today,
  isReadOnly,
  onOpen,
  onBook,
}: {
  days: readonly ScheduleDay[]
  place: Place
  today: string
  isReadOnly: boolean
  onOpen(id: string): void
  onBook(date: string): void
}) {
  const t = useTexts(texts)
  const { full } = useDayFormats()
  const shown = useMemo(
    () =>
      days.map((day, index) => ({
        day,
        visits: filtered([day], place)[0]?.appointments.filter(({ startAt }) => dayOf(startAt, day.timeZone) === days[index]?.date) ?? [],
      })),
    [days, place],
  )
  return (
    <div className={classes.agenda}>
      {shown.map(({ day, visits }) => (
        <section key={day.date} className={classes.agendaDay} aria-labelledby={`agenda-${day.date}`}>
          <div className={classes.agendaHead}>
            <h2 id={`agenda-${day.date}`} data-today={day.date === today || undefined}>
              {full(day.date)}
              {day.date === today && <span className={classes.todayMark}>{t('today')}</span>}
            </h2>
            <span className={classes.quiet}>
              {visits.length > 0 ? t('visits', { count: visits.length }) : t(day.open.length > 0 ? 'noVisits' : 'closedDay')}
            </span>
            {!isReadOnly && (
              <Button variant="subtle" size="compact-sm" aria-label={t('bookOn', { day: full(day.date) })} onClick={() => onBook(day.date)}>
                {t('book')}
              </Button>
            )}
          </div>
          {visits.length > 0 && (
            <ul>
              {visits.map((appointment) => (
                <Line key={appointment.id} appointment={appointment} day={day} onOpen={onOpen} />
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  )
}
