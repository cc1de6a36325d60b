import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, type Cells, tombstone } from '../../../src/main/records/cell.js'
import { mergeCells } from '../../../src/main/records/merge.js'
import { type ReadingRules, readRecord, undecidedOf } from '../../../src/main/records/reading.js'
import type { FieldKind, Ranking } from '../../../src/shared/entities/entity.js'

const stamp = (n: number): string => n.toString(16).padStart(32, '0')
const cell = (n: number, value: Cell['value'], ancestors: number[] = []): Cell => ({ stamp: stamp(n), ancestors: ancestors.map(stamp), value })
const rules = (kind: FieldKind, ranks?: Ranking): ReadingRules => ({ fieldKind: () => kind, ...(ranks && { ranks: { f: ranks } }) })
const deletion = (n: number, saw: number[], ancestors: number[] = []): Cell => cell(n, { saw: saw.map(stamp) }, ancestors)

describe('reading a record', () => {
  const cells = { f: cell(5, 'booked', [1]) }
  const versions = { f: [cell(4, 'arrived', [1])] }

  const ranks = ['booked', 'arrived', 'done']

  it.each<[FieldKind, string[] | undefined, string, string[]]>([
    ['plain', undefined, 'booked', []],
    ['draft', undefined, 'booked', []],
    ['append', undefined, 'booked', []],
    ['reference', undefined, 'booked', []],
    ['review', undefined, 'booked', ['f']],
    ['safety', ranks, 'arrived', ['f']],
    ['status', ranks, 'arrived', ['f']],
    ['access', ranks, 'arrived', ['f']],
    ['plain', ranks, 'arrived', []],
  ])('of kind %s with an undecided version, ranked by %s', (kind, ranking, value, tasks) => {
    expect(readRecord(cells, versions, rules(kind, ranking))).toEqual({
      fields: { f: value },
      undecided: versions,
      covered: ranking ? versions : {},
      tasks,
      isDeleted: false,
    })
  })

  it.each<[FieldKind, Ranking | undefined, Cell['value'], Cell['value'], Cell['value'], boolean]>([
    // kind, ranking, current, version, read as, whether the value read speaks for the version
    ['safety', undefined, null, 'latex', 'latex', true],
    ['safety', undefined, 'latex', null, 'latex', false],
    ['safety', undefined, 'latex', 'penicillin', 'latex', false],
    ['access', undefined, 'x', 'y', 'x', false],
    ['safety', ['low', null, 'high'], 'low', null, null, true],
    ['safety', ['low', null, 'high'], null, 'high', 'high', true],
    ['access', [true, false], true, false, false, true],
    ['access', [true, false], false, true, false, true],
    ['access', [null], 'hash', null, null, true],
    ['access', [null], 'hash', 'other hash', 'hash', false],
    ['access', 'earliest', '2026-05-01', '2026-04-01', '2026-04-01', true],
    ['access', 'earliest', null, '2026-04-01', '2026-04-01', true],
    ['access', 'earliest', '2026-04-01', null, '2026-04-01', true],
    ['safety', 'union', ['a', 'b'], ['b', 'c'], ['a', 'b', 'c'], true],
    ['safety', 'union', null, ['c'], ['c'], true],
    ['safety', 'union', ['a'], { c: 1 }, ['a'], false],
    ['plain', 'union', { booked: 1, confirmed: 3 }, { booked: 2, arrived: 4 }, { booked: 1, confirmed: 3, arrived: 4 }, true],
  ])('of kind %s ranked by %j: %j beside %j reads %j', (kind, ranking, current, version, read, isCovered) => {
    const open = cell(4, version)
    const reading = readRecord({ f: cell(5, current) }, { f: [open] }, rules(kind, ranking))
    expect(reading.fields.f).toEqual(read)
    expect(reading.covered.f).toEqual(isCovered ? [open] : [])
  })

  it('does not let a lower or unknown rank win', () => {
    expect(readRecord({ f: cell(5, 'done') }, versions, rules('status', ['booked', 'arrived', 'done'])).fields.f).toBe('done')
    expect(readRecord({ f: cell(5, 'booked') }, { f: [cell(4, 'strange')] }, rules('status', ['booked', 'arrived'])).fields.f).toBe('booked')
    expect(readRecord({ f: cell(5, 'booked') }, { f: [cell(4, 'x')] }, rules('status')).fields.f).toBe('booked')
  })

  it('has no question left once a later value saw the version, or says the same', () => {
    expect(undecidedOf(cell(6, 'booked', [5, 4]), versions.f)).toEqual([])
    expect(undecidedOf(cell(5, 'arrived'), versions.f)).toEqual([])
    expect(
      undecidedOf(
        cell(
          9,
          'x',
          Array.from({ length: 16 }, (_, n) => 100 - n),
        ),
        versions.f,
      ),
    ).toEqual([])
  })

  it('asks about a version once, and not about one that another version had seen', () => {
    expect(undecidedOf(cell(9, 'x'), [cell(4, 'a'), cell(4, 'a'), cell(6, 'b', [4])])).toEqual([cell(6, 'b', [4])])
    expect(undecidedOf(cell(9, 'x'), [cell(4, 'a'), cell(6, 'b')])).toEqual([cell(6, 'b'), cell(4, 'a')])
  })

  it('is the same in whatever order three states met', () => {
    const states: Cells[] = [{ f: cell(2, 'a', [1]) }, { f: cell(3, 'b', [1]) }, { f: cell(4, 'c', [2, 1]) }]
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
        let held: Cells = { f: cell(1, 'start') }
        const kept: Cell[] = []
        for (const n of order) {
          const merged = mergeCells(held, states[n] as Cells)
          held = merged.cells
          kept.push(...merged.losers.map((loser) => loser.cell))
        }
        expect(readRecord(held, { f: kept }, rules('review'))).toEqual({
          fields: { f: 'c' },
          undecided: { f: [cell(3, 'b', [1])] },
          covered: {},
          tasks: ['f'],
          isDeleted: false,
        })
      }),
    )
  })
})

describe('a deletion', () => {
  const both = { f: cell(1, 'x'), g: cell(2, 'y') }
  const read = (cells: Cells, versions: Record<string, Cell[]> = {}) => {
    const { isDeleted, tasks } = readRecord(cells, versions, rules('plain'))
    return [isDeleted, tasks]
  }

  it('holds while it saw everything that is there', () => {
    expect(read({ ...both, [tombstone]: deletion(3, [1, 2]) })).toEqual([true, []])
  })

  it('yields to an edit that it had not seen, whichever came first, and asks', () => {
    expect(read({ f: cell(4, 'z', [1]), g: cell(2, 'y'), [tombstone]: deletion(3, [1, 2]) })).toEqual([false, [tombstone]])
    expect(read({ ...both, h: cell(4, 'new'), [tombstone]: deletion(3, [1, 2]) })).toEqual([false, [tombstone]])
  })

  it('yields to an unseen edit that lost to a seen one', () => {
    const versions = { g: [cell(1, 'edited')] }
    expect(read({ ...both, [tombstone]: deletion(3, [1, 2]) }, { f: [], ...versions, g: [cell(0, 'edited')] })).toEqual([false, [tombstone]])
    expect(read({ ...both, [tombstone]: deletion(3, [0, 1, 2]) }, { g: [cell(0, 'edited')] })).toEqual([true, []])
  })

  it('by two people at once holds when together they saw everything', () => {
    expect(read({ ...both, [tombstone]: deletion(4, [1]) }, { [tombstone]: [deletion(3, [1, 2])] })).toEqual([true, []])
  })

  it('leaves no question about the fields of what is gone', () => {
    const review = readRecord({ f: cell(2, 'x'), [tombstone]: deletion(3, [1, 2]) }, { f: [cell(1, 'y')] }, rules('review'))
    expect(review).toMatchObject({ isDeleted: true, tasks: [], undecided: { f: [cell(1, 'y')] } })
  })

  it('that is taken back elsewhere does not hold, and asks', () => {
    expect(read({ ...both, [tombstone]: deletion(4, [1, 2]) }, { [tombstone]: [cell(3, null)] })).toEqual([false, [tombstone]])
    expect(read({ ...both, [tombstone]: cell(5, null, [4]) })).toEqual([false, []])
    expect(read({ ...both, [tombstone]: cell(5, null, [4]) }, { [tombstone]: [deletion(4, [1, 2])] })).toEqual([false, []])
  })
})
