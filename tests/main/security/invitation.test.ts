import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  INVITATION_CODE_BITS,
  type Invitation,
  invitationIdOf,
  makeInvitationCode,
  openInvitation,
  readInvitationCode,
  sealInvitation,
} from '../../../src/main/security/invitation.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { newId } from '../../../src/shared/ids.js'

const invitation = (): Invitation => ({
  dataset: newId(),
  clinicName: 'Clínica del Río – عيادة',
  generations: new Map([
    [1, newKey()],
    [2, newKey()],
  ]),
  removed: new Set([newId()]),
  numberPrefix: 'B',
  workstationId: newId(),
  invitedBy: newId(),
  introductionKey: newKey(),
  expiresAt: '2026-11-28T10:15:00.000Z',
})
const problem = (code: string) => expect.objectContaining({ name: 'InvitationProblem', code })

describe('an invitation code', () => {
  it('has 100 random bits in five groups of four', () => {
    expect(INVITATION_CODE_BITS).toBe(100)
    expect(makeInvitationCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(new Set(Array.from({ length: 200 }, makeInvitationCode)).size).toBe(200)
  })

  it('is read however it is typed, also on an Arabic keyboard', () => {
    const style = fc.constantFrom(
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ' '),
      (code: string) => code.replaceAll('-', ''),
      (code: string) => ` ${code.replaceAll('-', ' – ')}\t\n`,
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
      (code: string) => code.replaceAll('1', 'I'),
      (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
      (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0x6f0 + Number(digit))),
    )
    fc.assert(
      fc.property(style, (typed) => {
        const code = makeInvitationCode()
        expect(readInvitationCode(typed(code))).toBe(code.replaceAll('-', ''))
        expect(invitationIdOf(typed(code))).toBe(invitationIdOf(code))
      }),
    )
  })

  it('of another length or with other signs is refused before anything is asked', () => {
    for (const typed of [
      '',
      'A',
      makeInvitationCode().slice(1),
      `${makeInvitationCode()}A`,
      makeInvitationCode().replace(/^./, 'U'),
      '\0'.repeat(20),
      'é'.repeat(20),
    ])
      expect(() => readInvitationCode(typed)).toThrow(problem('mistyped'))
  })
})

describe('what an invitation seals', () => {
  it('opens by its code alone', () => {
    const [code, content] = [makeInvitationCode(), invitation()]
    const sealed = sealInvitation(code, content)
    expect(openInvitation(code.toLowerCase(), sealed)).toEqual(content)
    expect(() => openInvitation(makeInvitationCode(), sealed)).toThrow(problem('broken'))
  })

  it('shows nothing of itself, and its name nothing of the code', () => {
    const [code, content] = [makeInvitationCode(), invitation()]
    const sealed = sealInvitation(code, content)
    for (const key of content.generations.values()) expect(sealed.includes(key)).toBe(false)
    for (const text of ['Clínica', content.dataset, content.invitedBy]) expect(sealed.includes(text)).toBe(false)
    expect(invitationIdOf(code)).toMatch(/^[0-9a-f]{32}$/)
  })

  it('with any changed byte does not open', () => {
    const code = makeInvitationCode()
    const sealed = sealInvitation(code, invitation())
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(() => openInvitation(code, changed)).toThrow(problem('broken'))
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void expect(() => openInvitation(code, bytes)).toThrow(problem('broken'))))
  })
})
