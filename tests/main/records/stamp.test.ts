import { describe, expect, it } from 'vitest'
import { type Stamp, StampSource } from '../../../src/main/records/stamp.js'

const site = 'a'.repeat(16)
const at = (millis: number, counter: number, by = site): Stamp => millis.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0') + by

describe('stamps', () => {
  it('go on upwards while the clock stands still or jumps back by days', () => {
    let now = 1_000_000_000
    const source = new StampSource(site, () => now)
    const stamps = [source.next(), source.next()]
    now -= 3 * 24 * 3600_000
    stamps.push(source.next(), source.next())
    expect([...stamps].sort()).toEqual(stamps)
    expect(new Set(stamps).size).toBe(4)
  })

  it('go over into the next millisecond when the counter is used up', () => {
    const source = new StampSource(site, () => 5000)
    let last = source.next()
    for (let i = 0; i < 70_000; i++) {
      const next = source.next()
      if (!(next > last)) throw new Error(`${next} after ${last}`)
      last = next
    }
    expect(last.slice(0, 12)).toBe((5001).toString(16).padStart(12, '0'))
    expect(source.over(at(1, 0), at(9000, 0xffff)).slice(0, 16)).toBe(at(9001, 0).slice(0, 16))
  })

  it('are never given twice to cells that replace what a clock running ahead wrote', () => {
    const source = new StampSource(site, () => 1000)
    const ahead = at(9_000_000, 0, 'b'.repeat(16))
    const [phone, email] = [source.over(source.next(), ahead), source.over(source.next(), ahead)]
    expect(phone > ahead && email > ahead).toBe(true)
    expect(email).not.toBe(phone)
  })

  it('are never given twice when one write replaces its own cell and the next comes in the same millisecond', () => {
    const source = new StampSource(site, () => 1000)
    const first = source.next()
    const replaced = source.over(first, first)
    expect(new Set([first, replaced, source.next(), source.over(first, replaced)]).size).toBe(4)
  })

  it('are never given twice when the clock reaches a millisecond that was written ahead of', () => {
    let now = 1000
    const source = new StampSource(site, () => now)
    const ahead = source.over(source.next(), at(2000, 0, 'b'.repeat(16)))
    now = 2000
    const later = [source.next(), source.next(), source.next()]
    expect(later).not.toContain(ahead)
    expect([...later].sort()).toEqual(later)
  })
})
