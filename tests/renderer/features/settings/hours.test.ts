import { describe, expect, test } from 'vitest'
import { instantsOf, wholeDaysOf } from '../../../../src/renderer/features/settings/closed-times.js'
import { hoursOf, minutesOf, problemOf, timeText, weekdayName, weekdaysOf, weekOf, withSpan } from '../../../../src/renderer/features/settings/hours.js'

describe('weekly hours', () => {
  test('come back as they were stored, in order', () => {
    const hours = [
      { weekday: 1, from: 840, to: 1020 },
      { weekday: 1, from: 540, to: 780 },
      { weekday: 7, from: 0, to: 1440 },
    ]
    expect(hoursOf(weekOf(hours))).toEqual([hours[1], hours[0], hours[2]])
  })

  test.each([
    ['a closed day', [], undefined],
    [
      'two times with a break',
      [
        { from: 540, to: 780 },
        { from: 840, to: 1020 },
      ],
      undefined,
    ],
    [
      'two times without a break',
      [
        { from: 540, to: 780 },
        { from: 780, to: 1020 },
      ],
      undefined,
    ],
    ['a missing end', [{ from: 540, to: undefined }], 'incomplete'],
    ['an end before the start', [{ from: 540, to: 540 }], 'order'],
    [
      'times that overlap, in any order',
      [
        { from: 700, to: 900 },
        { from: 540, to: 780 },
      ],
      'overlap',
    ],
  ])('%s', (_what, spans, problem) => {
    expect(problemOf(spans)).toBe(problem)
    expect(hoursOf({ 3: spans }) === undefined).toBe(problem !== undefined)
  })

  test('a break is cut out of a long day and stays right however often it is asked for', () => {
    expect(withSpan([])).toEqual([{ from: 540, to: 1020 }])
    expect(withSpan(withSpan([]))).toEqual([
      { from: 540, to: 780 },
      { from: 840, to: 1020 },
    ])
    let spans = withSpan([])
    for (let times = 0; times < 4; times++) spans = withSpan(spans)
    expect(problemOf(spans)).toBeUndefined()
  })

  test('midnight is a beginning or an end', () => {
    expect([minutesOf('00:00', false), minutesOf('00:00', true), minutesOf('', true), minutesOf('09:05', false)]).toEqual([0, 1440, undefined, 545])
    expect([timeText(1440), timeText(545), timeText(undefined)]).toEqual(['00:00', '09:05', ''])
  })

  test('weeks run as the locale’s do', () => {
    expect(weekdaysOf('es-ES')[0]).toBe(1)
    expect(weekdaysOf('en-US')[0]).toBe(7)
    expect(weekdayName(1, 'en')).toBe('Monday')
    expect(weekdayName(7, 'en')).toBe('Sunday')
  })
})

describe('a closed time', () => {
  const form = { fromDate: '2026-10-25', toDate: undefined, isWholeDays: true, fromTime: '12:00', toTime: '14:00' }

  test('of whole days lasts 25 hours when the clocks go back', () => {
    const instants = instantsOf(form, 'Europe/Madrid')
    expect(instants).toEqual({ startAt: '2026-10-24T22:00:00Z', endAt: '2026-10-25T23:00:00Z' })
    expect(wholeDaysOf(instants ?? { startAt: '', endAt: '' }, 'Europe/Madrid')).toEqual({ first: '2026-10-25', last: '2026-10-25' })
  })

  test('of hours ends after it begins, or is none', () => {
    expect(instantsOf({ ...form, isWholeDays: false }, 'Europe/Madrid')).toEqual({ startAt: '2026-10-25T11:00:00Z', endAt: '2026-10-25T13:00:00Z' })
    expect(instantsOf({ ...form, isWholeDays: false, toTime: '11:00' }, 'Europe/Madrid')).toBeUndefined()
    expect(instantsOf({ ...form, toDate: '2026-10-24' }, 'Europe/Madrid')).toBeUndefined()
    expect(instantsOf({ ...form, fromDate: undefined }, 'Europe/Madrid')).toBeUndefined()
    expect(wholeDaysOf({ startAt: '2026-10-25T11:00:00Z', endAt: '2026-10-25T13:00:00Z' }, 'Europe/Madrid')).toBeUndefined()
  })
})
