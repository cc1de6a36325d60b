import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAxis } from '../../../../src/renderer/features/schedule/board/axis.js'
import { neighbour } from '../../../../src/renderer/features/schedule/board/navigation.js'
import { drawn, type Field, movedBy, resizedBy, type Steer, standing, steered } from '../../../../src/renderer/features/schedule/board/proposal.js'
import type { BoardAppointment, BoardColumn } from '../../../../src/renderer/features/schedule/board/types.js'

const berlin = 'Europe/Berlin'
const column = (resourceId: string, date: string): BoardColumn => ({
  id: `${date}/${resourceId}`,
  resourceId,
  date,
  label: resourceId,
  working: [],
  closed: [],
})
const steps = { snapMinutes: 15, fineMinutes: 5, newMinutes: 30 }
const dates = ['2026-10-24', '2026-10-25', '2026-10-26']
const columns = dates.flatMap((date) => [column('ana', date), column('ben', date)])
const field: Field = { axis: buildAxis(dates, berlin), columns, steps }
const visit = (startAt: string, durationMinutes = 30): BoardAppointment => ({
  id: 'v',
  resourceId: 'ana',
  startAt,
  durationMinutes,
  status: 'booked',
  title: 'V',
})
const nineOnSaturday = standing(visit('x'), columns[0]!, visit('2026-10-24T07:00:00Z'))

describe('dragging', () => {
  it('snaps the start to the raster and keeps the length', () => {
    expect(movedBy(nineOnSaturday, 0, 1.4, field)).toMatchObject({ startAt: '2026-10-24T07:15:00.000Z', durationMinutes: 30, columnId: '2026-10-24/ana' })
    expect(movedBy(nineOnSaturday, 0, 0.4, field)).toBe(nineOnSaturday)
  })

  it('to another day keeps nine o’clock at nine o’clock when clocks change in between', () => {
    expect(movedBy(nineOnSaturday, 2, 0, field)).toMatchObject({ startAt: '2026-10-25T08:00:00.000Z', date: '2026-10-25', resourceId: 'ana' })
    expect(movedBy(nineOnSaturday, 5, 0, field)).toMatchObject({ startAt: '2026-10-26T08:00:00.000Z', resourceId: 'ben' })
  })

  it('to another provider leaves a start that lies off the raster where it is', () => {
    const odd = standing(visit('x'), columns[0]!, visit('2026-10-24T07:05:00Z'))
    expect(movedBy(odd, 1, 0.1, field)).toMatchObject({ startAt: '2026-10-24T07:05:00.000Z', resourceId: 'ben' })
  })

  it('the end changes the length, five minutes at least', () => {
    expect(resizedBy(nineOnSaturday, 2, field).durationMinutes).toBe(60)
    expect(resizedBy(nineOnSaturday, -30, field).durationMinutes).toBe(5)
  })

  it('over empty time draws an appointment, downwards or upwards; a click gives the usual length', () => {
    expect(drawn(columns[0]!, 40.5, undefined, field)).toMatchObject({ startAt: '2026-10-24T07:00:00.000Z', durationMinutes: 30 })
    expect(drawn(columns[0]!, 40.5, 42.2, field)).toMatchObject({ startAt: '2026-10-24T07:00:00.000Z', durationMinutes: 45 })
    expect(drawn(columns[0]!, 42.2, 40.5, field)).toMatchObject({ startAt: '2026-10-24T07:00:00.000Z', durationMinutes: 45 })
  })

  it('through the repeated hour counts the minutes that pass', () => {
    // Half past one to three o'clock on the wall is two and a half hours on that night.
    expect(drawn(columns[2]!, 6, 15.5, field)).toMatchObject({ startAt: '2026-10-24T23:30:00.000Z', durationMinutes: 150 })
  })
})

describe('steering by keys', () => {
  it('steps by the raster, with Shift more finely, and by columns', () => {
    expect(steered(nineOnSaturday, 'later', false, field).startAt).toBe('2026-10-24T07:15:00.000Z')
    expect(steered(nineOnSaturday, 'earlier', true, field).startAt).toBe('2026-10-24T06:55:00.000Z')
    expect(steered(nineOnSaturday, 'inlineNext', false, field)).toMatchObject({ resourceId: 'ben', date: '2026-10-24' })
    expect(steered(nineOnSaturday, 'inlinePrevious', false, field)).toBe(nineOnSaturday)
    expect(steered(nineOnSaturday, 'longer', false, field).durationMinutes).toBe(45)
  })

  it('goes through the repeated hour once for each time it happens', () => {
    let proposal = standing(visit('x'), columns[2]!, visit('2026-10-25T00:45:00Z'))
    const seen = Array.from({ length: 5 }, () => (proposal = steered(proposal, 'later', false, field)).startAt)
    expect(seen).toEqual(['01:00', '01:15', '01:30', '01:45', '02:00'].map((time) => `2026-10-25T${time}:00.000Z`))
  })

  it('never leaves the board and never gives a length that is none', () => {
    const steer = fc.constantFrom<Steer[]>('earlier', 'later', 'inlineNext', 'inlinePrevious', 'longer', 'shorter')
    fc.assert(
      fc.property(fc.array(fc.tuple(steer, fc.boolean()), { maxLength: 60 }), (presses) => {
        let proposal = nineOnSaturday
        for (const [way, isFine] of presses) {
          proposal = steered(proposal, way, isFine, field)
          const on = columns.find(({ id }) => id === proposal.columnId)!
          expect([proposal.date, proposal.resourceId]).toEqual([on.date, on.resourceId])
          expect(new Intl.DateTimeFormat('sv-SE', { timeZone: berlin }).format(new Date(proposal.startAt))).toBe(on.date)
          expect(proposal.durationMinutes).toBeGreaterThanOrEqual(5)
        }
      }),
    )
  })
})

describe('going between appointments', () => {
  const item = (from: number) => ({ appointment: visit('2026-10-24T07:00:00Z'), from, to: from + 2, lane: 0, laneCount: 1, span: 1, isMovable: true })
  const placed = [[item(0), item(10), item(20)], [], [item(9), item(30)]]

  it('goes down a column and over to the nearest in time, past empty columns', () => {
    expect(neighbour({ columnIndex: 0, order: 0 }, 'later', placed)).toEqual({ columnIndex: 0, order: 1 })
    expect(neighbour({ columnIndex: 0, order: 2 }, 'later', placed)).toEqual({ columnIndex: 0, order: 2 })
    expect(neighbour({ columnIndex: 0, order: 1 }, 'inlineNext', placed)).toEqual({ columnIndex: 2, order: 0 })
    expect(neighbour({ columnIndex: 2, order: 1 }, 'inlinePrevious', placed)).toEqual({ columnIndex: 0, order: 2 })
    expect(neighbour({ columnIndex: 2, order: 0 }, 'inlineNext', placed)).toEqual({ columnIndex: 2, order: 0 })
  })
})
