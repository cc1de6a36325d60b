import { beforeEach, describe, expect, test } from 'vitest'
import type { Appointment } from '../../../../src/shared/contract/appointments.js'
import { newId } from '../../../../src/shared/ids.js'
import type { Api } from '../../../support/api-client.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'

/** Monday 16 March 2026, 08:00 in Madrid. */
const begin = Date.parse('2026-03-16T07:00:00Z')
const weekdays = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 9 * 60, to: 18 * 60 }))

let now = begin
let clinic: TestClinic
let api: Api
let ruiz: string
let vega: string
let chair: string
let lucia: string
let omar: string

beforeEach(async () => {
  now = begin
  clinic = await openTestClinic({ now: () => now })
  api = clinic.admin
  await api.settings.clinic.edit({ hours: weekdays })
  ruiz = (await api.staff.practitioners.add({ familyName: 'Ruiz', givenName: 'Elena', prefix: 'Dr.' })).id
  vega = (await api.staff.practitioners.add({ familyName: 'Vega' })).id
  chair = (await api.staff.chairs.add({ name: 'Surgery' })).id
  lucia = (await api.patients.register({ familyName: 'García', givenName: 'Lucía' })).id
  omar = (await api.patients.register({ familyName: 'Haddad', givenName: 'Omar' })).id
})

const book = (time: string, more: Partial<Parameters<Api['appointments']['book']>[0]> = {}): Promise<Appointment> =>
  api.appointments.book({ patientId: lucia, providerId: ruiz, startAt: time.length > 5 ? time : `2026-03-16T${time}:00+01:00`, durationMinutes: 30, ...more })

/** The conflicts with which a call is refused. */
const refusal = async (call: Promise<unknown>): Promise<unknown> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const { code, status, data } = error as { code: string; status: number; data: { conflicts?: unknown } }
  return { code, status, conflicts: data.conflicts }
}
const conflict = (...conflicts: { code: string; ids: string[] }[]) => ({ code: 'CONFLICT', status: 409, conflicts })

describe('booking', () => {
  test('gives what the board shows: names, the slot in UTC, the time of its status', async () => {
    const visit = await book('09:00', { chairId: chair, reason: 'Check-up', note: 'Brings X-rays' })
    expect(visit).toMatchObject({
      patientId: lucia,
      patientName: 'Lucía García',
      startAt: '2026-03-16T08:00:00.000Z',
      durationMinutes: 30,
      status: 'booked',
      statusTimes: { booked: '2026-03-16T07:00:00.000Z' },
      reason: 'Check-up',
      note: 'Brings X-rays',
    })
    const day = await api.appointments.day({ date: '2026-03-16' })
    expect(day.providers.map(({ name }) => name)).toEqual(['Dr. Elena Ruiz', 'Vega'])
    expect(day.appointments).toEqual([visit])
    expect(await api.appointments.get({ id: visit.id })).toEqual(visit)
  })

  test('is refused with what it clashes with: provider, chair and patient, each with its visit', async () => {
    const first = await book('09:00', { chairId: chair })
    expect(await refusal(book('09:15', { patientId: omar }))).toEqual(conflict({ code: 'provider', ids: [first.id] }))
    expect(await refusal(book('09:15', { patientId: omar, providerId: vega, chairId: chair }))).toEqual(conflict({ code: 'chair', ids: [first.id] }))
    expect(await refusal(book('09:15', { providerId: vega }))).toEqual(conflict({ code: 'patient', ids: [first.id] }))
    expect((await api.appointments.list({})).items).toHaveLength(1)
  })

  test('says before saving the same as it would on saving', async () => {
    const first = await book('09:00')
    const slot = { providerId: ruiz, startAt: '2026-03-16T09:29:00+01:00', durationMinutes: 30 }
    expect(await api.appointments.check({ ...slot, patientId: omar })).toEqual({ conflicts: [{ code: 'provider', ids: [first.id] }] })
    expect(await api.appointments.check({ ...slot, id: first.id, patientId: lucia })).toEqual({ conflicts: [] })
    expect(await api.appointments.check({ ...slot, startAt: '2026-03-16T09:30:00+01:00' })).toEqual({ conflicts: [] })
  })

  test('goes through with a reason, which is kept', async () => {
    await book('09:00')
    const second = await book('09:15', { patientId: omar, overrideReason: 'Tooth ache' })
    expect(second.overrideReason).toBe('Tooth ache')
    expect((await api.appointments.get({ id: second.id })).overrideReason).toBe('Tooth ache')
  })

  test('is refused outside hours and in closed times of the clinic, the chair and the provider', async () => {
    const closed = async (more: object) =>
      (await api.staff.closedTimes.add({ startAt: '2026-03-16T12:00:00+01:00', endAt: '2026-03-16T13:00:00+01:00', ...more })).id
    expect(await refusal(book('08:45'))).toEqual(conflict({ code: 'outsideHours', ids: [] }))
    const away = await closed({ practitionerId: ruiz, reason: 'Course' })
    expect(await refusal(book('12:30'))).toEqual(conflict({ code: 'providerAway', ids: [away] }))
    const broken = await closed({ chairId: chair, reason: 'Repair' })
    expect(await refusal(book('12:30', { providerId: vega, chairId: chair }))).toEqual(conflict({ code: 'closed', ids: [broken] }))
    await expect(book('12:30', { providerId: vega })).resolves.toMatchObject({ status: 'booked' })
    await expect(book('13:00')).resolves.toMatchObject({ status: 'booked' })
  })

  test('holds a provider to their own hours', async () => {
    await api.staff.practitioners.setHours({ id: ruiz, hours: [{ weekday: 1, from: 600, to: 720 }] })
    expect(await refusal(book('09:00'))).toEqual(conflict({ code: 'outsideHours', ids: [] }))
    await expect(book('10:00')).resolves.toBeDefined()
    const { providers } = await api.appointments.day({ date: '2026-03-16' })
    expect(providers[0]?.working).toEqual([{ startAt: '2026-03-16T09:00:00.000Z', endAt: '2026-03-16T11:00:00.000Z' }])
  })

  test('repeated with the same command makes one visit and gives the first answer', async () => {
    const commandId = newId()
    const [first, again] = [await book('09:00', { commandId }), await book('09:00', { commandId })]
    expect(again).toEqual(first)
    const both = await Promise.all([1, 2].map(() => book('11:00', { patientId: omar, commandId: '0195a000-0000-7000-8000-000000000001' })))
    expect(both[0]).toEqual(both[1])
    expect((await api.appointments.list({})).items).toHaveLength(2)
  })

  test('is for those whose role allows it', async () => {
    const reader = await clinic.as('readOnly')
    await expect(reader.appointments.book({ patientId: lucia, startAt: '2026-03-16T09:00:00+01:00', durationMinutes: 30 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const reception = await clinic.as('reception')
    await expect(reception.appointments.book({ patientId: lucia, startAt: '2026-03-16T09:00:00+01:00', durationMinutes: 30 })).resolves.toBeDefined()
  })
})

describe('moving and resizing', () => {
  test('keep what was not named, never clash with themselves, and can be taken back', async () => {
    const before = await book('09:00', { chairId: chair, reason: 'Check-up' })
    const moved = await api.appointments.edit({ id: before.id, startAt: '2026-03-16T09:15:00+01:00' })
    expect(moved).toMatchObject({ startAt: '2026-03-16T08:15:00.000Z', durationMinutes: 30, providerId: ruiz, chairId: chair, reason: 'Check-up' })
    const longer = await api.appointments.edit({ id: before.id, durationMinutes: 60, providerId: vega, chairId: null })
    expect(longer).toMatchObject({ durationMinutes: 60, providerId: vega })
    expect(longer).not.toHaveProperty('chairId')
    const back = await api.appointments.edit({ id: before.id, startAt: before.startAt, durationMinutes: 30, providerId: ruiz, chairId: chair })
    expect({ ...back, changedAt: '' }).toEqual({ ...before, changedAt: '' })
  })

  test('on to a taken time are refused and change nothing, unless a reason is given', async () => {
    const first = await book('09:00')
    const second = await book('10:00', { patientId: omar })
    expect(await refusal(api.appointments.edit({ id: second.id, startAt: '2026-03-16T09:15:00+01:00' }))).toEqual(
      conflict({ code: 'provider', ids: [first.id] }),
    )
    expect(await refusal(api.appointments.edit({ id: first.id, durationMinutes: 75 }))).toEqual(conflict({ code: 'provider', ids: [second.id] }))
    expect(await api.appointments.get({ id: second.id })).toEqual(second)
    const forced = await api.appointments.edit({ id: second.id, startAt: '2026-03-16T09:15:00+01:00', overrideReason: 'Short' })
    expect(forced).toMatchObject({ startAt: '2026-03-16T08:15:00.000Z', overrideReason: 'Short' })
    const back = await api.appointments.edit({ id: second.id, startAt: second.startAt, overrideReason: null })
    expect(back).not.toHaveProperty('overrideReason')
  })

  test('of two who want the same free time at once, one is refused', async () => {
    const slots = await Promise.allSettled([book('09:00'), book('09:00', { patientId: omar })])
    expect(slots.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('changing only a note asks nothing of the slot', async () => {
    const outside = await book('20:00', { overrideReason: 'Emergency' })
    await expect(api.appointments.edit({ id: outside.id, note: 'By phone' })).resolves.toMatchObject({ note: 'By phone', overrideReason: 'Emergency' })
  })
})

describe('the course of a visit', () => {
  test('keeps the time of every step, and an undo forgets what did not happen', async () => {
    const { id } = await book('09:00')
    now = begin + 55 * 60_000
    await api.appointments.setStatus({ id, status: 'arrived' })
    now = begin + 70 * 60_000
    const seated = await api.appointments.setStatus({ id, status: 'inChair' })
    expect(seated.statusTimes).toEqual({ booked: '2026-03-16T07:00:00.000Z', arrived: '2026-03-16T07:55:00.000Z', inChair: '2026-03-16T08:10:00.000Z' })
    const back = await api.appointments.setStatus({ id, status: 'arrived' })
    expect(back).toMatchObject({ status: 'arrived', statusTimes: { booked: '2026-03-16T07:00:00.000Z', arrived: '2026-03-16T07:55:00.000Z' } })
    expect(back.statusTimes).not.toHaveProperty('inChair')
  })

  test('refuses a step that makes no sense', async () => {
    const { id } = await book('09:00')
    for (const status of ['arrived', 'inChair', 'done'] as const) await api.appointments.setStatus({ id, status })
    await expect(api.appointments.setStatus({ id, status: 'noShow' })).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: [{ path: 'status', code: 'notNow' }] },
    })
  })

  test('a cancelled visit frees its time, and comes back only when it is still free', async () => {
    const first = await book('09:00')
    await api.appointments.setStatus({ id: first.id, status: 'cancelled' })
    const second = await book('09:00', { patientId: omar })
    const clash = conflict({ code: 'provider', ids: [second.id] })
    expect(await refusal(api.appointments.setStatus({ id: first.id, status: 'booked' }))).toEqual(clash)
    expect(await refusal(api.appointments.edit({ id: first.id, status: 'booked' }))).toEqual(clash)
    await expect(api.appointments.setStatus({ id: first.id, status: 'booked', overrideReason: 'Both come' })).resolves.toMatchObject({
      status: 'booked',
      overrideReason: 'Both come',
    })
  })
})

describe('free slots', () => {
  test('are the next times that clash with nothing, for one provider or anybody', async () => {
    await book('09:00', { durationMinutes: 60 })
    const starts = async (more: object) =>
      (await api.appointments.freeSlots({ from: '2026-03-16T09:05:00+01:00', durationMinutes: 30, limit: 2, ...more })).items.map(({ startAt, providerId }) => [
        startAt,
        providerId,
      ])
    expect(await starts({ providerId: ruiz })).toEqual([
      ['2026-03-16T09:00:00.000Z', ruiz],
      ['2026-03-16T09:15:00.000Z', ruiz],
    ])
    expect(await starts({ providerId: vega })).toEqual([
      ['2026-03-16T08:15:00.000Z', vega],
      ['2026-03-16T08:30:00.000Z', vega],
    ])
    expect((await starts({ patientId: lucia }))[0]).toEqual(['2026-03-16T09:00:00.000Z', ruiz])
  })
})

describe('days on which clocks change in Madrid', () => {
  test('spring: the day has 23 hours, and hours stay on the wall clock', async () => {
    const day = await api.appointments.day({ date: '2026-03-29' })
    expect((Date.parse(day.endAt) - Date.parse(day.startAt)) / 3_600_000).toBe(23)
    expect(day.open).toEqual([{ startAt: '2026-03-29T07:00:00.000Z', endAt: '2026-03-29T16:00:00.000Z' }])
    await expect(book('2026-03-29T09:00:00+02:00')).resolves.toMatchObject({ startAt: '2026-03-29T07:00:00.000Z' })
    expect(await refusal(book('2026-03-29T08:00:00+02:00', { patientId: omar }))).toEqual(conflict({ code: 'outsideHours', ids: [] }))
    const [free] = (await api.appointments.freeSlots({ from: '2026-03-28T18:00:00+01:00', durationMinutes: 30, providerId: ruiz, limit: 1 })).items
    expect(free?.startAt).toBe('2026-03-29T07:30:00.000Z')
  })

  test('autumn: the hour that comes twice holds two visits, and both stand on the day', async () => {
    const [first, second] = [
      await book('2026-10-25T02:30:00+02:00', { overrideReason: 'On call' }),
      await book('2026-10-25T02:30:00+01:00', { overrideReason: 'On call', patientId: omar }),
    ]
    expect(Date.parse(second.startAt) - Date.parse(first.startAt)).toBe(3_600_000)
    expect(
      (await api.appointments.check({ providerId: ruiz, startAt: second.startAt, durationMinutes: 30, id: second.id })).conflicts.map(({ code }) => code),
    ).toEqual(['outsideHours'])
    const day = await api.appointments.day({ date: '2026-10-25' })
    expect((Date.parse(day.endAt) - Date.parse(day.startAt)) / 3_600_000).toBe(25)
    expect(day.appointments.map(({ id }) => id)).toEqual([first.id, second.id])
  })

  test('a week over the change has seven days that join without a gap', async () => {
    const { days } = await api.appointments.week({ date: '2026-03-23' })
    expect(days.map(({ date }) => date)).toEqual(['23', '24', '25', '26', '27', '28', '29'].map((each) => `2026-03-${each}`))
    for (const [index, day] of days.slice(1).entries()) expect(day.startAt).toBe(days[index]?.endAt)
  })
})

describe('counts for the month', () => {
  test('count what takes time on each day, say which days are closed, and heed the filters', async () => {
    await book('09:00')
    await book('10:00', { patientId: omar, providerId: vega, durationMinutes: 45 })
    const cancelled = await book('11:00')
    await api.appointments.setStatus({ id: cancelled.id, status: 'cancelled' })
    await api.staff.closedTimes.add({ startAt: '2026-03-17T00:00:00+01:00', endAt: '2026-03-18T00:00:00+01:00', reason: 'Holiday' })
    const range = { from: '2026-03-16', to: '2026-03-17' }
    expect((await api.appointments.counts(range)).items).toEqual([
      { date: '2026-03-16', appointmentCount: 2, bookedMinutes: 75, isOpen: true },
      { date: '2026-03-17', appointmentCount: 0, bookedMinutes: 0, isOpen: false },
    ])
    expect((await api.appointments.counts({ ...range, providerIds: [vega] })).items[0]).toMatchObject({ appointmentCount: 1, bookedMinutes: 45 })
    expect((await api.appointments.counts({ ...range, chairIds: [chair] })).items[0]).toMatchObject({ appointmentCount: 0 })
    await expect(api.appointments.counts({ from: '2026-03-01', to: '2026-06-01' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(api.appointments.counts({ from: '2026-03-02', to: '2026-03-01' })).rejects.toMatchObject({ code: 'INVALID' })
  })
})
