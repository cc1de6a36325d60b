import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/main/records/canonical.js'
import type { Cells } from '../../src/main/records/cell.js'
import { indexValue } from '../../src/main/redis/feed.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { seal } from '../../src/main/security/sealing.js'
import { packSource } from '../../src/main/store/source-codec.js'
import { openAll } from '../../src/main/sync/incoming.js'
import { RecordCodec, recordBytesLimit } from '../../src/main/sync/record-codec.js'
import { SessionEnded } from '../../src/main/sync/session-parts.js'

const stamp = (n: number): string => n.toString(16).padStart(32, '0')
const keys = new Map([
  [1, randomBytes(32)],
  [2, randomBytes(32)],
])
const dataset = randomUUID()
const codecOf = (current: number, of = dataset) =>
  new RecordCodec(clinicKeyNames(of), { current, keyOf: (generation) => (generation <= current ? keys.get(generation) : undefined) })
const record = { kind: 'symptom', id: randomUUID(), owner: randomUUID(), digest: randomBytes(8) }
const cells: Cells = {
  concern: { stamp: stamp(5), ancestors: [stamp(3)], value: 'A private concern' },
  severity: { stamp: stamp(4), ancestors: [], value: null },
}

describe('a sealed record', () => {
  it('gives back exactly the cells that were sealed', () => {
    const codec = codecOf(1)
    const cell = fc.record({
      stamp: fc.nat(1000).map(stamp),
      ancestors: fc.array(fc.nat(1000).map(stamp), { maxLength: 3 }),
      value: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
    })
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), cell, { maxKeys: 5 }), (made) => {
        const opened = codec.open({ ...record, sealed: codec.seal(record, made) })
        expect(opened).toEqual(made)
      }),
    )
  })

  it('takes the source along as it is stored, whatever it holds', () => {
    const codec = codecOf(1)
    const source = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as Json)
    fc.assert(
      fc.property(fc.oneof(source, fc.constant(null)), (value) => {
        const made: Cells = { ...cells, source: { stamp: stamp(5), ancestors: [], value } }
        const opened = codec.open({ ...record, sealed: codec.seal(record, made) })
        expect(opened).toEqual(made)
        if (value !== null) expect(packSource(opened?.source?.value)).toEqual(packSource(value))
      }),
    )
  })

  it('shows nothing of its content, and opens in its own place, with its own digest and owner only', () => {
    const codec = codecOf(1)
    const sealed = codec.seal(record, cells)
    expect(sealed.toString('latin1')).not.toContain('private')
    expect(codec.open({ ...record, sealed })).toEqual(cells)
    expect(codec.open({ ...record, id: randomUUID(), sealed })).toBeUndefined()
    expect(codec.open({ ...record, digest: randomBytes(8), sealed })).toBeUndefined()
    expect(codec.open({ ...record, owner: randomUUID(), sealed })).toBeUndefined()
    expect(codecOf(1, randomUUID()).open({ ...record, sealed })).toBeUndefined()
    expect(codec.open({ ...record, sealed: undefined })).toBeUndefined()
    expect(codec.open({ ...record, sealed: sealed.subarray(0, 1) })).toBeUndefined()
  })

  it.each(Array.from({ length: 20 }, (_, at) => at))('does not open with a wrong byte %i', (at) => {
    const codec = codecOf(1)
    const sealed = codec.seal(record, cells)
    sealed[at] = (sealed[at] ?? 0) ^ 7
    expect(codec.open({ ...record, sealed })).toBeUndefined()
  })

  it('that is whole and of a form that only a newer program knows is not taken for damaged', () => {
    const codec = codecOf(1)
    const head = Buffer.from([0, 1])
    const place = `${clinicKeyNames(dataset).record(record)}\n${indexValue(record).toString('hex')}`
    const sealed = Buffer.concat([head, seal(keys.get(1) as Buffer, Buffer.from([9, 1, 2, 3]), place)])
    expect(() => codec.open({ ...record, sealed })).toThrow(RangeError)
    expect(() => openAll(codec, [{ ...record, sealed }])).toThrow(SessionEnded)
  })

  it('of an earlier key stays readable; of a key that is not known here it does not open', () => {
    const [before, after] = [codecOf(1), codecOf(2)]
    expect(after.open({ ...record, sealed: before.seal(record, cells) })).toEqual(cells)
    expect(before.open({ ...record, sealed: after.seal(record, cells) })).toBeUndefined()
  })

  it('that is too large is refused for its own sake', () => {
    const value = randomBytes(recordBytesLimit).toString('base64')
    expect(() => codecOf(1).seal(record, { note: { stamp: stamp(1), ancestors: [], value } })).toThrow(expect.objectContaining({ code: 'record' }))
  })
})

it('a summary opens for its own operations only', () => {
  const codec = codecOf(1)
  const summary = { workstationId: 'w', operations: [{ number: 3, about: { at: '2026-11-20T09:00:00Z', act: 'patients.edit' } }] }
  const sealed = codec.sealSummary('site', 3, summary)
  expect(codec.openSummary('site', 3, sealed)).toEqual(summary)
  expect(codec.openSummary('site', 4, sealed)).toBeUndefined()
})
