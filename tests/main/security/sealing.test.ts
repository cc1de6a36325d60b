import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derive, newKey, open, openText, SEAL_OVERHEAD_BYTES, SealBroken, seal } from '../../../src/main/security/sealing.js'

const key = newKey()

describe('sealing', () => {
  it('opens what it sealed, with the same key and place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.string(), (bytes, place) => {
        expect(open(key, seal(key, bytes, place), place)).toEqual(Buffer.from(bytes))
      }),
    )
    expect(openText(key, seal(key, 'γλαυκός 👁', 'x'), 'x')).toBe('γλαυκός 👁')
  })

  it('never makes the same bytes twice', () => {
    expect(seal(key, 'a', 'x').equals(seal(key, 'a', 'x'))).toBe(false)
  })

  it('compresses from one kilobyte, and only when that helps', () => {
    expect(seal(key, 'a'.repeat(1023), 'x').length).toBe(1023 + SEAL_OVERHEAD_BYTES)
    expect(seal(key, 'a'.repeat(1024), 'x').length).toBeLessThan(200)
    const noise = randomBytes(5000)
    expect(seal(key, noise, 'x').length).toBe(5000 + SEAL_OVERHEAD_BYTES)
    expect(open(key, seal(key, noise, 'x'), 'x').equals(noise)).toBe(true)
  })

  it('refuses every single changed bit', () => {
    const sealed = seal(key, 'b'.repeat(40), 'place')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => open(key, changed, 'place')).toThrow(SealBroken)
    }
  })

  it('refuses every cut, another place, another key and a later version', () => {
    const sealed = seal(key, 'content', 'place')
    for (let length = 0; length < sealed.length; length++) expect(() => open(key, sealed.subarray(0, length), 'place')).toThrow(SealBroken)
    expect(() => open(key, sealed, 'other place')).toThrow(SealBroken)
    expect(() => open(newKey(), sealed, 'place')).toThrow(SealBroken)
    const later = Buffer.from(sealed)
    later[0] = 9
    expect(() => open(key, later, 'place')).toThrow(expect.objectContaining({ reason: 'version' }))
  })

  it('bounds what it unpacks', () => {
    const sealed = seal(key, Buffer.alloc(1_000_000), 'x')
    expect(() => open(key, sealed, 'x', 999_999)).toThrow(expect.objectContaining({ reason: 'tooLarge' }))
    expect(open(key, sealed, 'x', 1_000_000).length).toBe(1_000_000)
  })

  it('derives one key per purpose, always the same', () => {
    expect(derive(key, 'journal')).toEqual(derive(key, 'journal'))
    expect(derive(key, 'journal')).not.toEqual(derive(key, 'files'))
    expect(derive(newKey(), 'journal')).not.toEqual(derive(key, 'journal'))
    expect(derive(key, 'journal')).toHaveLength(32)
  })

  it('refuses keys of another length', () => {
    expect(() => seal(Buffer.alloc(31), 'a', 'x')).toThrow(TypeError)
    expect(() => open(Buffer.alloc(33), seal(key, 'a', 'x'), 'x')).toThrow(TypeError)
    expect(() => derive(Buffer.alloc(16), 'x')).toThrow(TypeError)
  })
})
