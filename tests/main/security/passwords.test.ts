import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { hashPassword, hashPin, needsRehash, refusePassword, refusePin, verifyNothing, verifyPassword } from '../../../src/main/security/passwords.js'

describe('passwords', () => {
  it('verifies a password by its hash and no other', async () => {
    const stored = await hashPassword('correct horse battery')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
    expect(await verifyPassword(stored, 'correct horse battery')).toBe(true)
    expect(await verifyPassword(stored, 'correct horse batterY')).toBe(false)
    expect(await verifyPassword(stored, '')).toBe(false)
    expect(await hashPassword('correct horse battery')).not.toBe(stored)
  })

  it('takes the same characters however they were typed', async () => {
    const stored = await hashPassword('contrase\u00f1a larga')
    expect(await verifyPassword(stored, 'contrasen\u0303a larga')).toBe(true)
  })

  it('is false, not an error, for a hash that cannot be read and for an unknown user', async () => {
    for (const stored of ['', 'plain', '$argon2id$v=19$m=1', '$2b$10$abcdefghijklmnopqrstuv']) expect(await verifyPassword(stored, 'x')).toBe(false)
    expect(await verifyNothing('whatever it was')).toBe(false)
  })

  it('notices hashes made with lower parameters', async () => {
    expect(needsRehash(await hashPassword('a fine password'))).toBe(false)
    expect(needsRehash(await hash('a fine password', { memoryCost: 8192, timeCost: 1 }))).toBe(true)
    expect(needsRehash('no hash')).toBe(true)
  })

  it.each([
    ['short', 'tooShort'],
    ['123456789', 'tooShort'],
    ['x'.repeat(300), 'tooLong'],
    ['password123', 'common'],
    ['Password123', 'common'],
    ['1234567890', 'common'],
    ['345678901234', 'common'],
    ['zyxwvutsrqp', 'common'],
    ['abababababab', 'common'],
    ['aaaaaaaaaaaa', 'common'],
    ['clinic2026', 'common'],
    ['maria.lopez1', 'containsUsername'],
    ['1Maria.Lopez!', 'containsUsername'],
  ] as const)('refuses %s as %s', (password, reason) => {
    expect(refusePassword(password, 'maria.lopez')).toBe(reason)
  })

  it.each(['violet cabinet 41', 'kf83nsla0w', 'عين زرقاء جميلة', 'maria.lopez likes tall trees', 'qwerty is not my cat'])('accepts %s', (password) => {
    expect(refusePassword(password, 'maria.lopez')).toBeUndefined()
  })

  it('checks PINs and verifies them', async () => {
    expect(refusePin('12a4')).toBe('notDigits')
    expect(refusePin('123')).toBe('tooShort')
    expect(refusePin('1'.repeat(13))).toBe('tooLong')
    for (const pin of ['1111', '1234', '9876', '890123']) expect(refusePin(pin)).toBe('common')
    expect(refusePin('4071')).toBeUndefined()
    const stored = await hashPin('4071')
    expect(await verifyPassword(stored, '4071')).toBe(true)
    expect(await verifyPassword(stored, '4072')).toBe(false)
  })
})
