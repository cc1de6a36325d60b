import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { IconDots, IconFileText } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Appointment, ScheduleDay } from '../../../shared/contract/appointments.js'
import { type AppointmentStatus, longWaitMinutes } from '../../../shared/entities/appointment.js'
import { AppointmentStatusPill, StatusIcon } from '../../app/appointment-status.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { minutesSince, useMinutes } from './minutes.js'
import { texts } from './texts.js'
import classes from './today.module.css'
import { useSetStatus } from './use-set-status.js'

/** The usual next step, done by one click; a booked visit can also be confirmed first. */
const nextStep: Partial<Record<AppointmentStatus, AppointmentStatus>> = {
  booked: 'arrived',
  confirmed: 'arrived',
  arrived: 'inChair',
  inChair: 'done',
  done: 'left',
}

/** All other steps that the state allows, in the order of a visit. */
const otherSteps: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  booked: ['inChair', 'noShow', 'cancelled'],
  confirmed: ['booked', 'inChair', 'noShow', 'cancelled'],
  arrived: ['confirmed', 'noShow', 'cancelled'],
  inChair: ['arrived', 'left'],
  done: ['inChair'],
  left: ['done'],
  noShow: ['booked', 'arrived'],
  cancelled: ['booked', 'arrived'],
}

function Timing({ visit, now }: { visit: Appointment; now: number }) {
  const t = useTexts(texts)
  const length = useMinutes()
  if (visit.status === 'arrived') {
    const minutes = minutesSince(visit.statusTimes?.arrived ?? visit.startAt, now)
    return (
      <span className={classes.timing} data-tone={minutes >= longWaitMinutes ? 'bad' : 'warn'}>
        {t('waitingSince', { minutes: length(minutes) })}
      </span>
    )
  }
  const late = minutesSince(visit.startAt, now)
  if ((visit.status === 'booked' || visit.status === 'confirmed') && late >= 5)
    return (
      <span className={classes.timing} data-tone="quiet">
        {t('late', { minutes: length(late) })}
      </span>
    )
  return null
}

function Steps({ visit, chairs, name }: { visit: Appointment; chairs: ScheduleDay['chairs']; name: string }) {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  const { set, isRunning } = useSetStatus(visit, name)
  const next = nextStep[visit.status]
  const asksChair = !visit.chairId && chairs.length > 1
  const click = (status: AppointmentStatus) => (status === 'inChair' && asksChair ? {} : { onClick: () => set(status) })
  const stepButton = (status: AppointmentStatus) => (
    <Button
      className={classes.step}
      size="compact-sm"
      variant="light"
      leftSection={<StatusIcon status={status} size={15} />}
      disabled={isRunning}
      aria-label={t('stepFor', { step: t(`do_${status}`), name })}
      {...click(status)}
    >
      {t(`do_${status}`)}
    </Button>
  )
  if (!can('appointments.write')) return <span className={classes.steps} />
  return (
    <span className={classes.steps}>
      {visit.status === 'booked' && (
        <Tooltip label={t('do_confirmed')}>
          <ActionIcon variant="default" disabled={isRunning} aria-label={t('stepFor', { step: t('do_confirmed'), name })} onClick={() => set('confirmed')}>
            <StatusIcon status="confirmed" />
          </ActionIcon>
        </Tooltip>
      )}
      {next && next === 'inChair' && asksChair ? (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>{stepButton(next)}</Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('whichChair')}</Menu.Label>
            {chairs.map((chair) => (
              <Menu.Item key={chair.id} onClick={() => set('inChair', chair.id)}>
                <bdi>{chair.name}</bdi>
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => set('inChair')}>{t('withoutChair')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : (
        next && stepButton(next)
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('moreFor', { name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {otherSteps[visit.status].map((status) => (
            <Menu.Item key={status} leftSection={<StatusIcon status={status} />} onClick={() => set(status)}>
              {t(`do_${status}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconFileText size={16} aria-hidden />}
            onClick={() => void navigate({ to: '/patients/$patientId', params: { patientId: visit.patientId } })}
          >
            {t('openChart')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}

/** Today's visits by time, each with its next step. */
export function VisitList({ visits, day, now }: { visits: readonly Appointment[]; day: ScheduleDay; now: number }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const providers = new Map(day.providers.map(({ id, name }) => [id, name]))
  const chairs = new Map(day.chairs.map(({ id, name }) => [id, name]))
  return (
    <ul className={classes.visits} aria-label={t('list')}>
      {visits.map((visit) => {
        const name = visit.patientName || t('nameless')
        const where = [visit.providerId && providers.get(visit.providerId), visit.chairId && chairs.get(visit.chairId)].filter(Boolean).join(' · ')
        return (
          <li key={visit.id} className={classes.visit} data-status={visit.status}>
            <span className={classes.time}>
              {time(visit.startAt)}
              <span className={classes.length}>{t('minutes', { count: visit.durationMinutes })}</span>
            </span>
            <span className={classes.who}>
              <Link className={classes.name} to="/patients/$patientId" params={{ patientId: visit.patientId }}>
                <bdi>{name}</bdi>
              </Link>
              <span className={classes.about} dir="auto">
                {[visit.reason, where].filter(Boolean).join(' · ')}
              </span>
            </span>
            <span className={classes.state}>
              <AppointmentStatusPill status={visit.status} />
              <Timing visit={visit} now={now} />
            </span>
            <Steps visit={visit} chairs={day.chairs} name={name} />
          </li>
        )
      })}
    </ul>
  )
}
