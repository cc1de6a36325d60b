import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newExchangeKey, publicKeyOf } from '../../../src/main/security/exchange-key.js'
import { addToSlot, decodeSlot, encodeSlot, openGrant, sealGrant } from '../../../src/main/security/grant.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { newId } from '../../../src/shared/ids.js'

function workstation() {
  const [id, privateKey] = [newId(), newExchangeKey()]
  return { own: { id, privateKey }, party: { id, publicKey: publicKeyOf(privateKey) } }
}

const dataset = newId()
/** As `sealGrant`, of parties whose keys are in order. */
const sealed = (...args: Parameters<typeof sealGrant>) => sealGrant(...args)!
const keysUpTo = (last: number) => ({
  generations: new Map(Array.from({ length: last }, (_, i) => [i + 1, newKey()] as const)),
  removed: new Set([newId()]),
})
const [granter, receiver, removed] = [workstation(), workstation(), workstation()]

describe('a grant', () => {
  it('gives its receiver every key up to its generation and no later one, and who was removed', () => {
    const keys = keysUpTo(4)
    const grant = sealed({ dataset, generation: 3 }, granter.own, receiver.party, keys)
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, grant)).toEqual({
      generations: new Map([...keys.generations].slice(0, 3)),
      removed: keys.removed,
    })
  })

  it('opens for nobody else, also not for a workstation that was removed and reads everything on the server', () => {
    const grant = sealed({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    for (const as of [removed.own, { id: receiver.own.id, privateKey: removed.own.privateKey }])
      for (const from of [granter.party, receiver.party, removed.party]) expect(openGrant({ dataset, generation: 2 }, as, from, grant)).toBeUndefined()
  })

  it('cannot be made in another one’s name', () => {
    const forged = sealed({ dataset, generation: 2 }, { id: granter.own.id, privateKey: removed.own.privateKey }, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, forged)).toBeUndefined()
    // What a workstation makes in its own name is known to be its own, and refused once it was removed.
    const own = sealed({ dataset, generation: 2 }, removed.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, { ...own, by: granter.own.id })).toBeUndefined()
  })

  it('counts for its clinic and its generation only', () => {
    const grant = sealed({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset: newId(), generation: 2 }, receiver.own, granter.party, grant)).toBeUndefined()
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, grant)).toBeUndefined()
    const short = sealed({ dataset, generation: 3 }, granter.own, receiver.party, keysUpTo(2))
    expect(openGrant({ dataset, generation: 3 }, receiver.own, granter.party, short)).toBeUndefined()
  })

  it('to one that it leaves out gives word of that, and no key', () => {
    const keys = { ...keysUpTo(2), removed: new Set([receiver.own.id]) }
    const notice = sealed({ dataset, generation: 2 }, granter.own, receiver.party, { ...keys, generations: new Map() })
    expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, notice)).toEqual({ generations: new Map(), removed: keys.removed })
    expect(openGrant({ dataset, generation: 2 }, receiver.own, removed.party, notice)).toBeUndefined()
  })

  it('is not made for a damaged public key', () => {
    for (const publicKey of [Buffer.alloc(0), Buffer.alloc(31, 1), Buffer.alloc(32)])
      expect(sealGrant({ dataset, generation: 2 }, granter.own, { id: receiver.own.id, publicKey }, keysUpTo(2))).toBeUndefined()
  })

  it('with any changed byte gives nothing', () => {
    const grant = sealed({ dataset, generation: 2 }, granter.own, receiver.party, keysUpTo(2))
    const bytes = Buffer.from(grant.sealed, 'base64')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(openGrant({ dataset, generation: 2 }, receiver.own, granter.party, { ...grant, sealed: changed.toString('base64') })).toBeUndefined()
      }),
    )
  })

  it('lies on the server with those of others, and bytes of any other form hold none', () => {
    const grants = [granter, removed].map(({ own }) => sealed({ dataset, generation: 2 }, own, receiver.party, keysUpTo(2)))
    expect(decodeSlot(encodeSlot(grants))).toEqual(grants)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(decodeSlot(bytes)).toEqual([])))
    for (const text of ['null', '{}', '[1]', '[{"by":"x","sealed":""}]', '['.repeat(10_000)]) expect(decodeSlot(Buffer.from(text))).toEqual([])
    expect(decodeSlot(undefined)).toEqual([])
  })

  it('takes the place of an earlier one of the same workstation, and the oldest give way before there are too many for the server', () => {
    const grants = Array.from({ length: 150 }, () => sealed({ dataset, generation: 20 }, workstation().own, receiver.party, keysUpTo(20)))
    const slot = grants.reduce((all, grant) => addToSlot(all, [grant]), [] as typeof grants)
    expect(encodeSlot(slot).length).toBeLessThanOrEqual(65_536)
    expect(slot.at(-1)).toEqual(grants.at(-1))
    expect(addToSlot(slot, [slot[0]!]).map(({ by }) => by)).toEqual([...slot.slice(1), slot[0]!].map(({ by }) => by))
  })
})
