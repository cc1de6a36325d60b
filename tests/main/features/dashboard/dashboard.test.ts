import { describe, expect, test } from 'vitest'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { ManualClock } from '../../../support/manual-clock.js'

const minutes = 60_000

async function opened(at = '2026-11-20T09:00:00Z', timeZone = 'Europe/Madrid') {
  const clock = new ManualClock(Date.parse(at))
  const clinic = await openTestClinic({ now: () => clock.now(), timeZone })
  const { id: patientId } = await clinic.admin.patients.register({ familyName: 'Núñez', givenName: 'Ana' })
  return { ...clinic, clock, patientId }
}

const book = ({ admin, patientId }: TestClinic & { patientId: string }, startAt: string) =>
  admin.appointments.book({ patientId, startAt, durationMinutes: 15, overrideReason: 'test' })

describe('today', () => {
  test('is the day of the clinic’s time zone, 23 hours long when clocks go forward', async () => {
    // The 29th of March 2026 in Madrid begins at 23:00 UTC and ends at 22:00 UTC.
    const clinic = await opened('2026-03-29T12:00:00Z')
    for (const at of ['2026-03-28T22:59:00Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:00:00Z']) await book(clinic, at)
    const { date, visitCount, nextUp } = await clinic.admin.dashboard.today({})
    expect(date).toBe('2026-03-29')
    expect(visitCount).toBe(2)
    expect(nextUp.map(({ startAt }) => startAt)).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T21:59:00.000Z'])
  })

  test('counts by status and tells who waits, longest first, with minutes', async () => {
    const clinic = await opened()
    const { admin, clock } = clinic
    const visits = []
    for (const minute of ['00', '05', '10', '15', '20', '25']) visits.push(await book(clinic, `2026-11-20T10:${minute}:00Z`))
    const [first, second, third, fourth, fifth] = visits.map(({ id }) => id) as [string, string, string, string, string]
    await admin.appointments.setStatus({ id: first, status: 'noShow' })
    await admin.appointments.setStatus({ id: second, status: 'cancelled' })
    await admin.appointments.setStatus({ id: third, status: 'confirmed' })
    await admin.appointments.setStatus({ id: fifth, status: 'arrived' })
    clock.pass(12 * minutes)
    await admin.appointments.setStatus({ id: fourth, status: 'arrived' })
    clock.pass(3 * minutes + 59_000)
    const day = await admin.dashboard.today({})
    expect(day.appointments).toEqual({ booked: 1, confirmed: 1, cancelled: 1, noShow: 1, arrived: 2, inChair: 0, done: 0, left: 0 })
    expect(day.visitCount).toBe(4)
    expect(day.waiting.map(({ id, waitingMinutes }) => [id, waitingMinutes])).toEqual([
      [fifth, 15],
      [fourth, 3],
    ])
    expect(day.waiting[0]).toMatchObject({ patientName: 'Ana Núñez', arrivedAt: '2026-11-20T09:00:00.000Z' })
    expect(day.nextUp.map(({ id }) => id)).toEqual([third, visits[5]?.id])
    expect(day.noShows.map(({ id }) => id)).toEqual([first])
  })

  test('a clinic with nothing planned has an empty day', async () => {
    const clinic = await openTestClinic()
    expect(await clinic.admin.dashboard.today({})).toMatchObject({
      visitCount: 0,
      waiting: [],
      nextUp: [],
      noShows: [],
      newPatientsThisWeek: 0,
    })
  })
})

test('new patients are those registered since Monday; imported and removed ones are not', async () => {
  // A Friday. The ids made now are of the running computer's time, so the clinic's clock starts there.
  const { admin, clinic } = await openTestClinic()
  await admin.patients.register({ familyName: 'One', givenName: '' })
  const gone = await admin.patients.register({ familyName: 'Two', givenName: '' })
  const longAgo = '01890000-0000-7000-8000-000000000001'
  await clinic.store.write({ actor: {}, act: 'test' }, (tx) => {
    tx.remove(patient, gone.id)
    tx.create(patient, { recordNumber: 'X1', familyName: 'Imported', givenName: '', sex: 'unknown' }, clinic.store.importedId('fhir', 'Patient/1'))
    tx.create(patient, { recordNumber: 'X2', familyName: 'Old', givenName: '', sex: 'unknown' }, longAgo)
  })
  expect((await admin.dashboard.today({})).newPatientsThisWeek).toBe(1)
})
