import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newExchangeKey } from '../../../src/main/security/exchange-key.js'
import {
  addKeys,
  type ClinicKeys,
  KeyProblem,
  keepKeys,
  makeKeysFile,
  newClinicKeys,
  openKeys,
  openKeysByRecoveryCode,
  readKeysFile,
  rewrapKeysFile,
  saveKeysFile,
  sealingKeys,
} from '../../../src/main/security/keys.js'
import { makeRecoveryCode, RecoveryCodeMistyped } from '../../../src/main/security/recovery-code.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { newId } from '../../../src/shared/ids.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const madeAt = '2026-11-20T09:00:00Z'

async function clinic(): Promise<{ folder: string; keys: ClinicKeys; recoveryCode: string }> {
  const folder = temporaryFolder()
  const keys = newClinicKeys('0192-clinic')
  const recoveryCode = makeRecoveryCode()
  await saveKeysFile(folder, await makeKeysFile(keys, { recoveryCode, keyStore: 'keyFile', madeAt }))
  return { folder, keys, recoveryCode }
}

const code = (name: string) => expect.objectContaining({ name: 'KeyProblem', code: name })

describe('keys.json', () => {
  it('opens by the database key and by the recovery code', async () => {
    const { folder, keys, recoveryCode } = await clinic()
    const file = await readKeysFile(folder)
    expect(file).toMatchObject({ format: 2, dataset: '0192-clinic', keyStore: 'keyFile', madeAt })
    expect(openKeys(file, keys.databaseKey)).toEqual(keys)
    expect(await openKeysByRecoveryCode(file, recoveryCode.toLowerCase().replaceAll('-', ' '))).toEqual(keys)
  })

  it('holds no key in the clear and is for its owner alone', async () => {
    const { folder, keys, recoveryCode } = await clinic()
    const text = readFileSync(join(folder, 'keys.json'), 'utf8')
    for (const key of [keys.databaseKey, keys.clinicKey, keys.exchangeKey!])
      for (const form of ['hex', 'base64'] as const) expect(text).not.toContain(key.toString(form))
    expect(text).not.toContain(recoveryCode)
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600)
  })

  it('says what is wrong with a key or a code', async () => {
    const { folder, recoveryCode } = await clinic()
    const file = await readKeysFile(folder)
    expect(() => openKeys(file, newKey())).toThrow(code('WRONG_KEY'))
    expect(() => openKeys(file, undefined)).toThrow(code('KEY_MISSING'))
    await expect(openKeysByRecoveryCode(file, makeRecoveryCode())).rejects.toThrow(code('WRONG_RECOVERY_CODE'))
    await expect(openKeysByRecoveryCode(file, recoveryCode.slice(2))).rejects.toThrow(RecoveryCodeMistyped)
  })

  it('does not open as another dataset', async () => {
    const { folder, keys } = await clinic()
    const file = await readKeysFile(folder)
    expect(() => openKeys({ ...file, dataset: 'another' }, keys.databaseKey)).toThrow(code('WRONG_KEY'))
  })

  it('tells a missing, a later and a damaged file apart', async () => {
    await expect(readKeysFile(temporaryFolder())).rejects.toThrow(code('KEYS_FILE_MISSING'))
    const { folder } = await clinic()
    const path = join(folder, 'keys.json')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.replace('"format": 2', '"format": 3'))
    await expect(readKeysFile(folder)).rejects.toThrow(code('KEYS_FILE_LATER'))
    for (const damaged of [
      '',
      'null',
      '[]',
      '{}',
      whole.slice(0, -10),
      whole.replace('"passes": 2', '"passes": 3'),
      '\0'.repeat(whole.length),
      '['.repeat(100_000),
    ]) {
      writeFileSync(path, damaged)
      await expect(readKeysFile(folder)).rejects.toThrow(code('KEYS_FILE_DAMAGED'))
    }
  })

  it('notices any exchanged character of what it seals', async () => {
    const { folder } = await clinic()
    const path = join(folder, 'keys.json')
    const whole = readFileSync(path, 'utf8')
    const file = JSON.parse(whole) as { clinicKey: string; ring: string; recovery: { salt: string; sealed: string } }
    for (const text of [file.clinicKey, file.ring, file.recovery.salt, file.recovery.sealed]) {
      for (let i = 0; i < text.length; i++) {
        const other = text[i] === 'A' ? 'B' : 'A'
        writeFileSync(path, whole.replace(text, text.slice(0, i) + other + text.slice(i + 1)))
        await expect(readKeysFile(folder)).rejects.toThrow(KeyProblem)
      }
    }
  })

  it('takes a new recovery code; the old one then opens only the old file', async () => {
    const { folder, keys, recoveryCode } = await clinic()
    const before = await readKeysFile(folder)
    const next = makeRecoveryCode()
    await saveKeysFile(folder, await rewrapKeysFile(before, keys, { recoveryCode: next, keyStore: 'system' }))
    const after = await readKeysFile(folder)
    expect(after.keyStore).toBe('system')
    expect(await openKeysByRecoveryCode(after, next)).toEqual(keys)
    await expect(openKeysByRecoveryCode(after, recoveryCode)).rejects.toThrow(code('WRONG_RECOVERY_CODE'))
    expect(await openKeysByRecoveryCode(before, recoveryCode)).toEqual(keys)
  })

  it('keeps the recovery code when only the key store changes', async () => {
    const { folder, keys, recoveryCode } = await clinic()
    const moved = await rewrapKeysFile(await readKeysFile(folder), keys, { keyStore: 'passphrase' })
    await saveKeysFile(folder, moved)
    expect(await openKeysByRecoveryCode(await readKeysFile(folder), recoveryCode)).toEqual(keys)
  })
})

describe('the ring of keys', () => {
  it('takes later keys durably; the first one stays what digests, ids and media files go by', async () => {
    const { folder, keys, recoveryCode } = await clinic()
    const sealing = sealingKeys(keys)
    expect([sealing.current, sealing.keyOf(1), sealing.keyOf(2)]).toEqual([1, keys.clinicKey, undefined])
    const [second, seventh] = [newKey(), newKey()]
    await addKeys(folder, keys, { generations: new Map([[7, seventh]]) })
    await addKeys(folder, keys, { generations: new Map([[2, second]]), removed: new Set([newId()]) })
    expect([sealing.current, sealing.keyOf(1), sealing.keyOf(2), sealing.keyOf(7)]).toEqual([7, keys.clinicKey, second, seventh])
    const file = await readKeysFile(folder)
    expect(openKeys(file, keys.databaseKey)).toEqual(keys)
    expect(await openKeysByRecoveryCode(file, recoveryCode)).toEqual(keys)
    for (const key of [second, seventh]) expect(readFileSync(join(folder, 'keys.json'), 'utf8')).not.toContain(key.toString('base64'))
  })

  it('is not changed in memory when it could not be written', async () => {
    const { folder, keys } = await clinic()
    await expect(addKeys(join(folder, 'missing'), keys, { generations: new Map([[2, newKey()]]) })).rejects.toThrow(code('KEYS_FILE_MISSING'))
    expect([...keys.generations.keys()]).toEqual([1])
  })

  it('keeps a key that is not in use yet, and what is added later does not lose it', async () => {
    const { folder, keys } = await clinic()
    const [second, third] = [newKey(), newKey()]
    await keepKeys(folder, keys, { generations: new Map([[2, second]]) })
    expect([...keys.generations.keys()]).toEqual([1])
    await addKeys(folder, keys, { generations: new Map([[3, third]]) })
    expect([...keys.generations.keys()]).toEqual([1, 3])
    expect(openKeys(await readKeysFile(folder), keys.databaseKey).generations).toEqual(new Map([...keys.generations, [2, second]]))
  })

  it('comes along when recovery code or key store change', async () => {
    const { folder, keys } = await clinic()
    await addKeys(folder, keys, { generations: new Map([[2, newKey()]]) })
    const next = makeRecoveryCode()
    await saveKeysFile(folder, await rewrapKeysFile(await readKeysFile(folder), keys, { recoveryCode: next }))
    expect(await openKeysByRecoveryCode(await readKeysFile(folder), next)).toEqual(keys)
  })

  it('is added to a file of the format before, which still opens', async () => {
    const { folder, keys } = await clinic()
    // Written by the version before: no ring, and its check without one.
    const { ring: _, check: __, ...before } = { ...(await readKeysFile(folder)), format: 1 }
    const { recovery } = before
    const facts = [before.format, before.dataset, before.keyStore, before.madeAt, before.clinicKey, recovery.kdf]
    const check = createHash('sha256').update(JSON.stringify([...facts, ...Object.values(recovery.cost), recovery.salt, recovery.sealed]))
    writeFileSync(join(folder, 'keys.json'), JSON.stringify({ ...before, check: check.digest('base64') }))
    const opened = openKeys(await readKeysFile(folder), keys.databaseKey)
    expect(opened).toEqual({ ...keys, exchangeKey: undefined })
    const exchangeKey = newExchangeKey()
    await addKeys(folder, opened, { exchangeKey })
    const file = await readKeysFile(folder)
    expect(file.format).toBe(2)
    expect(openKeys(file, keys.databaseKey)).toEqual({ ...keys, exchangeKey })
  })

  it('is that of the clinic where a workstation joins', async () => {
    const { keys } = await clinic()
    keys.generations.set(2, newKey())
    const introduction = { to: newId(), key: newKey() }
    const joined = newClinicKeys(keys.dataset, { ...keys, introduction })
    expect([joined.clinicKey, joined.generations]).toEqual([keys.clinicKey, keys.generations])
    expect(joined.databaseKey).not.toEqual(keys.databaseKey)
    expect(joined.exchangeKey).not.toEqual(keys.exchangeKey)
    const file = await makeKeysFile(joined, { recoveryCode: makeRecoveryCode(), keyStore: 'keyFile', madeAt })
    expect(openKeys(file, joined.databaseKey)).toEqual({ ...joined, introduction })
    expect(() => newClinicKeys(keys.dataset, { ...keys, generations: new Map([[2, newKey()]]) })).toThrow(KeyProblem)
  })
})
