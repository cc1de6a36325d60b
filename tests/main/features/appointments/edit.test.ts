import { describe, expect, it } from 'vitest'
import { appointment } from '../../../../src/shared/entities/appointment.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestClinic } from '../../../support/clinic.js'

const act = { actor: {}, act: 'test' }
const slot = { startAt: '2026-05-04T08:00:00.000Z', durationMinutes: 30 }

async function twoAtOnce() {
  const { clinic, as } = await openTestClinic()
  const ids = await clinic.store.write(act, (tx) => {
    const patientId = tx.create(patient, { recordNumber: 'A1', familyName: 'García', givenName: 'Ana', sex: 'female' })
    const visit = () => tx.create(appointment, { patientId, slot, status: 'booked' })
    return { patientId, first: visit(), second: visit() }
  })
  return { ...ids, store: clinic.store, api: await as('administrator') }
}

describe('a visit that clashes already', () => {
  it('can be given a note, also when the form sends everything back as it was', async () => {
    const { api, first, patientId } = await twoAtOnce()
    expect(await api.appointments.edit({ id: first, note: 'brings her daughter' })).toMatchObject({ note: 'brings her daughter' })
    const whole = { id: first, patientId, startAt: '2026-05-04T10:00:00+02:00', durationMinutes: 30, status: 'booked' as const, note: 'both' }
    expect(await api.appointments.edit(whole)).toMatchObject({ note: 'both', startAt: slot.startAt })
  })

  it('can be given a note when the patient’s record is no longer there', async () => {
    const { api, store, first, patientId } = await twoAtOnce()
    await store.write(act, (tx) => tx.remove(patient, patientId))
    expect(await api.appointments.edit({ id: first, patientId, note: 'moved away' })).toMatchObject({ note: 'moved away', patientName: '' })
  })

  it('is refused another time that clashes, and can be cancelled and moved aside', async () => {
    const { api, first } = await twoAtOnce()
    await expect(api.appointments.edit({ id: first, durationMinutes: 45 })).rejects.toMatchObject({ code: 'CONFLICT' })
    await api.appointments.setStatus({ id: first, status: 'cancelled' })
    expect(await api.appointments.edit({ id: first, durationMinutes: 45 })).toMatchObject({ status: 'cancelled', durationMinutes: 45 })
    await expect(api.appointments.setStatus({ id: first, status: 'booked' })).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})

it('a visit on a closed day, booked with a reason, is put in a chair without another one; a chair that is taken is said', async () => {
  const { api, patientId } = await twoAtOnce()
  const [one, two] = [await api.staff.chairs.add({ name: 'One' }), await api.staff.chairs.add({ name: 'Two' })]
  const sunday = { patientId, durationMinutes: 30, overrideReason: 'Emergency' }
  const visit = await api.appointments.book({ ...sunday, startAt: '2026-05-10T08:00:00Z' })
  await api.appointments.book({ ...sunday, startAt: '2026-05-10T08:15:00Z', chairId: two.id })
  expect(await api.appointments.edit({ id: visit.id, chairId: one.id })).toMatchObject({ chairId: one.id })
  await expect(api.appointments.edit({ id: visit.id, chairId: two.id })).rejects.toMatchObject({
    data: { conflicts: [expect.objectContaining({ code: 'chair' })] },
  })
  await expect(api.appointments.edit({ id: visit.id, startAt: '2026-05-10T12:00:00Z' })).rejects.toMatchObject({ code: 'CONFLICT' })
})

describe('two bookings of the same slot at the same time', () => {
  it('end with one booked and one refused', async () => {
    const { api, patientId } = await twoAtOnce()
    const wanted = { patientId, startAt: '2026-05-05T08:00:00Z', durationMinutes: 30 }
    const results = await Promise.allSettled([api.appointments.book(wanted), api.appointments.book(wanted), api.appointments.book(wanted)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  })
})

describe('times written with an offset, as other systems send them', () => {
  it('are held against by the instant that they name, not by their text', async () => {
    const { api, store, patientId } = await twoAtOnce()
    const far = { startAt: '2026-05-06T19:30:00+11:00', durationMinutes: 60 }
    const id = await store.write(act, (tx) => tx.create(appointment, { patientId, slot: far, status: 'booked' }))
    const wanted = { patientId, startAt: '2026-05-06T08:30:00Z', durationMinutes: 30 }
    await expect(api.appointments.book(wanted)).rejects.toMatchObject({ code: 'CONFLICT', data: { conflicts: [{ code: 'patient', ids: [id] }] } })
    const [day, other] = [await api.appointments.day({ date: '2026-05-06' }), await api.appointments.day({ date: '2026-05-07' })]
    expect(day.appointments).toMatchObject([{ id, startAt: '2026-05-06T08:30:00.000Z' }])
    expect(other.appointments).toEqual([])
  })

  it('are paged through without losing or doubling one', async () => {
    const { api, store, patientId } = await twoAtOnce()
    const starts = ['2026-06-01T23:00:00+05:00', '2026-06-01T19:00:00Z', '2026-06-01T12:00:00-08:00', '2026-06-01T21:00:00.000Z']
    for (const startAt of starts)
      await store.write(act, (tx) => tx.create(appointment, { patientId, slot: { startAt, durationMinutes: 30 }, status: 'booked' }))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await api.appointments.list({ from: '2026-06-01', limit: 1, ...(cursor && { cursor }) })
      seen.push(...page.items.map(({ startAt }) => startAt.slice(11, 13)))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(['18', '19', '20', '21'])
  })

  it('name closed times that a range touches', async () => {
    const { as } = await openTestClinic()
    const api = await as('reception')
    await api.staff.closedTimes.add({ startAt: '2026-05-06T10:00:00+02:00', endAt: '2026-05-06T12:00:00+02:00' })
    const touching = (from: string, to: string) => api.staff.closedTimes.list({ from, to }).then(({ items }) => items.length)
    expect(await touching('2026-05-06T19:30:00+11:00', '2026-05-06T20:00:00+11:00')).toBe(1)
    expect(await touching('2026-05-06T09:00:00-05:00', '2026-05-06T10:00:00-05:00')).toBe(0)
  })
})
