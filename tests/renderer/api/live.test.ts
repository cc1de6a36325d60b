import { QueryClient, type QueryKey, QueryObserver } from '@tanstack/react-query'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createInvalidator, createSyncPulse, isTouched } from '../../../src/renderer/api/live.js'

const client = new QueryClient()
afterEach(() => {
  client.clear()
  vi.useRealTimers()
})

const query = (path: string[], input?: object) => {
  const queryKey: QueryKey = [path, { type: 'query', ...(input && { input }) }]
  return client.getQueryCache().build(client, { queryKey })
}
const ana = '0198a7d0-0000-7000-8000-000000000001'
const ben = '0198a7d0-0000-7000-8000-000000000002'

describe('which answers a change makes old', () => {
  test('a list of the kind, and the record itself', () => {
    const change = [{ kind: 'patient', id: ana, patientId: ana }]
    expect(isTouched(query(['patients', 'list'], { query: 'a' }), change)).toBe(true)
    expect(isTouched(query(['patients', 'get'], { id: ana }), change)).toBe(true)
    expect(isTouched(query(['patients', 'get'], { id: ben }), change)).toBe(false)
  })
  test('a chart of the patient to whom an unknown kind belongs, not that of another', () => {
    const change = [{ kind: 'somethingNew', id: 'x', patientId: ana }]
    expect(isTouched(query(['chart', 'overview'], { patientId: ana }), change)).toBe(true)
    expect(isTouched(query(['chart', 'overview'], { patientId: ben }), change)).toBe(false)
  })
  test('what a kind never shows in stays', () => {
    expect(isTouched(query(['settings', 'clinic', 'get']), [{ kind: 'appointment', id: 'x' }])).toBe(false)
  })
  test('the figures of the Monitor stay until it looks again, whatever is changed', () => {
    for (const kind of ['patient', 'somethingNew'])
      expect(isTouched(query(['monitor', 'accessLog'], { patientId: ana }), [{ kind, id: ana, patientId: ana }])).toBe(false)
  })
  test('every question, whatever record it is about; the history of a record only by that one', () => {
    const change = [{ kind: 'condition', id: ben, patientId: ben }]
    for (const path of [
      ['review', 'count'],
      ['review', 'get'],
      ['review', 'decisions'],
    ])
      expect(isTouched(query(path, { question: `edit.patient.${ana}.sex` }), change)).toBe(true)
    expect(isTouched(query(['review', 'list'], { patientId: ana }), change)).toBe(true)
    expect(isTouched(query(['review', 'history'], { kind: 'condition', id: ben }), change)).toBe(true)
    expect(isTouched(query(['review', 'history'], { kind: 'condition', id: ana }), change)).toBe(false)
    expect(isTouched(query(['chart', 'overview'], { patientId: ana }), [{ kind: 'keptVersion', id: 'v' }])).toBe(false)
  })
  test('a renamed provider shows in every chart', () => {
    expect(isTouched(query(['chart', 'overview'], { patientId: ana }), [{ kind: 'practitioner', id: 'p' }])).toBe(true)
  })
})

describe('what hangs on the exchange', () => {
  const commit = [{ kind: 'symptom', id: ana }]
  test('the queue and the marks of records, with every commit', () => {
    expect(isTouched(query(['sync', 'queue'], { limit: 50 }), commit)).toBe(true)
    expect(isTouched(query(['sync', 'recordState'], { kind: 'patient', id: ben }), commit)).toBe(true)
    expect(isTouched(query(['sync', 'queue']), [])).toBe(false)
  })
  test('not the status, which has a stream of its own, nor what the server knows of workstations', () => {
    expect(isTouched(query(['sync', 'status']), commit)).toBe(false)
    expect(isTouched(query(['sync', 'workstations']), commit)).toBe(false)
    expect(isTouched(query(['sync', 'workstations']), [{ kind: 'workstation', id: 'w' }])).toBe(true)
  })
  test('is asked for at once when the state of the connection changes, and once a second while it goes on changing', async () => {
    vi.useFakeTimers()
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    const pulse = createSyncPulse(client, 1000)
    pulse()
    expect(invalidate).toHaveBeenCalledTimes(1)
    for (let times = 0; times < 100; times++) pulse()
    expect(invalidate).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(invalidate).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(5000)
    expect(invalidate).toHaveBeenCalledTimes(2)
    pulse()
    expect(invalidate).toHaveBeenCalledTimes(3)
    const { predicate } = (invalidate.mock.lastCall ?? [])[0] as unknown as { predicate: (asked: ReturnType<typeof query>) => boolean }
    expect(predicate(query(['sync', 'facts']))).toBe(true)
    expect(predicate(query(['sync', 'status']))).toBe(false)
    expect(predicate(query(['patients', 'list']))).toBe(false)
    invalidate.mockRestore()
  })
})

describe('reloading', () => {
  test('thousands of changes cost one round, and one count of the questions', () => {
    vi.useFakeTimers()
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    const invalidator = createInvalidator(client, 50)
    for (let seq = 1; seq <= 3000; seq++) invalidator.add({ seq, records: [{ kind: 'patient', id: ana }] })
    vi.advanceTimersByTime(60)
    expect(invalidate).toHaveBeenCalledTimes(2)
    invalidate.mockRestore()
  })
  test('a count of the questions that takes longer than the next change does to come is waited for, and made once more for all that came meanwhile', async () => {
    vi.useFakeTimers()
    const answers: ((count: number) => void)[] = []
    const count = new QueryObserver(client, {
      queryKey: [['review', 'count'], { type: 'query', input: {} }],
      queryFn: () => new Promise<number>((resolve) => void answers.push(resolve)),
    })
    const stop = count.subscribe(() => undefined)
    const invalidator = createInvalidator(client, 50)
    const change = async (seq: number) => {
      invalidator.add({ seq, records: [{ kind: 'condition', id: ana }] })
      await vi.advanceTimersByTimeAsync(60)
    }
    answers[0]?.(1)
    await vi.advanceTimersByTimeAsync(0)
    for (let seq = 1; seq <= 20; seq++) await change(seq)
    expect(answers).toHaveLength(2)
    answers[1]?.(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(count.getCurrentResult().data).toBe(2)
    expect(answers).toHaveLength(3)
    answers[2]?.(3)
    await vi.advanceTimersByTimeAsync(5000)
    expect(answers).toHaveLength(3)
    stop()
  })
  test('a gap in the sequence reloads everything', () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    const invalidator = createInvalidator(client, 50)
    invalidator.add({ seq: 1, records: [] })
    expect(invalidate).not.toHaveBeenCalled()
    invalidator.add({ seq: 5, records: [] })
    expect(invalidate).toHaveBeenCalledWith()
    invalidate.mockRestore()
  })
})
