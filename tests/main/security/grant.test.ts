import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newExchangeKey, publicKeyOf } from '../../../src/main/security/exchange-key.js'
import { decodeSlot, encodeSlot, openGrant, sealGrant } from '../../../src/main/security/grant.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { newId } from '../../../src/shared/ids.js'

function workstation() {
  const [id, privateKey] = [newId(), newExchangeKey()]
  return { own: { id, privateKey }, party: { id, publicKey: publicKeyOf(privateKey) } }
}

const dataset = newId()
const keysUpTo = (last: number) => new Map(Array.from({ length: last }, (_, i) => [i + 1, newKey()] as const))
const [granter, receiver, removed] = [workstation(), workstation(), workstation()]

describe('a grant', () => {
  it('gives its receiver every key up to its generation, and no later one', () => {
    const keys = keysUpTo(4)
    const grant = sealGrant({ dataset, generation: 3 }, granter.own, receiver.party, keys)
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, grant)).toEqual(new Map([...keys].slice(0, 3)))
  })

  it('opens for nobody else, also not for a workstation that was removed and reads everything on the server', () => {
    const grant = sealGrant({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    for (const as of [removed.own, { id: receiver.own.id, privateKey: removed.own.privateKey }])
      for (const from of [granter.party, receiver.party, removed.party]) expect(openGrant({ dataset, generation: 2 }, as, from, grant)).toBeUndefined()
  })

  it('cannot be made in another one’s name', () => {
    const forged = sealGrant({ dataset, generation: 2 }, { id: granter.own.id, privateKey: removed.own.privateKey }, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, forged)).toBeUndefined()
    // What a workstation makes in its own name is known to be its own, and refused once it was removed.
    const own = sealGrant({ dataset, generation: 2 }, removed.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, { ...own, by: granter.own.id })).toBeUndefined()
  })

  it('counts for its clinic and its generation only', () => {
    const grant = sealGrant({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset: newId(), generation: 2 }, receiver.own, granter.party, grant)).toBeUndefined()
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, grant)).toBeUndefined()
    const short = sealGrant({ dataset, generation: 3 }, granter.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, short)).toBeUndefined()
  })

  it('with any changed byte gives nothing', () => {
    const grant = sealGrant({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    const sealed = Buffer.from(grant.sealed, 'base64')
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, { ...grant, sealed: changed.toString('base64') })).toBeUndefined()
      }),
    )
  })

  it('lies on the server with those of others, and bytes of any other form hold none', () => {
    const grants = [granter, removed].map(({ own }) => sealGrant({ dataset, generation: 2 }, own, receiver.party, keysUpTo(2)))
    expect(decodeSlot(encodeSlot(grants))).toEqual(grants)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(decodeSlot(bytes)).toEqual([])))
    for (const text of ['null', '{}', '[1]', '[{"by":"x","sealed":""}]', '['.repeat(10_000)]) expect(decodeSlot(Buffer.from(text))).toEqual([])
    expect(decodeSlot(undefined)).toEqual([])
  })
})
