import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf, nearest, type Point, roundUp, spanOf } from '../../../../src/renderer/features/monitor/chart-shape.js'

const points = (...values: (number | null)[]): Point[] => values.map((value, index) => ({ at: index * 1000, value }))

describe('the scale of a chart', () => {
  test('ends at a round number that is not below the greatest figure', () => {
    expect([0, 0.3, 1, 7, 21, 260, 5_100_000].map(roundUp)).toEqual([1, 0.5, 1, 10, 25, 500, 10_000_000])
  })
  test('whatever the figure, holds it and leaves no more than it empty', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
        const top = roundUp(value)
        expect(top).toBeGreaterThanOrEqual(value * 0.999)
        expect(top).toBeLessThanOrEqual(value * 2.6)
      }),
    )
  })
})

describe('the lines of a chart', () => {
  test('are broken where nothing is known, and where no sample was taken for long', () => {
    expect(linesOf(points(1, 2, null, 3), 0, 3000, 5000).map((line) => line.map(({ value }) => value))).toEqual([[1, 2], [3]])
    const late = [...points(1, 2), { at: 90_000, value: 4 }]
    expect(linesOf(late, 0, 90_000, 5000).map((line) => line.at(-1)?.value)).toEqual([2, 4])
  })
  test('leave out what lies before the time that is shown', () => {
    expect(linesOf(points(9, 1, 2), 1000, 2000, 5000)).toEqual([points(9, 1, 2).slice(1)])
  })
  test('keep a peak and a low of one moment in a whole day, in their order, and stay short', () => {
    const day = Array.from({ length: 1440 }, (_, minute) => ({ at: minute * 60_000, value: minute === 700 ? 900 : minute === 705 ? -5 : 10 }))
    const [line = [], ...more] = linesOf(day, 0, 1440 * 60_000, 200_000)
    expect(more).toEqual([])
    expect(line.length).toBeLessThan(330)
    expect(line.filter(({ value }) => value !== 10).map(({ value }) => value)).toEqual([900, -5])
    expect(line.map(({ at }) => at)).toEqual(line.map(({ at }) => at).toSorted((a, b) => a - b))
  })
  test('of nothing are none', () => {
    expect(linesOf([], 0, 1000, 5000)).toEqual([])
    expect(linesOf(points(null, null), 0, 1000, 5000)).toEqual([])
  })
})

test('what is said of a chart: the latest known figure, the least and the most', () => {
  expect(spanOf(points(5, 1, 8, 3, null))).toEqual({ latest: { at: 3000, value: 3 }, least: 1, most: 8 })
  expect(spanOf(points(null))).toBeUndefined()
})

test('pointing finds the known figure next to it', () => {
  expect(nearest(points(5, null, 8), 1400)).toEqual({ at: 2000, value: 8 })
  expect(nearest(points(null), 0)).toBeUndefined()
})
