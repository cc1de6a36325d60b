import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAxis } from '../../../../src/renderer/features/schedule/board/axis.js'
import { pack, placeColumn, shadedRows, visibleHours, windowOf } from '../../../../src/renderer/features/schedule/board/layout.js'
import type { BoardAppointment, BoardColumn } from '../../../../src/renderer/features/schedule/board/types.js'

const date = '2026-11-16'
const axis = buildAxis([date], 'UTC', { from: 8 * 60, to: 18 * 60 })
const period = (from: string, to: string) => ({ startAt: `${date}T${from}:00Z`, endAt: `${date}T${to}:00Z` })
const column: BoardColumn = { id: 'c', resourceId: 'p', date, label: 'P', working: [period('09:00', '12:00'), period('13:00', '17:00')], closed: [] }
const visit = (id: string, startAt: string, durationMinutes: number): BoardAppointment => ({
  id,
  resourceId: 'p',
  startAt: `${startAt}:00Z`,
  durationMinutes,
  status: 'booked',
  title: id,
})

describe('overlapping appointments', () => {
  const stretches = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 })).map(([from, length]) => ({ from, to: from + length })),
    { maxLength: 25 },
  )

  it('stand side by side without covering each other, and fill the width where nothing is beside them', () => {
    fc.assert(
      fc.property(stretches, (items) => {
        const packed = pack(items)
        expect(packed).toHaveLength(items.length)
        for (const [index, a] of packed.entries()) {
          expect(a.lane + a.span).toBeLessThanOrEqual(a.laneCount)
          expect(a.span).toBeGreaterThanOrEqual(1)
          const beside = packed.filter((b, other) => other !== index && a.from < b.to && b.from < a.to)
          if (beside.length === 0) expect(a.span).toBe(a.laneCount)
          for (const b of beside) {
            expect(b.laneCount).toBe(a.laneCount)
            expect(a.lane + a.span <= b.lane || b.lane + b.span <= a.lane).toBe(true)
          }
        }
      }),
    )
  })

  it('never take more lanes than meet at one moment', () => {
    fc.assert(
      fc.property(stretches, (items) => {
        for (const item of pack(items)) {
          const crowd = Math.max(...items.map(({ from }) => items.filter((other) => other.from <= from && from < other.to).length))
          expect(item.laneCount).toBeLessThanOrEqual(crowd)
        }
      }),
    )
  })

  it('share the width also when a short one is drawn higher than it lasts', () => {
    const placed = placeColumn(column, [visit('a', `${date}T09:00`, 5), visit('b', `${date}T09:05`, 30)], axis, 1)
    expect(placed.map(({ lane, laneCount, from, to }) => ({ lane, laneCount, from, to }))).toEqual([
      { lane: 0, laneCount: 2, from: 4, to: 5 },
      { lane: 1, laneCount: 2, from: 4 + 1 / 3, to: 6 + 1 / 3 },
    ])
  })
})

describe('a column', () => {
  it('shows what touches its hours, and lets only be taken what begins in them', () => {
    const placed = placeColumn(
      column,
      [visit('before', `${date}T07:30`, 60), visit('in', `${date}T10:00`, 30), visit('late', `${date}T19:00`, 30), visit('yesterday', '2026-11-15T10:00', 60)],
      axis,
      1,
    )
    expect(placed.map(({ appointment, isMovable }) => [appointment.id, isMovable])).toEqual([
      ['before', false],
      ['in', true],
    ])
  })

  it('is shaded outside working hours and in the break', () => {
    expect(shadedRows(column.working, date, axis)).toEqual([
      { from: 0, to: 4 },
      { from: 16, to: 20 },
      { from: 36, to: 40 },
    ])
    expect(shadedRows([], date, axis)).toEqual([{ from: 0, to: 40 }])
  })

  it('shows an hour around work and appointments, in whole hours', () => {
    const minutesOf = (ms: number): number => Math.floor(ms / 60_000) % (24 * 60)
    expect(visibleHours([column], [], minutesOf)).toEqual({ from: 8 * 60, to: 18 * 60 })
    expect(visibleHours([column], [visit('early', `${date}T06:40`, 30)], minutesOf)).toEqual({ from: 5 * 60, to: 18 * 60 })
    expect(visibleHours([column], [visit('night', `${date}T23:40`, 30)], minutesOf)).toEqual({ from: 0, to: 24 * 60 })
    expect(visibleHours([{ ...column, working: [] }], [], minutesOf)).toEqual({ from: 0, to: 24 * 60 })
  })
})

describe('the window of what is drawn', () => {
  it('always holds what is in view, within what there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 20_000 }),
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 5, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        (scroll, viewport, size, count) => {
          const { from, to } = windowOf(scroll, viewport, size, count, 4)
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeLessThanOrEqual(count)
          for (let item = 0; item < count; item++) {
            const isInView = (item + 1) * size > Math.max(0, scroll) && item * size < Math.max(0, scroll) + viewport
            if (isInView) expect(item >= from && item < to).toBe(true)
          }
        },
      ),
    )
  })
})
