import { Temporal } from 'temporal-polyfill'
import type { Appointment, Period, ScheduleDay } from '../../../../../src/shared/contract/appointments.js'
import { appointmentStatuses } from '../../../../../src/shared/entities/appointment.js'

const id = (group: number, n: number): string => `0000000${group}-0000-4000-8000-${String(n).padStart(12, '0')}`
const providerNames = [
  'Dr. Ana Silva',
  'Dr. Ben Okafor',
  'Dr. Chen Wei',
  'Dr. Dana Levi',
  'Dr. Emil Novák',
  'Dr. فاطمة الزهراء',
  'Dr. Grace O’Neill',
  'Hygienist Hana Kim',
]
const patientNames = [
  'Noah Smith',
  'María José García Fernández',
  'ليلى حداد',
  'Łukasz Żółć',
  'Aoife Ní Bhriain',
  'Wolfeschlegelsteinhausen-Bergerdorff Hubert',
  '王小明',
  'Ida Berg',
  'Omar Haddad',
  'Jo Li',
]
const reasons = ['Check-up', 'Root canal, second visit', 'Cleaning', 'Crown fitting', 'New patient', 'Emergency', undefined]
const colors = ['#0f766e', '#1d4ed8', '#b45309', '#7e22ce', '#be123c', '#4d7c0f', '#0369a1', '#a21caf']

/** A pseudo-random sequence that is the same on every run. */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

export interface MadeUpOptions {
  date: string
  timeZone: string
  providerCount: number
  appointmentCount: number
}

/** One day of a made-up clinic, open from 8 to 18 with a lunch break, a closed hour and one provider away. */
export function madeUpDay({ date, timeZone, providerCount, appointmentCount }: MadeUpOptions): ScheduleDay {
  const day = Temporal.PlainDate.from(date)
  const at = (hours: number): string =>
    day
      .toPlainDateTime()
      .add({ minutes: Math.round(hours * 60) })
      .toZonedDateTime(timeZone)
      .toInstant()
      .toString()
  const period = (from: number, to: number): Period => ({ startAt: at(from), endAt: at(to) })
  const next = sequence(day.dayOfYear)
  const working = [period(8, 12.5), period(13.5, 18)]
  const providers = providerNames
    .slice(0, providerCount)
    .map((name, index) => ({ id: id(1, index), name, color: colors[index]!, working: index === 2 ? [period(10, 16)] : working }))
  const chairs = [1, 2, 3, 4, 5].map((n) => ({ id: id(2, n), name: `Chair ${n}` }))
  const appointments = Array.from({ length: appointmentCount }, (_, index): Appointment => {
    const from = 8 + next(39) / 4
    const status = appointmentStatuses[from < 11 ? 7 - next(5) : next(4)]!
    return {
      id: id(3, day.dayOfYear * 1000 + index),
      patientId: id(4, index),
      patientName: patientNames[next(patientNames.length)]!,
      providerId: providers[index % providerCount]!.id,
      chairId: chairs[next(5)]!.id,
      startAt: at(from),
      durationMinutes: [15, 30, 30, 45, 60][next(5)]!,
      status,
      reason: reasons[next(reasons.length)],
      ...(next(20) === 0 && { overrideReason: 'Agreed by telephone' }),
      changedAt: at(7),
    }
  })
  return {
    date,
    timeZone,
    ...period(0, 24),
    open: [period(8, 18)],
    providers,
    chairs,
    closedTimes: [
      { id: id(5, 1), ...period(17, 18), reason: 'Team meeting' },
      { id: id(5, 2), ...period(8, 10), practitionerId: providers[1]?.id, reason: 'At the university' },
      { id: id(5, 3), ...period(14, 15.5), chairId: chairs[1]!.id, reason: 'Repair' },
    ],
    appointments: appointments.sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt)),
  }
}

/** A quiet day with three appointments at known places, for tests that move them. */
export function plainDay(date: string, timeZone: string): ScheduleDay {
  const day = madeUpDay({ date, timeZone, providerCount: 3, appointmentCount: 0 })
  const start = Temporal.PlainDate.from(date)
  const at = (time: string): string => start.toPlainDateTime(time).toZonedDateTime(timeZone).toInstant().toString()
  const visit = (n: number, name: string, provider: number, time: string, minutes: number): Appointment => ({
    id: id(6, start.dayOfYear * 10 + n),
    patientId: id(4, n),
    patientName: name,
    providerId: day.providers[provider]!.id,
    chairId: day.chairs[n]!.id,
    startAt: at(time),
    durationMinutes: minutes,
    status: 'booked',
    reason: 'Check-up',
    changedAt: at('07:00'),
  })
  return {
    ...day,
    closedTimes: [],
    providers: day.providers.map((provider) => ({ ...provider, working: day.open })),
    appointments: [visit(0, 'Noah Smith', 0, '09:00', 30), visit(1, 'Ida Berg', 0, '11:00', 60), visit(2, 'Omar Haddad', 1, '10:00', 45)],
  }
}
