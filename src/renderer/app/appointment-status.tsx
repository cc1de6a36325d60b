import { type Icon, IconArmchair, IconCalendar, IconCalendarCheck, IconCalendarX, IconCheck, IconDoorEnter, IconDoorExit, IconUserX } from '@tabler/icons-react'
import type { AppointmentStatus } from '../../shared/entities/appointment.js'
import { defineTexts, useTexts } from '../i18n/texts.js'
import { StatusPill, type Tone } from '../ui/status-pill.js'

/** Words for the course of a visit, the same on every screen. */
export const statusTexts = defineTexts('appointmentStatus', {
  en: {
    booked: 'Booked',
    confirmed: 'Confirmed',
    arrived: 'Arrived',
    inChair: 'In chair',
    done: 'Done',
    left: 'Left',
    noShow: 'No-show',
    cancelled: 'Cancelled',
  },
  es: {
    booked: 'Reservada',
    confirmed: 'Confirmada',
    arrived: 'Ha llegado',
    inChair: 'En el sillón',
    done: 'Terminada',
    left: 'Se ha ido',
    noShow: 'No se presentó',
    cancelled: 'Cancelada',
  },
  ar: { booked: 'محجوز', confirmed: 'مؤكد', arrived: 'وصل', inChair: 'على الكرسي', done: 'انتهى', left: 'غادر', noShow: 'لم يحضر', cancelled: 'ملغى' },
})

const looks: Readonly<Record<AppointmentStatus, { icon: Icon; tone: Tone }>> = {
  booked: { icon: IconCalendar, tone: 'quiet' },
  confirmed: { icon: IconCalendarCheck, tone: 'info' },
  arrived: { icon: IconDoorEnter, tone: 'warn' },
  inChair: { icon: IconArmchair, tone: 'ok' },
  done: { icon: IconCheck, tone: 'ok' },
  left: { icon: IconDoorExit, tone: 'quiet' },
  noShow: { icon: IconUserX, tone: 'bad' },
  cancelled: { icon: IconCalendarX, tone: 'quiet' },
}

/** The icon by which a status is recognised beside its word. */
export function StatusIcon({ status, size = 16 }: { status: AppointmentStatus; size?: number }) {
  const { icon: Sign } = looks[status]
  return <Sign size={size} aria-hidden />
}

/** The status of a visit in words. */
export function AppointmentStatusPill({ status }: { status: AppointmentStatus }) {
  const t = useTexts(statusTexts)
  return (
    <StatusPill tone={looks[status].tone} icon={<StatusIcon status={status} size={15} />}>
      {t(status)}
    </StatusPill>
  )
}
