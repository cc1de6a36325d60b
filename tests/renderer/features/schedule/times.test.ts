import { describe, expect, test } from 'vitest'
import { patchOf, valuesOf } from '../../../../src/renderer/features/schedule/appointment-form.js'
import { instantOf, wallClockOf } from '../../../../src/renderer/features/schedule/clock.js'
import { placeOf, searchOf, turned, weekStart, weeksOf } from '../../../../src/renderer/features/schedule/place.js'
import { parseTime, stepTime } from '../../../../src/renderer/ui/parse-time.js'
import type { Appointment } from '../../../../src/shared/contract/appointments.js'

describe('a time as people type it', () => {
  test.each([
    ['9', '09:00'],
    ['9:30', '09:30'],
    ['9.30', '09:30'],
    ['930', '09:30'],
    ['1730', '17:30'],
    ['17h', '17:00'],
    ['17h30', '17:30'],
    ['5pm', '17:00'],
    ['5:30 p. m.', '17:30'],
    ['12 am', '00:00'],
    ['12pm', '12:00'],
    ['٥:٣٠ م', '17:30'],
    ['9:15 ص', '09:15'],
    ['0:05', '00:05'],
  ])('%s is %s', (typed, time) => expect(parseTime(typed)).toBe(time))
  test.each(['', '25', '9:60', '9:3', 'soon', '13pm', '0am', '12345'])('%s is none', (typed) => expect(parseTime(typed)).toBeUndefined())
  test('steps go to the next five minutes and stay in the day', () => {
    expect(stepTime('09:02', 5)).toBe('09:05')
    expect(stepTime('09:02', -5)).toBe('09:00')
    expect(stepTime('23:55', 5)).toBe('23:55')
    expect(stepTime('00:00', -5)).toBe('00:00')
  })
})

describe('the clinic’s clock', () => {
  test('a skipped time is moved on, a repeated one means the first or the second', () => {
    expect(instantOf({ date: '2026-03-29', time: '02:30', isSecond: false }, 'Europe/Madrid')).toEqual({ startAt: '2026-03-29T01:30:00.000Z', kind: 'skipped' })
    expect(instantOf({ date: '2026-10-25', time: '02:30', isSecond: false }, 'Europe/Madrid')).toEqual({
      startAt: '2026-10-25T00:30:00.000Z',
      kind: 'repeated',
    })
    expect(instantOf({ date: '2026-10-25', time: '02:30', isSecond: true }, 'Europe/Madrid')).toEqual({ startAt: '2026-10-25T01:30:00.000Z', kind: 'repeated' })
  })
  test('every instant comes back as it went, also in the hour that comes twice', () => {
    for (const instant of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-07-01T10:15:00.000Z'])
      expect(instantOf(wallClockOf(instant, 'Europe/Madrid'), 'Europe/Madrid')?.startAt).toBe(instant)
  })
})

describe('where the schedule stands', () => {
  const usual = { view: 'day', by: 'provider', date: '2026-11-20' } as const
  test('goes into the address and back; what is unreadable there is ignored', () => {
    const place = { view: 'week', by: 'chair', date: '2026-11-23', providerIds: ['01a1f93d-3a1c-736b-bc5e-a1dbefbe1076'], chairIds: [] } as const
    expect(placeOf(searchOf(place), usual)).toEqual(place)
    expect(placeOf({ view: 'year', date: '2026-13-40', providers: '<b>' }, usual)).toEqual({ ...usual, providerIds: [], chairIds: [] })
  })
  test('turns by day, week and month; the last day of a month stays within the next', () => {
    const place = placeOf({}, usual)
    expect(turned(place, 1).date).toBe('2026-11-21')
    expect(turned({ ...place, view: 'week' }, -1).date).toBe('2026-11-13')
    expect(turned({ ...place, view: 'month', date: '2027-01-31' }, 1).date).toBe('2027-02-28')
  })
  test('weeks begin where the locale has it', () => {
    expect(weekStart('2026-11-22', 1)).toBe('2026-11-16')
    expect(weekStart('2026-11-22', 7)).toBe('2026-11-22')
    expect(weekStart('2026-11-20', 6)).toBe('2026-11-14')
    const weeks = weeksOf('2026-11-20', 1)
    expect([weeks.length, weeks[0]?.[0], weeks.at(-1)?.[6]]).toEqual([6, '2026-10-26', '2026-12-06'])
  })
})

describe('what an edit sends', () => {
  const visit: Appointment = {
    id: '01a1f93d-3a1c-736b-bc5e-a1dbefbe1076',
    patientId: '01a1f93d-3a1c-736b-bc5e-a1dbefbe1077',
    patientName: 'Lucía García',
    providerId: '01a1f93d-3a1c-736b-bc5e-a1dbefbe1078',
    startAt: '2026-11-20T09:00:00.000Z',
    durationMinutes: 30,
    status: 'booked',
    reason: 'Pain',
    overrideReason: 'Tooth ache',
    changedAt: '2026-11-01T00:00:00.000Z',
  }
  const values = valuesOf(visit, 'Europe/Madrid')
  test('nothing when nothing differs', () => expect(patchOf(visit, values, 'Europe/Madrid', false)).toBeUndefined())
  test('only what differs, null for what was emptied, and no word of the slot', () => {
    expect(patchOf(visit, { ...values, reason: ' ', note: 'By phone' }, 'Europe/Madrid', false)).toEqual({
      patch: { reason: null, note: 'By phone' },
      isMoved: false,
    })
  })
  test('a move to a free time clears the reason of the old override, one to a taken time carries the new', () => {
    const moved = { ...values, time: '11:00' }
    expect(patchOf(visit, moved, 'Europe/Madrid', false)).toEqual({ patch: { startAt: '2026-11-20T10:00:00.000Z', overrideReason: null }, isMoved: true })
    expect(patchOf(visit, { ...moved, overrideReason: 'Both come' }, 'Europe/Madrid', true)?.patch).toEqual({
      startAt: '2026-11-20T10:00:00.000Z',
      overrideReason: 'Both come',
    })
  })
})
