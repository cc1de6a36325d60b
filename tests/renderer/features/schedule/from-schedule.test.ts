import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conflictsOf } from '../../../../src/main/features/appointments/rules.js'
import { boardOf } from '../../../../src/renderer/features/schedule/board/from-schedule.js'
import { previewConflicts } from '../../../../src/renderer/features/schedule/board/preview-conflicts.js'
import { madeUpDay } from './board-harness/made-up-days.js'

const words = { day: (date: string) => date, unassigned: 'Nobody', closed: 'Closed', today: '2026-11-17' }
const days = ['2026-11-16', '2026-11-17'].map((date) => madeUpDay({ date, timeZone: 'Europe/Berlin', providerCount: 3, appointmentCount: 40 }))
const weekly = (from: number, to: number) => [1, 2].map((weekday) => ({ weekday, from: from * 60, to: to * 60 }))

describe('the board of a schedule', () => {
  it('has a column for each provider of each day, by day or by provider', () => {
    const byDay = boardOf(days, { by: 'provider', groupBy: 'day' }, words).columns
    expect(byDay).toHaveLength(6)
    expect(byDay.map(({ group }) => group?.label)).toEqual(['2026-11-16', '2026-11-16', '2026-11-16', '2026-11-17', '2026-11-17', '2026-11-17'])
    expect(byDay.map(({ group }) => group?.isToday)).toEqual([false, false, false, true, true, true])
    const byProvider = boardOf(days, { by: 'provider', groupBy: 'resource' }, words).columns
    expect(byProvider.slice(0, 2).map(({ label, group }) => [label, group?.label])).toEqual([
      ['2026-11-16', 'Dr. Ana Silva'],
      ['2026-11-17', 'Dr. Ana Silva'],
    ])
  })

  it('has a last column for those that nobody on the board treats, only when there are any', () => {
    expect(boardOf(days, { by: 'provider', groupBy: 'day' }, words).columns.some(({ resourceId }) => resourceId === undefined)).toBe(false)
    const lost = { ...days[0]!, appointments: days[0]!.appointments.map(({ providerId: _, ...rest }) => rest) }
    const { columns, appointments } = boardOf([lost], { by: 'provider', groupBy: 'day' }, words)
    expect(columns.at(-1)).toMatchObject({ label: 'Nobody', resourceId: undefined })
    expect(appointments.every(({ resourceId }) => resourceId === undefined)).toBe(true)
  })

  it('shows closed times of the clinic everywhere and those of one provider or chair only there', () => {
    const closedOf = (by: 'provider' | 'chair') =>
      boardOf([days[0]!], { by, groupBy: 'day' }, words).columns.map(({ closed }) => closed.map(({ label }) => label))
    expect(closedOf('provider')).toEqual([['Team meeting'], ['Team meeting', 'At the university'], ['Team meeting']])
    expect(closedOf('chair')[1]).toEqual(['Team meeting', 'Repair'])
  })

  it('draws an appointment over midnight once, although both days bring it', () => {
    const twice = days.map((day) => ({ ...day, appointments: [days[0]!.appointments[0]!] }))
    expect(boardOf(twice, { by: 'provider', groupBy: 'day' }, words).appointments).toHaveLength(1)
  })
})

describe('the conflicts shown while dragging', () => {
  it('are those that the workstation finds on saving', () => {
    const preview = previewConflicts(days)
    const appointments = days.flatMap((day) => day.appointments)
    const lunch = (from: number, to: number) => [...weekly(from, 12.5), ...weekly(13.5, to)]
    const hours = new Map(days[0]!.providers.map(({ id }, index) => [id, index === 2 ? weekly(10, 16) : lunch(8, 18)]))
    const surroundings = {
      timeZone: 'Europe/Berlin',
      clinicHours: weekly(8, 18),
      hoursOf: (id: string) => hours.get(id),
      booked: appointments,
      closedTimes: days.flatMap((day) => day.closedTimes),
    }
    const one = <T>(values: readonly T[]) => fc.constantFrom(...values, undefined)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 24 * 12 * 2 - 40 }),
        fc.constantFrom(5, 15, 30, 60, 180),
        one(days[0]!.providers.map(({ id }) => id)),
        one(days[0]!.chairs.map(({ id }) => id)),
        one(appointments.map(({ patientId }) => patientId)),
        one(appointments.map(({ id }) => id)),
        (five, durationMinutes, providerId, chairId, patientId, id) => {
          const startAt = new Date(Date.parse(days[0]!.startAt) + five * 5 * 60_000).toISOString()
          const slot = { startAt, durationMinutes, providerId, chairId, patientId }
          expect(preview({ ...slot, appointmentId: id })).toEqual(conflictsOf({ ...slot, id }, surroundings).map(({ code }) => code))
        },
      ),
      { numRuns: 500 },
    )
  })
})
