import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ancestorLimit, type Cell, type Cells, succeed } from '../../../src/main/records/cell.js'
import { cellOf, compareCells, decide, hasSeen, isForgotten, keptVersionOf, mergeCells } from '../../../src/main/records/merge.js'
import { StampSource } from '../../../src/main/records/stamp.js'

const stamp = (n: number): string => n.toString(16).padStart(32, '0')
const cell = (n: number, value: string | null, ancestors: number[] = []): Cell => ({ stamp: stamp(n), ancestors: ancestors.map(stamp), value })
const key = createSecretKey(Buffer.alloc(32, 7))

type Step =
  | { type: 'write'; replica: number; field: string; value: string; skew: number }
  | { type: 'merge'; from: number; to: number }
  | { type: 'decide'; replica: number; field: string }

interface Replica {
  stamps: StampSource
  cells: Cells
  kept: Map<string, { field: string; cell: Cell }>
}

/** Random histories of three workstations that write, decide and meet in any order, with clocks that disagree. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('write' as const),
      replica: fc.nat(2),
      field: fc.constantFrom('a', 'b'),
      value: fc.nat(9).map(String),
      skew: fc.integer({ min: -1000, max: 1000 }),
    }),
    fc.record({ type: fc.constant('merge' as const), from: fc.nat(2), to: fc.nat(2) }),
    fc.record({ type: fc.constant('decide' as const), replica: fc.nat(2), field: fc.constantFrom('a', 'b') }),
  ),
  { maxLength: 40 },
) as fc.Arbitrary<Step[]>

function play(history: readonly Step[]) {
  let time = 1_000_000
  const replicas: Replica[] = [0, 1, 2].map((n) => ({ stamps: new StampSource(String(n).repeat(16), () => time), cells: {}, kept: new Map() }))
  const written: { field: string; cell: Cell }[] = []
  const parents = new Map<string, string[]>()
  for (const step of history) {
    if (step.type === 'merge') {
      meet(replicas[step.to] as Replica, replicas[step.from] as Replica)
      continue
    }
    const replica = replicas[step.replica] as Replica
    const current = replica.cells[step.field]
    if (step.type === 'write') time = 1_000_000 + step.skew
    const versions = [...replica.kept.values()]
      .filter((kept) => kept.field === step.field && (!current || (!hasSeen(current, kept.cell) && kept.cell.stamp < current.stamp)))
      .map((kept) => kept.cell)
    if (step.type === 'decide' && versions.length === 0) continue
    const next = replica.stamps.over(replica.stamps.next(), current?.stamp)
    const made = step.type === 'write' ? succeed(current, next, step.value) : decide(current, versions, next, 'decided')
    parents.set(made.stamp, [...(current ? [current.stamp] : []), ...(step.type === 'decide' ? versions.map((version) => version.stamp) : [])])
    replica.cells = { ...replica.cells, [step.field]: made }
    written.push({ field: step.field, cell: made })
  }
  return { replicas, written, parents }
}

function meet(to: Replica, from: Replica): void {
  const merged = mergeCells(to.cells, from.cells)
  to.cells = merged.cells
  for (const loser of merged.losers) to.kept.set(keptVersionOf(key, 'patient', 'p', loser).id, loser)
  for (const [id, kept] of from.kept) to.kept.set(id, kept)
}

describe('merging two states of a record', () => {
  it('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const [a, b, c] = play(history).replicas.map(({ cells }) => cells) as [Cells, Cells, Cells]
        const merge = (x: Cells, y: Cells) => mergeCells(x, y).cells
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(mergeCells(a, a)).toEqual({ cells: a, isChanged: false, losers: [], alarms: [] })
        const together = merge(a, b)
        expect(mergeCells(together, b)).toMatchObject({ isChanged: false })
        expect(mergeCells(together, a)).toMatchObject({ isChanged: false })
        const sorted = (losers: { field: string; cell: Cell }[]) => losers.map((loser) => `${loser.field}${loser.cell.stamp}`).sort()
        expect(sorted(mergeCells(a, b).losers)).toEqual(sorted(mergeCells(b, a).losers))
      }),
      { numRuns: 500 },
    )
  })

  it('is so also over damaged cells', () => {
    const damaged = fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.record({ stamp: fc.nat(3).map(stamp), ancestors: fc.array(fc.nat(5).map(stamp), { maxLength: 3 }), value: fc.constantFrom('x', 'y', null) }),
    ) as fc.Arbitrary<Cells>
    fc.assert(
      fc.property(damaged, damaged, damaged, (a, b, c) => {
        const merge = (x: Cells, y: Cells) => mergeCells(x, y).cells
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toEqual(a)
      }),
      { numRuns: 1000 },
    )
  })

  it('makes everybody equal once all have met, with no acknowledged value lost', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { replicas, written, parents } = play(history)
        for (let round = 0; round < 3; round++) for (const to of replicas) for (const from of replicas) meet(to, from)
        const [first, second, third] = replicas as [Replica, Replica, Replica]
        expect([second.cells, third.cells]).toEqual([first.cells, first.cells])
        const ids = ({ kept }: Replica) => [...kept.keys()].sort()
        expect([ids(second), ids(third)]).toEqual([ids(first), ids(first)])
        for (const field of ['a', 'b']) {
          const made = written.filter((one) => one.field === field).map((one) => one.cell)
          const seen = new Set<string>()
          const walk = (from: string): void => {
            if (seen.has(from)) return
            seen.add(from)
            for (const parent of parents.get(from) ?? []) walk(parent)
            // Two who wrote the same agree: what either of them replaced was replaced by the value that both wanted.
            const value = made.find((one) => one.stamp === from)?.value
            for (const other of made) if (other.value === value) walk(other.stamp)
          }
          const current = first.cells[field]
          if (current) walk(current.stamp)
          for (const kept of first.kept.values()) if (kept.field === field) walk(kept.cell.stamp)
          expect(made.filter((one) => !seen.has(one.stamp))).toEqual([])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('lets a descendant stand without keeping what it saw', () => {
    expect(mergeCells({ a: cell(1, 'x') }, { a: cell(2, 'y', [1]) })).toEqual({ cells: { a: cell(2, 'y', [1]) }, isChanged: true, losers: [], alarms: [] })
    expect(mergeCells({ a: cell(2, 'y', [1]) }, { a: cell(1, 'x') })).toMatchObject({ isChanged: false, losers: [] })
  })

  it('keeps the lower of two that had not seen each other', () => {
    expect(mergeCells({ a: cell(3, 'x', [1]) }, { a: cell(2, 'y', [1]) })).toMatchObject({
      isChanged: false,
      losers: [{ field: 'a', cell: cell(2, 'y', [1]) }],
    })
    expect(mergeCells({ a: cell(2, 'y', [1]) }, { a: cell(3, null, [1]) })).toMatchObject({
      isChanged: true,
      losers: [{ field: 'a', cell: cell(2, 'y', [1]) }],
    })
  })

  it('keeps nothing when both wrote the same', () => {
    expect(mergeCells({ a: cell(3, 'x') }, { a: cell(2, 'x') }).losers).toEqual([])
  })

  it('takes the greater bytes and raises an alarm when one stamp names two cells', () => {
    for (const [held, incoming] of [
      ['x', 'y'],
      ['y', 'x'],
    ] as const) {
      expect(mergeCells({ a: cell(2, held) }, { a: cell(2, incoming) })).toMatchObject({
        cells: { a: cell(2, 'y') },
        alarms: ['a'],
        losers: [{ cell: cell(2, 'x') }],
      })
    }
    expect(compareCells(cell(2, 'x'), cell(2, 'x'))).toBe(0)
  })

  it('takes over fields that only one has', () => {
    expect(mergeCells({ a: cell(1, 'x') }, { b: cell(2, 'y') })).toMatchObject({ cells: { a: cell(1, 'x'), b: cell(2, 'y') }, isChanged: true, losers: [] })
  })
})

describe('a kept version', () => {
  it('is made from the losing cell alone: the same wherever and against whatever it lost', () => {
    const loser = mergeCells({ a: cell(3, 'x') }, { a: cell(2, 'y', [1]) }).losers[0]
    const again = mergeCells({ a: cell(2, 'y', [1]) }, { a: cell(9, 'z') }).losers[0]
    if (!loser || !again) throw new Error('Both have to be kept.')
    const kept = keptVersionOf(key, 'patient', 'p', loser)
    expect(keptVersionOf(key, 'patient', 'p', again)).toEqual(kept)
    expect(kept.cells.version?.stamp).toBe(stamp(2))
    expect(cellOf(kept.cells)).toMatchObject({ kind: 'patient', id: 'p', field: 'a', cell: cell(2, 'y', [1]) })
    expect(mergeCells(kept.cells, kept.cells).losers).toEqual([])
    for (const other of [
      keptVersionOf(key, 'patient', 'q', loser),
      keptVersionOf(key, 'patient', 'p', { ...loser, field: 'b' }),
      keptVersionOf(createSecretKey(Buffer.alloc(32)), 'patient', 'p', loser),
    ]) {
      expect(other.id).not.toBe(kept.id)
    }
  })
})

describe('a decision', () => {
  it('has everything it decided on as ancestors, even when the lists are full', () => {
    const many = Array.from({ length: ancestorLimit }, (_, n) => 100 - n)
    const made = decide(cell(200, 'x', many), [cell(3, 'y'), cell(150, 'z', many)], stamp(201), 'x')
    for (const seen of [200, 3, 150]) expect(hasSeen(made, cell(seen, ''))).toBe(true)
    expect(made.ancestors).toHaveLength(ancestorLimit)
    expect([...made.ancestors].sort().reverse()).toEqual(made.ancestors)
  })

  it('may forget what a full list can no longer tell', () => {
    const full = cell(
      200,
      'x',
      Array.from({ length: ancestorLimit }, (_, n) => 100 - n),
    )
    expect(isForgotten(full, cell(50, ''))).toBe(true)
    expect(isForgotten(full, cell(90, ''))).toBe(false)
    expect(isForgotten(cell(200, 'x', [100]), cell(50, ''))).toBe(false)
  })
})
