import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { type Interval, isOpenDuring, joined, openOn, shiftDays, wallTime, without } from '../../../../src/main/features/appointments/hours.js'
import { hasTestData, testData } from '../../../support/test-data.js'

const rows = (file: string): string[][] =>
  readFileSync(testData(`timezones/${file}`), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
const minutesOf = (wall: string): number => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16))
const same = (instant: string): string => new Date(instant).toISOString()

describe.runIf(hasTestData)('wall-clock time in six real time zones', () => {
  it('finds the instant of nine o’clock in every week of a year', () => {
    const weeks = rows('weekly-0900-wallclock.csv')
    expect(weeks.length).toBeGreaterThan(300)
    for (const [zone, wall, instant] of weeks) expect(wallTime(wall!.slice(0, 10), minutesOf(wall!), zone!)).toEqual({ startAt: same(instant!), kind: 'once' })
  })

  it('keeps nine o’clock at nine o’clock from week to week', () => {
    const weeks = rows('weekly-0900-wallclock.csv')
    for (const [index, [zone, , instant]] of weeks.entries()) {
      const next = weeks[index + 1]
      if (next && next[0] === zone) expect(shiftDays(instant!, 7, zone!)).toBe(same(next[2]!))
    }
  })

  it('says which times clocks jump over and which happen twice', () => {
    for (const [zone, instant, before, after, kind, localBefore, localAfter] of rows('transitions-2023-2027.csv')) {
      const from = kind === 'gap' ? localBefore! : localAfter!
      const found = wallTime(from.slice(0, 10), minutesOf(from), zone!)
      const shiftMs = Math.abs(Number(after) - Number(before)) * 1000
      // A skipped time moves on by the length of the jump, which is where the first skipped minute meets the jump itself.
      if (kind === 'gap') expect(found).toEqual({ startAt: same(instant!), kind: 'skipped' })
      else expect(found).toEqual({ startAt: new Date(Date.parse(instant!) - shiftMs).toISOString(), kind: 'repeated' })
    }
  })

  it('is open for 23 or 25 hours on days on which clocks change, and opens at the jump when the opening time is skipped', () => {
    for (const [zone, instant, before, after, kind, localBefore] of rows('transitions-2023-2027.csv')) {
      const date = Temporal.Instant.from(instant!).toZonedDateTimeISO(zone!).toPlainDate()
      const weekday = date.dayOfWeek
      const [day] = openOn([{ weekday, from: 0, to: 24 * 60 }], date.toString(), zone!)
      if (localBefore!.slice(0, 10) === date.toString()) expect(day!.to - day!.from).toBe(24 * 3_600_000 - (Number(after) - Number(before)) * 1000)
      if (kind !== 'gap' || minutesOf(localBefore!) >= 23 * 60) continue
      const skipped = openOn([{ weekday, from: minutesOf(localBefore!) + 15, to: 24 * 60 }], date.toString(), zone!)
      expect(skipped[0]!.from).toBe(Date.parse(instant!))
    }
  })
})

describe('weekly hours', () => {
  const berlin = 'Europe/Berlin'
  const hours = [
    { weekday: 1, from: 8 * 60, to: 12 * 60 },
    { weekday: 1, from: 13 * 60, to: 17 * 60 },
  ]
  const at = (wall: string): number => Temporal.PlainDateTime.from(wall).toZonedDateTime(berlin).epochMilliseconds

  it('leave the break closed', () => {
    expect(isOpenDuring(hours, { from: at('2026-11-16T11:00'), to: at('2026-11-16T12:00') }, berlin)).toBe(true)
    expect(isOpenDuring(hours, { from: at('2026-11-16T11:30'), to: at('2026-11-16T12:15') }, berlin)).toBe(false)
    expect(isOpenDuring(hours, { from: at('2026-11-17T11:00'), to: at('2026-11-17T12:00') }, berlin)).toBe(false)
  })

  it('join where one ends as the other starts, over midnight too', () => {
    const night = [
      { weekday: 1, from: 20 * 60, to: 24 * 60 },
      { weekday: 2, from: 0, to: 6 * 60 },
    ]
    expect(isOpenDuring(night, { from: at('2026-11-16T23:00'), to: at('2026-11-17T01:00') }, berlin)).toBe(true)
    expect(isOpenDuring(night, { from: at('2026-11-16T23:00'), to: at('2026-11-17T06:01') }, berlin)).toBe(false)
  })

  it('include the hour that happens twice in autumn', () => {
    // 25 October 2026 is a Sunday; 02:00 to 03:00 happens twice in Berlin.
    const [open] = openOn([{ weekday: 7, from: 120, to: 150 }], '2026-10-25', berlin)
    expect(open!.to - open!.from).toBe(90 * 60_000)
  })
})

describe('intervals', () => {
  const intervals = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 })).map(([from, length]): Interval => ({ from, to: from + length })),
    { maxLength: 12 },
  )
  const holds = (list: readonly Interval[], moment: number): boolean => list.some(({ from, to }) => from <= moment && moment < to)

  it('joined hold the same moments, apart and in order', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const result = joined(list)
        for (let moment = 0; moment < 75; moment++) expect(holds(result, moment)).toBe(holds(list, moment))
        for (const [index, interval] of result.entries()) if (index) expect(interval.from).toBeGreaterThan(result[index - 1]!.to)
      }),
    )
  })

  it('without others hold exactly the moments of the first alone', () => {
    fc.assert(
      fc.property(intervals, intervals, (list, taken) => {
        const result = without(joined(list), taken)
        for (let moment = 0; moment < 75; moment++) expect(holds(result, moment)).toBe(holds(list, moment) && !holds(taken, moment))
      }),
    )
  })
})
