import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeSlots } from '../../../../src/main/features/appointments/free-slots.js'
import { type BookedSlot, conflictsOf, course, nextStatuses, type Surroundings, withStatus } from '../../../../src/main/features/appointments/rules.js'
import { appointmentStatuses } from '../../../../src/shared/entities/appointment.js'

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const [ana, ben, chairOne, chairTwo, pat, sam] = [1, 2, 3, 4, 5, 6].map(id) as [string, string, string, string, string, string]
const weekdays = (from: number, to: number) => [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: from * 60, to: to * 60 }))
const visit = (n: number, startAt: string, rest: Partial<BookedSlot> = {}): BookedSlot => ({
  id: id(n),
  patientId: pat,
  startAt,
  durationMinutes: 30,
  status: 'booked',
  ...rest,
})
const around = (rest: Partial<Surroundings> = {}): Surroundings => ({
  timeZone: 'Europe/Berlin',
  clinicHours: weekdays(8, 18),
  hoursOf: () => undefined,
  booked: [],
  closedTimes: [],
  ...rest,
})
const codes = (...args: Parameters<typeof conflictsOf>): string[] => conflictsOf(...args).map(({ code }) => code)
// 16 November 2026 is a Monday; Berlin is an hour ahead of UTC.
const nine = '2026-11-16T08:00:00Z'

describe('conflicts', () => {
  it('name the appointment that the provider, the chair or the patient already has', () => {
    const booked = [visit(10, nine, { providerId: ana, chairId: chairOne })]
    expect(
      conflictsOf({ startAt: '2026-11-16T08:15:00Z', durationMinutes: 30, providerId: ana, chairId: chairOne, patientId: pat }, around({ booked })),
    ).toEqual([
      { code: 'provider', ids: [id(10)] },
      { code: 'chair', ids: [id(10)] },
      { code: 'patient', ids: [id(10)] },
    ])
    expect(codes({ startAt: nine, durationMinutes: 30, providerId: ben, chairId: chairTwo, patientId: sam }, around({ booked }))).toEqual([])
  })

  it('leave appointments alone that only touch, are the one being moved, or take no time', () => {
    const wanted = { id: id(10), startAt: nine, durationMinutes: 30, providerId: ana, patientId: sam }
    const booked = [
      visit(10, nine, { providerId: ana }),
      visit(11, '2026-11-16T08:30:00Z', { providerId: ana }),
      visit(12, '2026-11-16T07:30:00Z', { providerId: ana }),
      visit(13, nine, { providerId: ana, status: 'cancelled' }),
      visit(14, nine, { providerId: ana, status: 'noShow' }),
    ]
    expect(codes(wanted, around({ booked }))).toEqual([])
  })

  it('compare instants, however they are written', () => {
    expect(
      codes({ startAt: '2026-11-16T09:00:00+01:00', durationMinutes: 30, providerId: ana }, around({ booked: [visit(10, nine, { providerId: ana })] })),
    ).toEqual(['provider'])
  })

  it('tell a closed clinic or chair from a provider who is away', () => {
    const period = { startAt: nine, endAt: '2026-11-16T09:00:00Z' }
    const wanted = { startAt: nine, durationMinutes: 30, providerId: ana, chairId: chairOne }
    expect(conflictsOf(wanted, around({ closedTimes: [{ id: id(20), ...period }] }))).toEqual([{ code: 'closed', ids: [id(20)] }])
    expect(codes(wanted, around({ closedTimes: [{ id: id(20), ...period, chairId: chairOne }] }))).toEqual(['closed'])
    expect(codes(wanted, around({ closedTimes: [{ id: id(20), ...period, practitionerId: ana }] }))).toEqual(['providerAway'])
    expect(
      codes(
        wanted,
        around({
          closedTimes: [
            { id: id(20), ...period, practitionerId: ben },
            { id: id(21), ...period, chairId: chairTwo },
          ],
        }),
      ),
    ).toEqual([])
    expect(codes({ startAt: nine, durationMinutes: 30 }, around({ closedTimes: [{ id: id(20), ...period, practitionerId: ana }] }))).toEqual([])
  })

  it('hold the hours of the provider, else of the clinic, on the wall clock of the clinic', () => {
    const early = { startAt: '2026-11-16T06:30:00Z', durationMinutes: 30, providerId: ana }
    expect(codes(early, around())).toEqual(['outsideHours'])
    expect(codes(early, around({ hoursOf: () => weekdays(7, 12) }))).toEqual([])
    expect(codes({ ...early, startAt: nine }, around({ hoursOf: () => [] }))).toEqual(['outsideHours'])
    expect(codes({ ...early, startAt: '2026-11-16T16:45:00Z' }, around())).toEqual(['outsideHours'])
    // Eight o'clock is an hour earlier in UTC while summer time lasts.
    expect(codes({ startAt: '2026-06-15T06:00:00Z', durationMinutes: 30 }, around())).toEqual([])
    expect(codes({ startAt: '2026-11-16T06:00:00Z', durationMinutes: 30 }, around())).toEqual(['outsideHours'])
  })

  it('are none when the clinic never said when it is open', () => {
    expect(codes({ startAt: '2026-11-15T02:00:00Z', durationMinutes: 30, providerId: ana }, around({ clinicHours: [] }))).toEqual([])
  })
})

describe('the course of a visit', () => {
  it('keeps the time of every step', () => {
    const steps = course
      .slice(1)
      .reduce((state, step, index) => withStatus(state, step, `t${index + 1}`)!, { status: 'booked' as const, statusTimes: { booked: 't0' } } as ReturnType<
        typeof withStatus
      > &
        object)
    expect(steps).toEqual({ status: 'left', statusTimes: { booked: 't0', confirmed: 't1', arrived: 't2', inChair: 't3', done: 't4', left: 't5' } })
  })

  it('goes back as an undo: later times are forgotten, the first time stays', () => {
    const state = { status: 'inChair' as const, statusTimes: { booked: 't0', arrived: 't1', inChair: 't2' } }
    expect(withStatus(state, 'arrived', 't9')).toEqual({ status: 'arrived', statusTimes: { booked: 't0', arrived: 't1' } })
    expect(withStatus(state, 'confirmed', 't9')).toEqual({ status: 'confirmed', statusTimes: { booked: 't0', confirmed: 't9' } })
  })

  it('lets a missed patient arrive late, and a cancelled visit be booked again', () => {
    expect(withStatus({ status: 'noShow', statusTimes: { booked: 't0', noShow: 't1' } }, 'arrived', 't2')).toEqual({
      status: 'arrived',
      statusTimes: { booked: 't0', arrived: 't2' },
    })
    expect(withStatus({ status: 'cancelled', statusTimes: { booked: 't0', cancelled: 't1' } }, 'booked', 't2')).toEqual({
      status: 'booked',
      statusTimes: { booked: 't0' },
    })
  })

  it('neither cancels nor misses a visit that was treated', () => {
    for (const status of ['inChair', 'done', 'left'] as const)
      for (const aside of ['cancelled', 'noShow'] as const) expect(withStatus({ status }, aside, 't')).toBeUndefined()
    expect(withStatus({ status: 'cancelled' }, 'done', 't')).toBeUndefined()
  })

  it('always leaves the time of the status it is in, and can be undone from wherever it went', () => {
    const status = fc.constantFrom(...appointmentStatuses)
    fc.assert(
      fc.property(fc.array(status, { maxLength: 12 }), (wishes) => {
        let state: { status: (typeof appointmentStatuses)[number]; statusTimes: Partial<Record<(typeof appointmentStatuses)[number], string>> } = {
          status: 'booked',
          statusTimes: { booked: 't' },
        }
        for (const [index, wish] of wishes.entries()) {
          const next = withStatus(state, wish, `t${index}`)
          expect(next !== undefined).toBe(wish === state.status || nextStatuses(state.status).includes(wish))
          if (!next) continue
          expect(next.statusTimes[next.status]).toBeDefined()
          if (next.status !== 'cancelled' && next.status !== 'noShow') {
            expect(next.statusTimes.cancelled).toBeUndefined()
            expect(next.statusTimes.noShow).toBeUndefined()
          }
          if (next.status !== state.status) expect(nextStatuses(next.status)).toContain(state.status)
          state = next
        }
      }),
    )
  })
})

describe('free slots', () => {
  const search = { from: nine, durationMinutes: 30, candidates: [{ providerId: ana }], limit: 3 }

  it('come earliest first, on the raster, around what is taken', () => {
    const booked = [visit(10, nine, { providerId: ana }), visit(11, '2026-11-16T08:45:00Z', { providerId: ana, durationMinutes: 20 })]
    expect(freeSlots(search, around({ booked })).map(({ startAt }) => startAt)).toEqual([
      '2026-11-16T09:15:00.000Z',
      '2026-11-16T09:30:00.000Z',
      '2026-11-16T09:45:00.000Z',
    ])
  })

  it('go on to the next open day', () => {
    expect(freeSlots({ ...search, from: '2026-11-20T16:40:00Z', limit: 1 }, around())[0]?.startAt).toBe('2026-11-23T07:00:00.000Z')
  })

  it('are at any hour in a clinic that never said when it is open', () => {
    expect(freeSlots({ ...search, from: '2026-11-15T02:00:00Z', limit: 1 }, around({ clinicHours: [] }))[0]?.startAt).toBe('2026-11-15T02:00:00.000Z')
  })

  it('are none for a provider who never works', () => {
    expect(freeSlots(search, around({ hoursOf: () => [] }))).toEqual([])
  })

  it('have no conflict, and none before the last of them was left out', () => {
    const quarter = fc.integer({ min: 0, max: 4 * 24 * 3 }).map((n) => new Date(Date.parse('2026-10-23T00:00:00Z') + n * 15 * 60_000).toISOString())
    const slot = fc.record({
      startAt: quarter,
      durationMinutes: fc.constantFrom(15, 20, 45, 90),
      providerId: fc.constantFrom(ana, ben),
      chairId: fc.constantFrom(chairOne, chairTwo),
      patientId: fc.constantFrom(pat, sam),
    })
    const closed = fc.record({
      startAt: quarter,
      hours: fc.integer({ min: 1, max: 9 }),
      practitionerId: fc.constantFrom(undefined, ana, ben),
      chairId: fc.constantFrom(undefined, chairOne),
    })
    fc.assert(
      fc.property(
        fc.array(slot, { maxLength: 25 }),
        fc.array(closed, { maxLength: 3 }),
        quarter,
        fc.constantFrom(15, 30, 60),
        (slots, closedTimes, from, durationMinutes) => {
          // Around the change of clocks of 25 October, with a clinic that never closes at night.
          const surroundings = around({
            clinicHours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 24 * 60 })),
            hoursOf: (provider) => (provider === ben ? [6, 7].map((weekday) => ({ weekday, from: 60, to: 12 * 60 })) : undefined),
            booked: slots.map((entry, index) => ({ ...entry, id: id(100 + index), status: 'booked' })),
            closedTimes: closedTimes.map(({ startAt, hours, ...rest }, index) => ({
              ...rest,
              id: id(200 + index),
              startAt,
              endAt: new Date(Date.parse(startAt) + hours * 3_600_000).toISOString(),
            })),
          })
          const candidates = [
            { providerId: ana, chairId: chairOne },
            { providerId: ben, chairId: chairTwo },
          ]
          const found = freeSlots({ from, durationMinutes, candidates, patientId: pat, limit: 6 }, surroundings)
          expect(found).toHaveLength(6)
          for (const free of found) expect(conflictsOf({ ...free, durationMinutes, patientId: pat }, surroundings)).toEqual([])
          const starts = new Set(found.map((free) => `${free.startAt} ${free.providerId}`))
          for (let start = Date.parse(from); start < Date.parse(found.at(-1)!.startAt); start += 15 * 60_000) {
            for (const candidate of candidates) {
              const startAt = new Date(start).toISOString()
              const isFree = conflictsOf({ startAt, durationMinutes, patientId: pat, ...candidate }, surroundings).length === 0
              // A slot over midnight is offered on neither day.
              if (isFree && !starts.has(`${startAt} ${candidate.providerId}`)) expect(startAt.slice(11)).toMatch(/^2[1-3]:/)
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
