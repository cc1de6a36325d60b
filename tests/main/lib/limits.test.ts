import { describe, expect, it } from 'vitest'
import { costlyRule, RateLimit, SignInSlowdown } from '../../../src/main/lib/limits.js'
import { ManualClock } from '../../support/manual-clock.js'

describe('rate limit', () => {
  it('allows the named number of calls, then says when to come again', () => {
    const clock = new ManualClock()
    const limit = new RateLimit(costlyRule, clock)
    for (let i = 0; i < 100; i++) expect(limit.take('ana')).toEqual({ isAllowed: true })
    expect(limit.take('ana')).toEqual({ isAllowed: false, retryAfterSeconds: 9 })
    expect(limit.take('ben')).toEqual({ isAllowed: true })
    clock.pass(8_999)
    expect(limit.take('ana')).toEqual({ isAllowed: false, retryAfterSeconds: 1 })
    clock.pass(1)
    expect(limit.take('ana')).toEqual({ isAllowed: true })
    expect(limit.take('ana').isAllowed).toBe(false)
  })

  it('never holds more than one window’s worth', () => {
    const clock = new ManualClock()
    const limit = new RateLimit({ max: 3, windowSeconds: 3 }, clock)
    limit.take('a')
    clock.pass(1_000_000)
    expect([1, 2, 3, 4].map(() => limit.take('a').isAllowed)).toEqual([true, true, true, false])
    expect(limit.take('b', 2)).toEqual({ isAllowed: true })
    expect(limit.take('b', 2)).toEqual({ isAllowed: false, retryAfterSeconds: 1 })
  })

  it('does not grow with made-up keys', () => {
    const limit = new RateLimit({ max: 3, windowSeconds: 3 }, new ManualClock())
    for (let i = 0; i < 25_000; i++) limit.take(`address ${i}`)
    expect(limit.keyCount).toBeLessThanOrEqual(10_000)
  })
})

describe('failed sign-ins', () => {
  const fail = (slowdown: SignInSlowdown, times: number, username: string, address: string) => {
    for (let i = 0; i < times; i++) slowdown.failed(username, address)
  }
  const wait = (slowdown: SignInSlowdown, username: string, address: string): number => {
    const allowance = slowdown.check(username, address)
    return allowance.isAllowed ? 0 : allowance.retryAfterSeconds
  }

  it('are free a few times, then slow the same name at the same address more and more', () => {
    const clock = new ManualClock()
    const slowdown = new SignInSlowdown(clock)
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      slowdown.failed('Ana', '10.0.0.7')
      waits.push(wait(slowdown, ' ana', '10.0.0.7'))
    }
    expect(waits).toEqual([0, 0, 0, 1, 2, 4, 8, 16])
    clock.pass(16_000)
    expect(wait(slowdown, 'ana', '10.0.0.7')).toBe(0)
  })

  it('never lock anybody out for longer than a quarter of an hour, and are forgotten', () => {
    const clock = new ManualClock()
    const slowdown = new SignInSlowdown(clock)
    fail(slowdown, 1000, 'ana', '10.0.0.7')
    expect(wait(slowdown, 'ana', '10.0.0.7')).toBe(900)
    clock.pass(60 * 60_000)
    fail(slowdown, 1, 'ana', '10.0.0.7')
    expect(wait(slowdown, 'ana', '10.0.0.7')).toBe(0)
  })

  it('by a stranger delay the owner elsewhere by seconds only, and others hardly', () => {
    const slowdown = new SignInSlowdown(new ManualClock())
    fail(slowdown, 1000, 'ana', '10.0.0.66')
    expect(wait(slowdown, 'ana', '10.0.0.7')).toBe(30)
    expect(wait(slowdown, 'ben', '10.0.0.7')).toBe(0)
    expect(wait(slowdown, 'ben', '10.0.0.66')).toBe(5)
  })

  it('spread over many addresses still slow the name', () => {
    const slowdown = new SignInSlowdown(new ManualClock())
    for (let i = 0; i < 20; i++) slowdown.failed('ana', `10.0.1.${i}`)
    expect(wait(slowdown, 'ana', '10.0.2.1')).toBe(30)
  })

  it('are forgotten for the name after a sign-in that succeeds, but not for the address', () => {
    const slowdown = new SignInSlowdown(new ManualClock())
    fail(slowdown, 60, 'ana', '10.0.0.7')
    slowdown.succeeded('ana', '10.0.0.7')
    expect(wait(slowdown, 'ana', '10.0.0.9')).toBe(0)
    expect(wait(slowdown, 'ana', '10.0.0.7')).toBe(5)
  })
})
