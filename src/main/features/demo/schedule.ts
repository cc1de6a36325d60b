import { Temporal } from 'temporal-polyfill'
import { type AppointmentStatus, appointment } from '../../../shared/entities/appointment.js'
import { closedTime } from '../../../shared/entities/staff.js'
import type { Dice } from './dice.js'
import type { Person } from './people.js'
import { type DemoRecord, type DemoSetting, dayMs, demoRecord, instant, minuteMs } from './record.js'
import type { Provider, Staff } from './staff.js'
import { terms, visits } from './words.js'

/** A booked visit; times in milliseconds since 1970. */
export interface Visit {
  id: string
  person: Person
  provider: Provider
  kind: (typeof visits)[Provider['discipline']][number]
  startAt: number
  endAt: number
  status: AppointmentStatus
  chairId: string | undefined
}

interface Closed {
  from: number
  to: number
  providerId?: string
  chairId?: string
  reason: string
}

interface Day {
  date: Temporal.PlainDate
  /** Days from today. */
  offset: number
}

const span = 28
const hourMs = 60 * minuteMs

/** Visits from four weeks ago to four weeks ahead, a day at a time. */
export class Schedule {
  readonly visits: Visit[] = []
  readonly closed: Closed[]
  readonly #today: Temporal.PlainDate

  constructor(
    private readonly setting: DemoSetting,
    private readonly dice: Dice,
    private readonly staff: Staff,
    private readonly people: readonly Person[],
  ) {
    this.#today = Temporal.Instant.fromEpochMilliseconds(setting.now).toZonedDateTimeISO(setting.clinic.timeZone).toPlainDate()
    this.closed = this.#closedTimes()
  }

  /** Fills one day after the other; stops after each, so that the caller can let others work. */
  *fill(): Generator<void> {
    for (let offset = -span; offset <= span; offset++) {
      const day = { date: this.#today.add({ days: offset }), offset }
      const seen = new Set<string>()
      const booked = this.staff.providers.flatMap((provider) => this.#book(day, provider, seen))
      if (offset === 0) this.#missOne(booked)
      this.visits.push(...booked)
      yield
    }
  }

  /** The times in which nothing is booked, as records. */
  closedRecords(): DemoRecord[] {
    return this.closed.map(({ from, to, providerId, chairId, reason }) =>
      demoRecord(closedTime, this.dice.id(this.setting.now - 40 * dayMs), {
        period: { startAt: instant(from), endAt: instant(to) },
        ...(providerId && { practitionerId: providerId }),
        ...(chairId && { chairId }),
        reason,
      }),
    )
  }

  #at(date: Temporal.PlainDate, minutes: number): number {
    const { timeZone } = this.setting.clinic
    return date.toPlainDateTime().add({ minutes }).toZonedDateTime(timeZone).epochMilliseconds
  }

  #closedTimes(): Closed[] {
    const { language } = this.setting.clinic
    const { providers, chairIds } = this.staff
    const weekday = (weeks: number, day: number) => this.#today.add({ days: weeks * 7 + day - this.#today.dayOfWeek })
    const during = (date: Temporal.PlainDate, from: number, to: number) => ({ from: this.#at(date, from * 60), to: this.#at(date, to * 60) })
    const dentist = providers[1]?.id as string
    return [
      { ...during(weekday(-1, 3), 9, 10), reason: terms.meeting[language] },
      { ...during(weekday(1, 3), 9, 10), reason: terms.meeting[language] },
      { ...during(weekday(3, 2), 0, 24), reason: terms.holiday[language] },
      { ...during(weekday(2, 4), 0, 24), providerId: dentist, reason: terms.course[language] },
      { ...during(weekday(2, 5), 0, 24), providerId: dentist, reason: terms.course[language] },
      { ...during(weekday(-2, 2), 14, 18), chairId: chairIds[0] as string, reason: terms.maintenance[language] },
      { ...during(weekday(1, 5), 14, 18), chairId: chairIds[2] as string, reason: terms.maintenance[language] },
    ]
  }

  #book({ date, offset }: Day, provider: Provider, seen: Set<string>): Visit[] {
    const { dice } = this
    const density = offset === 0 ? 0.9 : offset < 0 ? 0.22 : 0.3 - (offset / span) * 0.18
    return provider.hours
      .filter(({ weekday }) => weekday === date.dayOfWeek)
      .flatMap(({ from, to }) => {
        const [start, end] = [this.#at(date, from), this.#at(date, to)]
        const chairId = from < 13 * 60 ? provider.chairs.morning : provider.chairs.afternoon
        const made: Visit[] = []
        for (let at = start; at < end; ) {
          const kind = dice.pick(visits[provider.discipline])
          const until = at + kind.minutes * minuteMs
          const person = dice.pick(this.people)
          const isFree = until <= end && !seen.has(person.id) && person.registeredAt < at && !this.#isClosed(at, until, provider.id, chairId)
          if (isFree && dice.isLucky(density)) {
            seen.add(person.id)
            const status = this.#statusOf(at, until)
            made.push({ id: dice.id(this.#bookedAt(at)), person, provider, kind, startAt: at, endAt: until, status, chairId })
            at = until
          } else at += (offset === 0 ? 5 : 15) * minuteMs
        }
        return made
      })
  }

  #isClosed(from: number, to: number, providerId: string, chairId: string | undefined): boolean {
    return this.closed.some(
      (time) =>
        time.from < to &&
        from < time.to &&
        (time.providerId === undefined || time.providerId === providerId) &&
        (time.chairId === undefined || time.chairId === chairId),
    )
  }

  /** The step of a visit at the present time: earlier days are over, today is under way, later ones are booked. */
  #statusOf(startAt: number, endAt: number): AppointmentStatus {
    const { now } = this.setting
    const { dice } = this
    if (startAt < now - 14 * hourMs) return dice.isLucky(0.06) ? 'cancelled' : dice.isLucky(0.05) ? 'noShow' : 'left'
    if (endAt <= now) return endAt > now - 15 * minuteMs ? 'done' : 'left'
    if (startAt <= now - 5 * minuteMs) return 'inChair'
    if (startAt <= now + 25 * minuteMs) return 'arrived'
    return startAt < now + 3 * dayMs ? (dice.isLucky(0.6) ? 'confirmed' : 'booked') : dice.isLucky(0.04) ? 'cancelled' : 'booked'
  }

  /** Somebody did not come today. */
  #missOne(booked: readonly Visit[]): void {
    const over = booked.filter(({ status }) => status === 'left')
    const missed = over[Math.floor(over.length / 2)]
    if (missed) missed.status = 'noShow'
  }

  #bookedAt(startAt: number): number {
    const { now } = this.setting
    return Math.min(startAt, now) - this.dice.int(1, 20) * dayMs
  }
}

/** The record of a visit, with the time of every step that it took. */
export function visitRecord({ id, person, provider, kind, startAt, endAt, status, chairId }: Visit, { now, clinic }: DemoSetting, dice: Dice): DemoRecord {
  const bookedAt = Math.min(startAt, now) - 2 * dayMs - dice.int(1, 600) * minuteMs
  const arrivedAt = Math.min(startAt - dice.int(3, 14) * minuteMs, now - dice.int(1, 6) * minuteMs)
  const times: Partial<Record<AppointmentStatus, number>> = {
    booked: bookedAt,
    confirmed: Math.min(startAt, now) - dice.int(300, 1200) * minuteMs,
    arrived: arrivedAt,
    inChair: startAt + dice.int(0, 4) * minuteMs,
    done: endAt - dice.int(0, 3) * minuteMs,
    left: Math.min(endAt + dice.int(1, 8) * minuteMs, now),
  }
  const reached: readonly AppointmentStatus[] =
    status === 'booked' ? ['booked'] : status === 'cancelled' || status === 'noShow' ? ['booked', status] : course.slice(0, course.indexOf(status) + 1)
  const endedAt = Math.min(status === 'noShow' ? startAt + 15 * minuteMs : startAt - dayMs, now)
  return demoRecord(appointment, id, {
    patientId: person.id,
    slot: { startAt: instant(startAt), durationMinutes: (endAt - startAt) / minuteMs, providerId: provider.id, ...(chairId && { chairId }) },
    status,
    statusTimes: Object.fromEntries(reached.map((step) => [step, instant(Math.min(times[step] ?? endedAt, now))])),
    reason: kind.reason[clinic.language],
  })
}

const course: readonly AppointmentStatus[] = ['booked', 'confirmed', 'arrived', 'inChair', 'done', 'left']
