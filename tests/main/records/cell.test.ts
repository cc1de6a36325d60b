import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json } from '../../../src/main/records/canonical.js'
import { type Cell, type Cells, pack, tombstone, unpack } from '../../../src/main/records/cell.js'

const stamp = (n: number): string => n.toString(16).padStart(32, '0')
const json = fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as Json)
const name = fc.constantFrom('a', 'b', 'c', 'd')
const cell = fc.record({ stamp: fc.nat(30).map(stamp), ancestors: fc.array(fc.nat(30).map(stamp), { maxLength: 3 }), value: json })
const deletion = fc.option(
  fc.record({ stamp: fc.nat(30).map(stamp), ancestors: fc.constant([] as string[]), value: fc.constantFrom<Json[]>(null, { saw: [stamp(1)] }) }),
)
const cellsOf = fc.tuple(fc.uniqueArray(fc.tuple(name, cell), { selector: ([field]) => field }), deletion).map(([fields, gone]) => {
  const cells: Record<string, Cell> = Object.fromEntries(fields)
  if (gone) cells[tombstone] = gone
  return cells as Cells
})

it('packed cells come back as they were, whatever is read in their place', () => {
  fc.assert(
    fc.property(cellsOf, fc.array(fc.tuple(name, json)), (cells, readings) => {
      const read: Record<string, Json> = Object.fromEntries(Object.entries(cells).map(([field, { value }]) => [field, value]))
      for (const [field, value] of readings) if (field in read) read[field] = value
      const { values, stamps } = pack(cells, read)
      const back = unpack(JSON.parse(JSON.stringify(values)), JSON.parse(JSON.stringify(stamps)))
      expect(back).toEqual(cells)
      for (const [field, value] of Object.entries(values)) expect(value).toEqual(read[field])
    }),
  )
})
