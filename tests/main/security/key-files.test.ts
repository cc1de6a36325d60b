import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultKeyFolder, keyFileStore, passphraseStore } from '../../../src/main/security/key-files.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const dataset = '0192f00d-clinic'
const cost = { memoryKib: 1024, passes: 1, lanes: 1 }
const code = (name: string) => expect.objectContaining({ name: 'KeyStoreError', code: name })

describe('key file', () => {
  const store = () => {
    const root = temporaryFolder()
    const dataFolder = join(root, 'clinic')
    mkdirSync(dataFolder)
    const folder = join(root, 'config', 'keys')
    return { root, dataFolder, folder, path: join(folder, `${dataset}.key`), keys: keyFileStore({ folder, dataFolder }) }
  }

  it('keeps, gives back and forgets a key, for its owner alone', async () => {
    const { keys, path, folder } = store()
    expect(await keys.read(dataset)).toBeUndefined()
    const key = newKey()
    await keys.save(dataset, key)
    expect(await keys.read(dataset)).toEqual(key)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder)).toEqual([`${dataset}.key`])
    await keys.remove(dataset)
    await keys.remove(dataset)
    expect(await keys.read(dataset)).toBeUndefined()
  })

  it('saves the same key again but never replaces another', async () => {
    const { keys } = store()
    const key = newKey()
    await keys.save(dataset, key)
    await keys.save(dataset, key)
    await expect(keys.save(dataset, newKey())).rejects.toThrow(code('exists'))
    expect(await keys.read(dataset)).toEqual(key)
  })

  it('accepts a bare line of 64 hex digits in the named file', async () => {
    const { root, dataFolder } = store()
    const file = join(root, 'by-hand')
    const key = newKey()
    writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600 })
    expect(await keyFileStore({ file, dataFolder }).read(dataset)).toEqual(key)
  })

  it('refuses a file that others may read or change', async () => {
    const { keys, path } = store()
    await keys.save(dataset, newKey())
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o777]) {
      chmodSync(path, mode)
      await expect(keys.read(dataset)).rejects.toThrow(code('permissions'))
    }
  })

  it.runIf(process.getuid?.() === 0)('refuses a file of another user', async () => {
    const { keys, path } = store()
    await keys.save(dataset, newKey())
    chownSync(path, 12345, 12345)
    await expect(keys.read(dataset)).rejects.toThrow(code('permissions'))
  })

  it('refuses a link, a folder and a named pipe in its place', async () => {
    const { keys, path, folder } = store()
    await keys.save(dataset, newKey())
    renameSync(path, join(folder, 'real'))
    symlinkSync(join(folder, 'real'), path)
    await expect(keys.read(dataset)).rejects.toThrow(code('permissions'))
    await keys.remove(dataset)
    mkdirSync(path, { mode: 0o700 })
    await expect(keys.read(dataset)).rejects.toThrow(code('permissions'))
  })

  it('says when the content is no key or belongs to another clinic, and keeps it', async () => {
    const { keys, path, folder } = store()
    mkdirSync(folder, { recursive: true })
    for (const content of [
      '',
      'password',
      newKey().toString('hex').slice(1),
      'x'.repeat(5000),
      `${newKey().toString('hex')}\nmore`,
      `medinsight-key 1 another ${newKey().toString('hex')}`,
    ]) {
      writeFileSync(path, content, { mode: 0o600 })
      await expect(keys.read(dataset)).rejects.toThrow(code('unreadable'))
      await expect(keys.save(dataset, newKey())).rejects.toThrow(code('unreadable'))
      expect(readFileSync(path, 'utf8')).toBe(content)
    }
  })

  it('refuses a place inside the clinic’s folder, also by way of a link', async () => {
    const { root, dataFolder } = store()
    symlinkSync(dataFolder, join(root, 'elsewhere'))
    for (const file of [join(dataFolder, 'key'), join(root, 'elsewhere', 'deep', 'key')]) {
      await expect(keyFileStore({ file, dataFolder }).save(dataset, newKey())).rejects.toThrow(code('unavailable'))
    }
    expect(readdirSync(dataFolder)).toEqual([])
  })

  it('refuses dataset ids that would lead to another file', async () => {
    const { keys } = store()
    await expect(keys.read('../../etc/passwd')).rejects.toThrow(TypeError)
  })

  it('lies in the user’s configuration by default', () => {
    expect(defaultKeyFolder()).toMatch(/medinsight-hub.*keys$/)
  })
})

describe('passphrase file', () => {
  const store = (passphrase = 'long enough to be one\nsecond line') => {
    const root = temporaryFolder()
    const dataFolder = join(root, 'clinic')
    const passphraseFile = join(root, 'passphrase')
    writeFileSync(passphraseFile, passphrase, { mode: 0o600 })
    return { dataFolder, passphraseFile, keys: passphraseStore({ passphraseFile, dataFolder, cost }) }
  }

  it('wraps the key under the first line of the file', async () => {
    const { keys, dataFolder, passphraseFile } = store()
    expect(await keys.read(dataset)).toBeUndefined()
    const key = newKey()
    await keys.save(dataset, key)
    expect(readFileSync(join(dataFolder, 'passphrase-key.json'), 'utf8')).not.toContain(key.toString('base64'))
    writeFileSync(passphraseFile, 'long enough to be one\r\nother second line')
    expect(await keys.read(dataset)).toEqual(key)
    await expect(keys.save(dataset, newKey())).rejects.toThrow(code('exists'))
    await keys.remove(dataset)
    expect(await keys.read(dataset)).toBeUndefined()
  })

  it('says when the passphrase is wrong, missing, too short or open to others', async () => {
    const { keys, passphraseFile, dataFolder } = store()
    await keys.save(dataset, newKey())
    writeFileSync(passphraseFile, 'another passphrase')
    await expect(keys.read(dataset)).rejects.toThrow(code('wrongPassphrase'))
    writeFileSync(passphraseFile, 'short')
    await expect(keys.read(dataset)).rejects.toThrow(code('unavailable'))
    chmodSync(passphraseFile, 0o644)
    await expect(keys.read(dataset)).rejects.toThrow(code('permissions'))
    const lost = passphraseStore({ passphraseFile: `${passphraseFile}-lost`, dataFolder, cost })
    await expect(lost.read(dataset)).rejects.toThrow(code('unavailable'))
  })

  it('says when the wrapped key is damaged or of another clinic', async () => {
    const { keys, dataFolder } = store()
    await keys.save(dataset, newKey())
    await expect(keys.read('another')).rejects.toThrow(code('unreadable'))
    writeFileSync(join(dataFolder, 'passphrase-key.json'), '{"format":1')
    await expect(keys.read(dataset)).rejects.toThrow(code('unreadable'))
  })
})
