import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRecoveryCode, RECOVERY_CODE_BITS, RecoveryCodeMistyped, readRecoveryCode } from '../../../src/main/security/recovery-code.js'

describe('recovery code', () => {
  it('has at least 130 random bits in groups of four', () => {
    expect(RECOVERY_CODE_BITS).toBeGreaterThanOrEqual(130)
    expect(makeRecoveryCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{3}[0-9A-HJKMNP-TV-Z*~$=U]$/)
    expect(new Set(Array.from({ length: 200 }, makeRecoveryCode)).size).toBe(200)
  })

  it('is read however it is typed', () => {
    for (let i = 0; i < 200; i++) {
      const code = makeRecoveryCode()
      const plain = readRecoveryCode(code)
      expect(plain).toBe(code.replaceAll('-', '').slice(0, 27))
      for (const typed of [
        code.toLowerCase(),
        code.replaceAll('-', ' '),
        code.replaceAll('-', ''),
        `  ${code.replaceAll('-', ' – ')}\n`,
        code.replaceAll('0', 'o').replaceAll('1', 'l'),
        code.replaceAll('1', 'I'),
      ]) {
        expect(readRecoveryCode(typed)).toBe(plain)
      }
    }
  })

  it('notices one wrong and two exchanged characters', () => {
    fc.assert(
      fc.property(fc.nat(26), fc.nat(31), (place, symbol) => {
        const plain = makeRecoveryCode().replaceAll('-', '')
        const other = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[symbol] ?? ''
        fc.pre(plain[place] !== other)
        expect(() => readRecoveryCode(plain.slice(0, place) + other + plain.slice(place + 1))).toThrow(RecoveryCodeMistyped)
      }),
    )
    fc.assert(
      fc.property(fc.nat(25), (place) => {
        const plain = makeRecoveryCode().replaceAll('-', '')
        fc.pre(plain[place] !== plain[place + 1])
        expect(() => readRecoveryCode(plain.slice(0, place) + (plain[place + 1] ?? '') + (plain[place] ?? '') + plain.slice(place + 2))).toThrow(
          RecoveryCodeMistyped,
        )
      }),
    )
  })

  it('says when something is missing', () => {
    const code = makeRecoveryCode()
    for (const typed of ['', '-', code.slice(0, -1), `${code}0`]) expect(() => readRecoveryCode(typed)).toThrow(expect.objectContaining({ reason: 'length' }))
    expect(() => readRecoveryCode('ñ'.repeat(28))).toThrow(expect.objectContaining({ reason: 'character' }))
  })
})
