import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import { makePrivateFolder, writeDurably } from '../lib/durable-file.js'
import { type KeyStore, KeyStoreError } from '../lib/key-store.js'

/** A dataset id becomes a file name, so it may hold nothing that leads elsewhere. */
const datasetName = /^[a-z0-9][a-z0-9-]{0,80}$/

/**
 * Keeps database keys sealed by the operating system's key store (Electron `safeStorage`), one file per clinic in
 * `folder`, which lies outside the clinics' folders so that a copy of a clinic never brings its key along.
 */
export const openSystemKeyStore = (safeStorage: SafeStorage, folder: string, platform: NodeJS.Platform = process.platform): KeyStore => {
  const fileOf = (dataset: string): string => {
    if (!datasetName.test(dataset)) throw new TypeError('A dataset id holds only lower-case letters, digits and hyphens.')
    return join(folder, `${dataset}.key`)
  }
  const save = async (dataset: string, key: Buffer): Promise<void> => {
    const file = fileOf(dataset)
    await requireKeyStore(safeStorage, platform)
    const sealed = await safeStorage.encryptStringAsync(key.toString('base64'))
    await makePrivateFolder(folder)
    await writeDurably(file, sealed)
  }
  return {
    save,
    async read(dataset) {
      const sealed = await readIfThere(fileOf(dataset))
      if (!sealed) return undefined
      await requireKeyStore(safeStorage, platform)
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed).catch((cause: unknown) => {
        throw new KeyStoreError('unreadable', unreadable, { cause })
      })
      const key = Buffer.from(result, 'base64')
      if (shouldReEncrypt) await save(dataset, key)
      return key
    },
    remove: (dataset) => rm(fileOf(dataset), { force: true }),
  }
}

const unreadable =
  "The key of this clinic's database is there, but this system account's key store cannot open it. The data is unchanged. " +
  'Sign in to the computer with the account that set up the clinic, or open the clinic with its recovery code.'

const plainText =
  'This computer has no key store, and the clinic’s key would lie on its disk readable to anyone, so it was not saved. ' +
  'Install and unlock GNOME Keyring or KWallet and start again, or name a passphrase file in MEDINSIGHT_PASSPHRASE_FILE.'

const unavailable =
  'The key store of this computer does not answer, so the clinic’s database was not opened; nothing was changed. ' +
  'Unlock the key ring or keychain of your account and start again.'

const requireKeyStore = async (safeStorage: SafeStorage, platform: NodeJS.Platform): Promise<void> => {
  // Electron calls encryption "available" with `basic_text` too, although its password is a constant in its source.
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) throw new KeyStoreError('plainText', plainText)
  if (!(await safeStorage.isAsyncEncryptionAvailable())) throw new KeyStoreError('unavailable', unavailable)
}

const readIfThere = async (file: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new KeyStoreError('unreadable', unreadable, { cause: error })
  }
}
