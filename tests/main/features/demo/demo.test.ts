import { describe, expect, test } from 'vitest'
import { type BookedSlot, type ClosedSlot, conflictsOf, takesTime } from '../../../../src/main/features/appointments/rules.js'
import { type DemoRecord, type DemoSetting, demoOperations } from '../../../../src/main/features/demo/index.js'
import { toE164 } from '../../../../src/main/lib/phones.js'
import { recordLimit } from '../../../../src/main/store/transaction.js'
import { appointment } from '../../../../src/shared/entities/appointment.js'
import { allergy, encounter, medicationRequest, observation, symptom } from '../../../../src/shared/entities/clinical.js'
import type { Entity, FieldsOf } from '../../../../src/shared/entities/entity.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { chair, closedTime, practitioner, type WeeklyHours } from '../../../../src/shared/entities/staff.js'
import { dayOf } from '../../../../src/shared/time.js'

const firstChairId = '0193a1b2-0000-7000-8000-000000000001'
const clinicId = '0193a1b2-0000-7000-8000-000000000002'

function settingAt(instant: string, more: Partial<DemoSetting['clinic']> = {}): DemoSetting {
  return {
    now: Date.parse(instant),
    clinic: { id: clinicId, language: 'en', country: 'ES', currency: 'EUR', timeZone: 'Europe/Madrid', ...more },
    firstChairId,
  }
}

interface Made {
  all: DemoRecord[]
  hours: WeeklyHours
  of<E extends Entity>(entity: E): ({ id: string } & FieldsOf<E>)[]
}

function make(setting: DemoSetting): Made {
  const operations = [...demoOperations(setting)]
  const all = operations.flatMap(({ records }) => records)
  return {
    all,
    hours: operations.find(({ hours }) => hours)?.hours ?? [],
    of: <E extends Entity>(entity: E) => all.filter((one) => one.entity === entity).map(({ id, fields }) => ({ id, ...(fields as FieldsOf<E>) })),
  }
}

const tuesday = '2026-11-17T10:40:00Z'

/** Every conflict of every visit that takes time, by the rules of booking. */
function conflictsIn(made: Made, timeZone: string): string[] {
  const booked: BookedSlot[] = made.of(appointment).map(({ id, patientId, status, slot }) => ({ id, patientId, status, ...slot }))
  const closedTimes: ClosedSlot[] = made.of(closedTime).map(({ id, period, practitionerId, chairId }) => ({ id, ...period, practitionerId, chairId }))
  const hours = new Map(made.of(practitioner).map((one) => [one.id, one.hours]))
  const byDay = Map.groupBy(booked, ({ startAt }) => dayOf(startAt, timeZone))
  return booked
    .filter(({ status }) => takesTime(status))
    .flatMap((one) => {
      const around = {
        timeZone,
        clinicHours: made.hours,
        hoursOf: (id: string) => hours.get(id),
        booked: byDay.get(dayOf(one.startAt, timeZone)) ?? [],
        closedTimes,
      }
      return conflictsOf(one, around).map(({ code }) => `${one.startAt} ${code}`)
    })
}

test('the same moment gives the same clinic, record for record', () => {
  expect(make(settingAt(tuesday)).all).toEqual(make(settingAt(tuesday)).all)
})

describe.each([
  ['a Tuesday morning in Madrid', settingAt(tuesday)],
  ['a Sunday in Riyadh, in Arabic', settingAt('2026-11-22T08:10:00Z', { language: 'ar', country: 'SA', currency: 'SAR', timeZone: 'Asia/Riyadh' })],
  [
    'the week in which clocks change in New York, in Spanish',
    settingAt('2026-10-30T15:20:00Z', { language: 'es', country: 'US', currency: 'USD', timeZone: 'America/New_York' }),
  ],
  ['a night in Tokyo', settingAt('2026-02-28T17:30:00Z', { country: 'JP', currency: 'JPY', timeZone: 'Asia/Tokyo' })],
] as const)('on %s', (_when, setting) => {
  const made = make(setting)

  test('every record is one that the product would save', () => {
    const problems = made.all.flatMap(({ entity, fields }) => {
      const { error } = entity.schema.safeParse(fields)
      return (error?.issues ?? []).map(({ path, code }) => `${entity.kind} ${path.join('.')} ${code}`)
    })
    expect(problems).toEqual([])
  })

  test('ids and record numbers are given once, and every reference leads somewhere', () => {
    const ids = new Set([...made.all.map(({ id }) => id), firstChairId])
    expect(ids.size).toBe(made.all.length + 1)
    expect(new Set(made.of(patient).map(({ recordNumber }) => recordNumber)).size).toBe(120)
    const named = made.all.flatMap(({ fields }) =>
      [fields.patientId, fields.encounterId, fields.practitionerId, fields.chairId, fields.conditionId, fields.claimId, fields.appointmentId].filter(
        (id) => id !== undefined,
      ),
    )
    expect(named.filter((id) => !ids.has(id as string))).toEqual([])
  })

  test('no visit clashes with another one, with hours or with a closed time', () => {
    expect(conflictsIn(made, setting.clinic.timeZone)).toEqual([])
  })

  test('every telephone number is one of the clinic’s country', () => {
    const numbers = made.of(patient).flatMap(({ phone }) => phone ?? [])
    expect(numbers.length).toBeGreaterThan(90)
    expect(numbers.filter((phone) => !toE164(phone, setting.clinic.country).isValid)).toEqual([])
  })

  test('nothing that has happened lies in the future, and nobody was treated before birth', () => {
    const births = new Map(made.of(patient).map((one) => [one.id, one.birthDate ?? '']))
    for (const entity of [encounter, observation, symptom]) {
      const found = made.all
        .filter((one) => one.entity === entity)
        .map(({ fields }) => ({ at: entity.happenedAt?.(fields) ?? '', born: births.get(fields.patientId as string) ?? '' }))
      expect(found.filter(({ at, born }) => at > new Date(setting.now).toISOString() || at < born)).toEqual([])
    }
    const steps = made.of(appointment).flatMap(({ statusTimes }) => Object.values(statusTimes ?? {}))
    expect(steps.filter((at) => Date.parse(at) > setting.now)).toEqual([])
  })

  test('today is busy, whatever the weekday', () => {
    const { timeZone } = setting.clinic
    const today = dayOf(new Date(setting.now).toISOString(), timeZone)
    expect(made.of(appointment).filter(({ slot }) => dayOf(slot.startAt, timeZone) === today).length).toBeGreaterThan(12)
  })
})

test('in the middle of a morning people wait, are treated, have left, and one did not come', () => {
  const made = make(settingAt(tuesday))
  const today = made.of(appointment).filter(({ slot }) => dayOf(slot.startAt, 'Europe/Madrid') === '2026-11-17')
  const count = (status: string) => today.filter((one) => one.status === status).length
  expect(count('arrived')).toBeGreaterThanOrEqual(2)
  expect(count('inChair')).toBeGreaterThanOrEqual(1)
  expect(count('left') + count('done')).toBeGreaterThanOrEqual(3)
  expect(count('confirmed') + count('booked')).toBeGreaterThanOrEqual(5)
  expect(count('noShow')).toBe(1)
})

test('the clinic has the people, places and histories that a tour of the product needs', () => {
  const made = make(settingAt(tuesday))
  expect(made.of(patient)).toHaveLength(120)
  expect(made.of(practitioner).map(({ specialty }) => specialty)).toEqual(['Dentistry', 'Dentistry', 'General practice', 'Optometry'])
  expect(new Set(made.of(practitioner).map(({ color }) => color)).size).toBe(4)
  expect(made.of(chair)).toHaveLength(2)
  expect(made.of(allergy).length).toBeGreaterThan(20)
  expect(made.of(medicationRequest).filter(({ status }) => status === 'active').length).toBeGreaterThan(30)
  const days = made
    .of(appointment)
    .map(({ slot }) => slot.startAt.slice(0, 10))
    .sort()
  expect([days[0], days.at(-1)]).toEqual(['2026-10-20', '2026-12-15'])
  const courses = Map.groupBy(made.of(symptom), ({ patientId }) => patientId)
  expect([...courses.values()].filter((entries) => new Set(entries.map(({ severity }) => severity)).size > 1).length).toBeGreaterThan(10)
})

test('an operation stays far below the limit of a transaction', () => {
  const sizes = [...demoOperations(settingAt(tuesday))].map(({ records }) => records.length)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(recordLimit / 2)
})
