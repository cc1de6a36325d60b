import { describe, expect, it } from 'vitest'
import { newExchangeKey, publicKeyOf, sharedSecret } from '../../../src/main/security/exchange-key.js'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

describe('key pairs of workstations', () => {
  it('are X25519: RFC 7748, section 6.1', () => {
    const alice = bytes('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
    const bob = bytes('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    const secret = bytes('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
    expect(publicKeyOf(alice)).toEqual(bytes('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'))
    expect(sharedSecret(alice, publicKeyOf(bob))).toEqual(secret)
    expect(sharedSecret(bob, publicKeyOf(alice))).toEqual(secret)
  })

  it('are random and agree with each other', () => {
    const [one, other] = [newExchangeKey(), newExchangeKey()]
    expect(one).toHaveLength(32)
    expect(one).not.toEqual(other)
    expect(sharedSecret(one, publicKeyOf(other))).toEqual(sharedSecret(other, publicKeyOf(one)))
  })

  it('give no secret with a public key that would make it known to everybody', () => {
    for (const weak of ['00'.repeat(32), `01${'00'.repeat(31)}`, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'])
      expect(() => sharedSecret(newExchangeKey(), bytes(weak))).toThrow()
    expect(() => sharedSecret(newExchangeKey(), Buffer.alloc(31, 9))).toThrow(TypeError)
    expect(() => publicKeyOf(Buffer.alloc(33, 9))).toThrow(TypeError)
  })
})
