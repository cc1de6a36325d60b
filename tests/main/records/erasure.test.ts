import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, type Cells, erasedCells, erasedMark, isDeleted, isErased, pack, tombstone, unpack } from '../../../src/main/records/cell.js'
import { recordDigest } from '../../../src/main/records/digest.js'
import { mergeCells } from '../../../src/main/records/merge.js'
import { readRecord } from '../../../src/main/records/reading.js'
import { patient } from '../../../src/shared/entities/patient.js'

const stamp = (n: number): string => n.toString(16).padStart(32, '0')
const cell: fc.Arbitrary<Cell> = fc.record({
  stamp: fc.integer({ min: 1, max: 6 }).map(stamp),
  ancestors: fc.array(fc.integer({ min: 1, max: 6 }).map(stamp), { maxLength: 3 }),
  value: fc.constantFrom('x', 'y', null),
})
/** Edited, deleted, with a field that only a newer version knows, or erased from one chart or another. */
const state: fc.Arbitrary<Cells> = fc.oneof(
  { weight: 3, arbitrary: fc.dictionary(fc.constantFrom('phone', 'alert', 'fieldOfTomorrow'), cell) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.dictionary(fc.constantFrom('phone', 'alert'), cell), fc.array(fc.integer({ min: 1, max: 6 }).map(stamp)), fc.integer({ min: 1, max: 9 }))
      .map(([cells, saw, n]): Cells => ({ ...cells, [tombstone]: { stamp: stamp(n), ancestors: [], value: { saw } } })),
  },
  { weight: 2, arbitrary: fc.constantFrom(undefined, 'p1', 'p2').map((owner) => erasedCells(owner)) },
)
const merge = (a: Cells, b: Cells): Cells => mergeCells(a, b).cells

describe('erasure', () => {
  it('absorbs every other state, whichever comes first, and keeps no loser of it', () => {
    fc.assert(
      fc.property(state, fc.constantFrom(undefined, 'p1'), (other, owner) => {
        const erased = erasedCells(owner)
        for (const merged of [mergeCells(erased, other), mergeCells(other, erased)]) {
          expect(Object.keys(merged.cells)).toEqual([erasedMark])
          expect(merged.losers).toEqual([])
          expect(merged.alarms).toEqual([])
        }
        if (!isErased(other)) {
          expect(mergeCells(erased, other)).toMatchObject({ cells: erased, isChanged: false })
          expect(mergeCells(other, erased)).toMatchObject({ cells: erased, isChanged: true })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leaves merging commutative, associative and idempotent, among edits, deletions and unknown fields', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toEqual(a)
        const together = merge(a, b)
        expect(mergeCells(together, a).isChanged).toBe(false)
        expect(mergeCells(together, b).isChanged).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('is one state for all who erase: the same bytes and the same digest', () => {
    const key = createSecretKey(Buffer.alloc(32, 7))
    const digestOf = (cells: Cells) => recordDigest(key, 'symptom', 'id', cells).toString('hex')
    const here = merge({ phone: { stamp: stamp(3), ancestors: [], value: 'x' } }, erasedCells('p1'))
    expect(digestOf(here)).toBe(digestOf(erasedCells('p1')))
    expect(merge(erasedCells('p1'), erasedCells())).toEqual(erasedCells('p1'))
  })

  it('heals a state in which a program that does not know it wrote beside the mark', () => {
    const mixed = { ...erasedCells('p1'), phone: { stamp: stamp(9), ancestors: [], value: 'x' } }
    expect(mergeCells(mixed, erasedCells('p1'))).toMatchObject({ cells: erasedCells('p1'), isChanged: true })
    expect(mergeCells(mixed, mixed)).toMatchObject({ cells: erasedCells('p1'), isChanged: true })
  })

  it('reads as a record that is nowhere and asks nobody', () => {
    const reading = readRecord(erasedCells(), { phone: [{ stamp: stamp(2), ancestors: [], value: 'x' }] }, patient)
    expect(reading).toMatchObject({ isDeleted: true, tasks: [], undecided: {} })
    expect(isDeleted(erasedCells('p1'))).toBe(true)
  })

  it('comes out of storing and sealing as it went in', () => {
    const { values, stamps } = pack(erasedCells('p1'), readRecord(erasedCells('p1'), {}, patient).fields)
    expect(unpack(values, stamps)).toEqual(erasedCells('p1'))
  })
})
