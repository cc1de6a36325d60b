import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { boundsOf, buildAxis, instantAt, missingOn, positionOf } from '../../../../src/renderer/features/schedule/board/axis.js'
import { hasTestData, testData } from '../../../support/test-data.js'

const hour = 4
const springDay = '2026-03-29'
const autumnDay = '2026-10-25'
const berlin = 'Europe/Berlin'
const at = (instant: string): number => Date.parse(instant)

describe('the time axis of one day', () => {
  it('has 24 hours on a usual day, 23 when clocks go forward, 25 when they go back', () => {
    expect(buildAxis(['2026-11-16'], berlin).rows).toHaveLength(24 * hour)
    expect(buildAxis([springDay], berlin).rows).toHaveLength(23 * hour)
    expect(buildAxis([autumnDay], berlin).rows).toHaveLength(25 * hour)
  })

  it('shows the repeated hour right after its first pass', () => {
    const hours = buildAxis([autumnDay], berlin).rows.filter(({ wallMinutes }) => wallMinutes % 60 === 0)
    expect(hours.slice(0, 5).map(({ wallMinutes, isRepeat }) => `${wallMinutes / 60}${isRepeat ? ' again' : ''}`)).toEqual(['0', '1', '2', '2 again', '3'])
  })

  it('can be cut to working hours, which an hour of change outside of them does not move', () => {
    const axis = buildAxis([autumnDay], berlin, { from: 8 * 60, to: 18 * 60 })
    expect(axis.rows).toHaveLength(10 * hour)
    expect(positionOf(axis, autumnDay, at('2026-10-25T08:00:00Z'))).toBe(hour)
    expect(instantAt(axis, autumnDay, 0)).toBe(at('2026-10-25T07:00:00Z'))
  })

  it('holds what lies before or after at its edges', () => {
    const axis = buildAxis(['2026-11-16'], berlin, { from: 8 * 60, to: 18 * 60 })
    expect(positionOf(axis, '2026-11-16', at('2026-11-15T12:00:00Z'))).toBe(0)
    expect(positionOf(axis, '2026-11-16', at('2026-11-18T12:00:00Z'))).toBe(10 * hour)
  })
})

describe('the common axis of a week', () => {
  const week = (first: string): string[] => Array.from({ length: 7 }, (_, days) => Temporal.PlainDate.from(first).add({ days }).toString())

  it('keeps nine o’clock on one line although clocks change within it', () => {
    const days = week('2026-10-20')
    const axis = buildAxis(days, berlin)
    const nine = days.map((day) => positionOf(axis, day, Temporal.PlainDateTime.from(`${day}T09:00`).toZonedDateTime(berlin).epochMilliseconds))
    expect(new Set(nine)).toEqual(new Set([10 * hour]))
  })

  it('leaves the repeated hour empty on the other days, and the skipped one on its own', () => {
    const autumn = buildAxis(week('2026-10-20'), berlin)
    expect(missingOn(autumn, '2026-10-20')).toEqual([{ from: 3 * hour, to: 4 * hour }])
    expect(missingOn(autumn, autumnDay)).toEqual([])
    const spring = buildAxis(week('2026-03-25'), berlin)
    expect(missingOn(spring, springDay)).toEqual([{ from: 2 * hour, to: 3 * hour }])
    expect(missingOn(spring, '2026-03-25')).toEqual([])
  })

  it('takes a place in a skipped hour as the moment after it, and ends above it what ends at the jump', () => {
    const axis = buildAxis(week('2026-03-25'), berlin)
    expect(instantAt(axis, springDay, 2.5 * hour)).toBe(at('2026-03-29T01:00:00Z'))
    expect(positionOf(axis, springDay, at('2026-03-29T01:00:00Z'), 'end')).toBe(2 * hour)
    expect(positionOf(axis, springDay, at('2026-03-29T01:00:00Z'), 'start')).toBe(3 * hour)
  })
})

describe.runIf(hasTestData)('days on which clocks change in real time zones', () => {
  const transitions = readFileSync(testData('timezones/transitions-2023-2027.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))

  it('have as many quarter hours as pass, in order, and find each of them again', () => {
    for (const [zone, instant, before, after] of transitions) {
      const day = Temporal.Instant.from(instant!).toZonedDateTimeISO(zone!).toPlainDate().toString()
      for (const dates of [
        [day],
        Array.from({ length: 7 }, (_, days) =>
          Temporal.PlainDate.from(day)
            .add({ days: days - 3 })
            .toString(),
        ),
      ]) {
        const axis = buildAxis(dates, zone!)
        const { from, to } = boundsOf(axis, day)
        expect(to - from).toBe(24 * 3_600_000 - (Number(after) - Number(before)) * 1000)
        let last = -1
        for (let ms = from; ms < to; ms += 5 * 60_000) {
          const place = positionOf(axis, day, ms)
          expect(place).toBeGreaterThan(last)
          expect(instantAt(axis, day, place)).toBe(ms)
          last = place
        }
      }
    }
  })

  it('go from place to instant to the same place or the next that exists', () => {
    fc.assert(
      fc.property(fc.constantFrom(...transitions), fc.double({ min: 0, max: 92, noNaN: true }), ([zone, instant], place) => {
        const day = Temporal.Instant.from(instant!).toZonedDateTimeISO(zone!).toPlainDate().toString()
        const axis = buildAxis([day, Temporal.PlainDate.from(day).add({ days: 7 }).toString()], zone!)
        const found = positionOf(axis, day, instantAt(axis, day, place))
        const isMissing = missingOn(axis, day).some(({ from, to }) => place >= from && place < to)
        if (isMissing) expect(found).toBeGreaterThan(place)
        else expect(found).toBeCloseTo(place, 4)
      }),
    )
  })
})
