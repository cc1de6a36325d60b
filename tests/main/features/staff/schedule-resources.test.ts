import { describe, expect, test } from 'vitest'
import { openTestClinic } from '../../../support/clinic.js'

describe('providers', () => {
  test('are added, edited, cleared, ended and found by name in pages', async () => {
    const { admin } = await openTestClinic()
    const reyes = await admin.staff.practitioners.add({ familyName: 'Reyes', givenName: 'Ana', specialty: 'Optometry', color: '#1b6b3a' })
    for (const familyName of ['Adler', 'Baker', 'Chen']) await admin.staff.practitioners.add({ familyName, isBookable: false })
    await admin.staff.practitioners.edit({ id: reyes.id, specialty: null, prefix: 'Dr.' })
    expect(await admin.staff.practitioners.get({ id: reyes.id })).toMatchObject({ prefix: 'Dr.', color: '#1b6b3a', isBookable: true })
    expect(await admin.staff.practitioners.get({ id: reyes.id })).not.toHaveProperty('specialty')
    const names = (page: { items: { familyName: string }[] }) => page.items.map(({ familyName }) => familyName)
    const first = await admin.staff.practitioners.list({ limit: 2 })
    expect(names(first)).toEqual(['Adler', 'Baker'])
    expect(names(await admin.staff.practitioners.list({ limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) }))).toEqual(['Chen', 'Reyes'])
    expect(names(await admin.staff.practitioners.list({ isBookable: true }))).toEqual(['Reyes'])
    expect(names(await admin.staff.practitioners.list({ query: 'reY' }))).toEqual(['Reyes'])
    expect(names(await admin.staff.practitioners.list({ query: '%' }))).toEqual([])
    await admin.staff.practitioners.edit({ id: reyes.id, isActive: false })
    expect(names(await admin.staff.practitioners.list({ query: 'reyes' }))).toEqual([])
    expect(names(await admin.staff.practitioners.list({ query: 'reyes', withEnded: true }))).toEqual(['Reyes'])
  })

  test('have hours of their own, none at all, or the clinic’s again', async () => {
    const { admin } = await openTestClinic()
    const { id } = await admin.staff.practitioners.add({ familyName: 'Reyes' })
    const hours = [{ weekday: 1, from: 540, to: 780 }]
    expect(await admin.staff.practitioners.setHours({ id, hours })).toMatchObject({ hours })
    expect(await admin.staff.practitioners.setHours({ id, hours: [] })).toMatchObject({ hours: [] })
    expect(await admin.staff.practitioners.setHours({ id, hours: null })).not.toHaveProperty('hours')
  })
})

describe('chairs', () => {
  test('stand in their order, are renamed and end', async () => {
    const { admin } = await openTestClinic()
    const second = await admin.staff.chairs.add({ name: 'Room 2' })
    const third = await admin.staff.chairs.add({ name: 'Room 3' })
    await admin.staff.chairs.edit({ id: third.id, sortOrder: 2 })
    await admin.staff.chairs.edit({ id: second.id, sortOrder: 3, name: 'Surgery' })
    const names = async (withEnded?: boolean) => (await admin.staff.chairs.list({ ...(withEnded && { withEnded }) })).items.map(({ name }) => name)
    expect(await names()).toEqual(['Chair 1', 'Room 3', 'Surgery'])
    await admin.staff.chairs.edit({ id: third.id, isActive: false })
    expect(await names()).toEqual(['Chair 1', 'Surgery'])
    expect(await names(true)).toContain('Room 3')
  })
})

describe('closed times', () => {
  test('are added, listed by what they touch, and removed; their end is after their start', async () => {
    const { admin } = await openTestClinic()
    const holiday = await admin.staff.closedTimes.add({ startAt: '2026-12-25T00:00:00+01:00', endAt: '2026-12-26T00:00:00+01:00', reason: 'Christmas' })
    expect(holiday).toMatchObject({ startAt: '2026-12-24T23:00:00.000Z', reason: 'Christmas' })
    await expect(admin.staff.closedTimes.add({ startAt: '2026-12-25T10:00:00Z', endAt: '2026-12-25T10:00:00Z' })).rejects.toMatchObject({
      data: { fields: [{ path: 'endAt', code: 'notAfterStart' }] },
    })
    const touching = async (from: string, to: string) => (await admin.staff.closedTimes.list({ from, to })).items.length
    expect(await touching('2026-12-25T12:00:00Z', '2026-12-25T13:00:00Z')).toBe(1)
    expect(await touching('2026-12-26T12:00:00Z', '2026-12-26T13:00:00Z')).toBe(0)
    await admin.staff.closedTimes.remove({ id: holiday.id })
    await expect(admin.staff.closedTimes.remove({ id: holiday.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await admin.staff.closedTimes.list({})).items).toEqual([])
  })
})
