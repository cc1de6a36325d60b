import { expect, it } from 'vitest'
import { CallStatistics } from '../../../src/main/lib/call-statistics.js'

const call = (procedure: string, ms: number, outcome = 'ok') => ({ procedure, ms, stages: { handler: ms }, outcome, ref: 'ref' })

it('tells percentiles, failures apart from refusals, and sums of stages', () => {
  const calls = new CallStatistics()
  for (let ms = 1; ms <= 100; ms++) calls.note(call('a', ms))
  calls.note(call('a', 1, 'NOT_FOUND'))
  calls.note(call('b', 1, 'INTERNAL'))
  const [a, b] = calls.procedures()
  expect(a).toMatchObject({ procedure: 'a', count: 101, errors: 0, refusals: 1 })
  // A histogram with two figures is exact to a hundredth.
  for (const [found, exact] of [
    [a?.p50Ms, 50],
    [a?.p95Ms, 95],
    [a?.p99Ms, 99],
    [a?.maxMs, 100],
  ] as const)
    expect(Math.abs((found ?? 0) / exact - 1)).toBeLessThan(0.03)
  expect(a?.stages.handler).toBe(5051)
  expect(b).toMatchObject({ errors: 1, refusals: 0 })
  expect(calls.totals()).toEqual({ count: 102, errors: 1 })
  expect(calls.failing()).toMatchObject([{ procedure: 'b', outcome: 'INTERNAL', ref: 'ref' }])
})

it('remembers slow calls for an hour, the last hundred', () => {
  let now = 0
  const calls = new CallStatistics(() => now)
  calls.note(call('old', 500))
  now = 3_600_001
  for (let i = 0; i < 150; i++) calls.note(call(`call ${i}`, 100))
  calls.note(call('fast', 99))
  expect(calls.slow()).toHaveLength(100)
  expect(calls.slow()[0]?.procedure).toBe('call 149')
})

it('tells what 95 of 100 calls took since it was asked last', () => {
  const calls = new CallStatistics()
  expect(calls.takeP95Ms()).toBeUndefined()
  calls.note(call('a', 10))
  expect(calls.takeP95Ms()).toBeCloseTo(10, 0)
  expect(calls.takeP95Ms()).toBeUndefined()
})
