import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import type { Appointment } from '../../../shared/contract/appointments.js'
import type { AppointmentStatus } from '../../../shared/entities/appointment.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { AppointmentStatusPill, StatusIcon, statusTexts } from '../../app/appointment-status.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { useNow } from '../../ui/use-now.js'
import { keepAppointment } from './days.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'

/** The usual steps from each status, done by one click. */
const usual: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  booked: ['confirmed', 'arrived'],
  confirmed: ['arrived'],
  arrived: ['inChair'],
  inChair: ['done'],
  done: ['left'],
  left: [],
  noShow: ['booked', 'arrived'],
  cancelled: ['booked'],
}
/** Everything else that may follow. */
const others: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  booked: ['inChair', 'done'],
  confirmed: ['booked', 'inChair'],
  arrived: ['booked', 'confirmed', 'done'],
  inChair: ['arrived', 'left'],
  done: ['inChair'],
  left: ['done'],
  noShow: ['confirmed'],
  cancelled: ['confirmed', 'arrived'],
}
type Ending = 'cancelled' | 'noShow'
const endings: readonly Ending[] = ['cancelled', 'noShow']
const mayEnd = (status: AppointmentStatus): boolean => status === 'booked' || status === 'confirmed' || status === 'arrived'

/** Takes steps of a visit, each with a toast that takes it back. */
function useStep(visit: Appointment) {
  const t = useTexts(texts)
  const words = useTexts(statusTexts)
  const toasts = useToasts()
  const step = useCommand((input: { status: AppointmentStatus; note?: string; commandId: string }) => {
    const { note, ...rest } = input
    const call = note === undefined ? api.appointments.setStatus({ id: visit.id, ...rest }) : api.appointments.edit({ id: visit.id, ...rest, note })
    return call.catch((error: unknown) => {
      toasts.failed(error)
      throw error
    })
  })
  const run = async (status: AppointmentStatus, note?: string): Promise<void> => {
    const after = await step.run({ status, ...(note !== undefined && { note }) })
    if (!after) return
    keepAppointment(after)
    toasts.done(t('statusSet', { name: after.patientName || t('unnamed'), status: words(status) }), () => {
      const back = api.appointments.edit({ id: visit.id, status: visit.status, ...(note !== undefined && { note: visit.note ?? null }) })
      void back.then(keepAppointment, toasts.failed)
    })
  }
  return { run, isRunning: step.isRunning }
}

function EndForm({ ending, visit, onEnd, onBack }: { ending: Ending; visit: Appointment; onEnd(note: string | undefined): void; onBack(): void }) {
  const t = useTexts(texts)
  const words = useTexts(statusTexts)
  const [reason, setReason] = useState('')
  const end = (): void => onEnd(reason.trim() ? [visit.note, `${words(ending)}: ${reason.trim()}`].filter(Boolean).join('\n').slice(0, 2000) : undefined)
  return (
    <fieldset className={classes.ending}>
      <legend>{t(`${ending}Title`)}</legend>
      <TextInput
        label={t('endReason')}
        description={t('endReasonHint')}
        autoFocus
        autoComplete="off"
        maxLength={300}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onBack()
          else if (event.key === 'Enter') end()
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <div className={classes.dialogFooter}>
        <Button variant="default" onClick={onBack}>
          {t('back')}
        </Button>
        <Button color="red" variant="outline" className={classes.endButton} leftSection={<StatusIcon status={ending} />} onClick={end}>
          {t(`do_${ending}`)}
        </Button>
      </div>
    </fieldset>
  )
}

/** Where the visit stands, since when, and what may follow. */
export function StatusSteps({ visit, isReadOnly }: { visit: Appointment; isReadOnly: boolean }) {
  const t = useTexts(texts)
  const words = useTexts(statusTexts)
  const { time, dayOf: day } = useFormats()
  const now = useNow(30_000)
  const { run, isRunning } = useStep(visit)
  const [ending, setEnding] = useState<Ending>()
  const { status, statusTimes = {} } = visit
  const waited = status === 'arrived' && statusTimes.arrived ? Math.max(0, Math.floor((now - Date.parse(statusTimes.arrived)) / 60_000)) : undefined
  const reached = (Object.entries(statusTimes) as [AppointmentStatus, string][]).sort(([, a], [, b]) => Date.parse(a) - Date.parse(b))
  const sameDay = (instant: string): boolean => day(instant) === day(visit.startAt)
  return (
    <section className={classes.steps} aria-label={t('status')}>
      <div className={classes.stepsHead}>
        <AppointmentStatusPill status={status} />
        {waited !== undefined && <span className={classes.waited}>{t('waiting', { minutes: t('minutes', { count: waited }) })}</span>}
      </div>
      <ul className={classes.times}>
        {reached.map(([each, at]) => (
          <li key={each}>
            {words(each)} <bdi>{sameDay(at) ? time(at) : `${day(at)}, ${time(at)}`}</bdi>
          </li>
        ))}
      </ul>
      {!isReadOnly && !ending && (
        <div className={classes.group}>
          {usual[status].map((to, index) => (
            <Button
              key={to}
              size="compact-md"
              variant={index === 0 ? 'light' : 'default'}
              leftSection={<StatusIcon status={to} />}
              disabled={isRunning}
              onClick={() => void run(to)}
            >
              {t(`do_${to}`)}
            </Button>
          ))}
          {mayEnd(status) &&
            endings.map((to) => (
              <Button key={to} size="compact-md" variant="default" leftSection={<StatusIcon status={to} />} disabled={isRunning} onClick={() => setEnding(to)}>
                {t(`do_${to}`)}
              </Button>
            ))}
          {others[status].length > 0 && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label={t('moreSteps')}>
                  <IconDots size={17} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {others[status].map((to) => (
                  <Menu.Item key={to} leftSection={<StatusIcon status={to} />} onClick={() => void run(to)}>
                    {t('setTo', { status: words(to) })}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
      {ending && (
        <EndForm
          ending={ending}
          visit={visit}
          onBack={() => setEnding(undefined)}
          onEnd={(note) => {
            setEnding(undefined)
            void run(ending, note)
          }}
        />
      )}
    </section>
  )
}
