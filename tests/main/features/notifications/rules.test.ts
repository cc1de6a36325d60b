import { describe, expect, it } from 'vitest'
import { type VisitState, visitNews } from '../../../../src/main/features/notifications/rules.js'

const today = (startAt: string): boolean => startAt.startsWith('2026-11-20')
const visit = (change: Partial<VisitState> = {}): VisitState => ({
  id: 'v',
  patientId: 'p',
  providerId: 'rossi',
  startAt: '2026-11-20T09:00:00.000Z',
  status: 'booked',
  slotStamp: 's1',
  statusStamp: 't1',
  isFirstSlot: true,
  arrivedAt: undefined,
  ...change,
})
const told = (before: VisitState | undefined, after: VisitState | undefined) =>
  visitNews(before, after, today).map(({ kind, stamp, providerId }) => `${kind} ${stamp} ${providerId}`)

describe('what a provider is told of a visit', () => {
  it('is that it was booked for today, not for another day, and nothing where nobody is to treat', () => {
    expect(told(undefined, visit())).toEqual(['visitBooked s1 rossi'])
    expect(told(undefined, visit({ startAt: '2026-11-21T09:00:00.000Z' }))).toEqual([])
    expect(told(undefined, visit({ providerId: undefined }))).toEqual([])
  })

  it('is that it was moved: within the day, into it, out of it, to somebody else; not that it got another chair', () => {
    const moved = { slotStamp: 's2', isFirstSlot: false }
    expect(told(visit(), visit({ ...moved, startAt: '2026-11-20T10:00:00.000Z' }))).toEqual(['visitMoved s2 rossi'])
    expect(told(undefined, visit(moved))).toEqual(['visitMoved s2 rossi'])
    expect(told(visit(), visit({ ...moved, startAt: '2026-11-23T10:00:00.000Z' }))).toEqual(['visitMoved s2 rossi'])
    expect(told(visit(), visit({ ...moved, providerId: 'vega' }))).toEqual(['visitMoved s2 rossi', 'visitMoved s2 vega'])
    expect(told(visit(), visit(moved))).toEqual([])
  })

  it('is that it was cancelled or deleted, and that the patient has arrived, once', () => {
    expect(told(visit(), visit({ status: 'cancelled', statusStamp: 't2' }))).toEqual(['visitCancelled t2 rossi'])
    expect(told(visit(), undefined)).toEqual(['visitCancelled t1 rossi'])
    expect(told(visit({ status: 'cancelled' }), undefined)).toEqual([])
    expect(told(visit(), visit({ status: 'arrived', statusStamp: 't2' }))).toEqual(['arrived t2 rossi'])
    expect(told(visit({ status: 'arrived' }), visit({ status: 'arrived' }))).toEqual([])
    expect(told(visit({ status: 'arrived' }), visit({ status: 'inChair', statusStamp: 't3' }))).toEqual([])
    // Somebody who walks in is booked and has arrived at once.
    expect(told(undefined, visit({ status: 'arrived' }))).toEqual(['arrived t1 rossi'])
  })
})
