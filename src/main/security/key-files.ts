import { constants } from 'node:fs'
import { lstat, open, readFile, realpath, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { makePrivateFolder, syncFolder, writeDurably } from '../lib/durable-file.js'
import { type KeyStore, KeyStoreError } from '../lib/key-store.js'
import { SealBroken } from './sealing.js'
import { type KdfCost, unwrapKey, WrappedKey, wrapKey } from './wrapped-key.js'

const PASSPHRASE_KEY = 'passphrase-key.json'
const MIN_PASSPHRASE_LENGTH = 12

/** Cost for a passphrase that a person chose: about a fifth of a second and 64 MB. */
const passphraseCost: KdfCost = { memoryKib: 65_536, passes: 3, lanes: 1 }

const PassphraseKey = z.strictObject({ format: z.literal(1), dataset: z.string(), key: WrappedKey })

/** Where the web host keeps keys when no other place is named: the user's configuration folder, outside every clinic's folder. */
export const defaultKeyFolder = (): string => join(envPaths('medinsight-hub', { suffix: '' }).config, 'keys')

/**
 * Keeps the database key in a file that only this user may read: `file` where one is named (MEDINSIGHT_KEY_FILE), otherwise one per
 * dataset in `folder`. Refuses a place inside `dataFolder`, because the key would then lie beside what it locks and go into copies of it.
 */
export function keyFileStore(options: { file?: string; folder?: string; dataFolder: string }): KeyStore {
  const pathOf = async (dataset: string): Promise<string> => {
    if (!/^[A-Za-z0-9-]{1,100}$/.test(dataset)) throw new TypeError('A dataset id has letters, digits and dashes.')
    const path = resolve(options.file ?? join(options.folder ?? defaultKeyFolder(), `${dataset}.key`))
    if (await isInside(path, options.dataFolder)) {
      throw new KeyStoreError(
        'unavailable',
        'The key file lies inside the clinic’s folder, beside the data that it locks. Name a place outside of it in MEDINSIGHT_KEY_FILE.',
      )
    }
    return path
  }
  return {
    async read(dataset) {
      const text = await readPrivate(await pathOf(dataset), 'key file')
      if (text === undefined) return undefined
      const found = /^(?:medinsight-key 1 (\S+) )?([0-9a-f]{64})\s*$/.exec(text)
      if (!found?.[2])
        throw new KeyStoreError(
          'unreadable',
          'The key file does not hold a key: it has to be one line of 64 hex digits. Nothing was changed. Put the right file in its place, or use the recovery code.',
        )
      if (found[1] && found[1] !== dataset) {
        throw new KeyStoreError(
          'unreadable',
          'The key file belongs to another clinic. Nothing was changed. Name the key file of this clinic, or use the recovery code.',
        )
      }
      return Buffer.from(found[2], 'hex')
    },
    async save(dataset, key) {
      requireKey(key)
      const path = await pathOf(dataset)
      const held = await this.read(dataset)
      if (held?.equals(key)) return
      if (held) throw existing()
      await makePrivateFolder(dirname(path))
      await writeDurably(path, `medinsight-key 1 ${dataset} ${key.toString('hex')}\n`)
    },
    async remove(dataset) {
      await removeFile(await pathOf(dataset))
    },
  }
}

/**
 * Keeps the database key in the clinic's folder, wrapped under a passphrase that is read from a file (MEDINSIGHT_PASSPHRASE_FILE):
 * its first line, at least 12 characters. For hosts that hand secrets to a service as files.
 */
export function passphraseStore(options: { passphraseFile: string; dataFolder: string; cost?: KdfCost }): KeyStore {
  const path = join(options.dataFolder, PASSPHRASE_KEY)
  const passphrase = async (): Promise<string> => {
    const text = await readPrivate(resolve(options.passphraseFile), 'passphrase file')
    if (text === undefined)
      throw new KeyStoreError(
        'unavailable',
        'The passphrase file named in MEDINSIGHT_PASSPHRASE_FILE is not there. Nothing was changed. Put it in its place, or use the recovery code.',
      )
    const line = (text.split(/\r?\n/, 1)[0] ?? '').normalize('NFC')
    if (line.length < MIN_PASSPHRASE_LENGTH)
      throw new KeyStoreError('unavailable', `The passphrase in the file is too short: its first line needs at least ${MIN_PASSPHRASE_LENGTH} characters.`)
    return line
  }
  return {
    async read(dataset) {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return undefined
      const parsed = PassphraseKey.safeParse(parseJson(text))
      if (!parsed.success || parsed.data.dataset !== dataset) {
        throw new KeyStoreError(
          'unreadable',
          'The file passphrase-key.json is damaged or belongs to another clinic. Nothing was changed. Use the recovery code to open this clinic again.',
        )
      }
      try {
        return await unwrapKey(parsed.data.key, await passphrase(), purpose(dataset))
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error
        throw new KeyStoreError(
          'wrongPassphrase',
          'The passphrase in the passphrase file is not the one of this clinic. Nothing was changed. Put the right one there, or use the recovery code.',
          { cause: error },
        )
      }
    },
    async save(dataset, key) {
      requireKey(key)
      const held = await this.read(dataset)
      if (held?.equals(key)) return
      if (held) throw existing()
      const wrapped = await wrapKey(key, await passphrase(), purpose(dataset), options.cost ?? passphraseCost)
      await makePrivateFolder(options.dataFolder)
      await writeDurably(path, `${JSON.stringify({ format: 1, dataset, key: wrapped }, null, 2)}\n`)
    },
    remove: () => removeFile(path),
  }
}

const purpose = (dataset: string): string => `passphrase key/${dataset}`
const existing = (): KeyStoreError =>
  new KeyStoreError(
    'exists',
    'There is already another key in this place, and replacing it would lock the data it belongs to. Nothing was changed. Name another file.',
  )

/** Content of a file that nobody else may read; undefined when there is none. The checks are made on the opened file, so that it cannot be exchanged between check and use. */
async function readPrivate(path: string, what: string): Promise<string | undefined> {
  const named = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unreadable(what, error)
  })
  if (!named) return undefined
  if (named.isSymbolicLink())
    throw new KeyStoreError('permissions', `The ${what} is a symbolic link. Name the file itself, so that nobody can exchange it unnoticed.`)
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    throw unreadable(what, error)
  })
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) throw new KeyStoreError('permissions', `The ${what} is not an ordinary file.`)
    if (process.platform !== 'win32') {
      if (facts.mode & 0o077)
        throw new KeyStoreError('permissions', `Others than its owner may read or change the ${what}. Take these rights away (chmod 600) and start again.`)
      if (facts.uid !== process.getuid?.())
        throw new KeyStoreError('permissions', `The ${what} belongs to another user of this computer. Its owner has to be the user that runs the program.`)
    }
    if (facts.size > 4096) throw new KeyStoreError('unreadable', `The ${what} is too large to be one. Nothing was changed. Check the path.`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

const unreadable = (what: string, cause: unknown): KeyStoreError =>
  new KeyStoreError('unreadable', `The ${what} cannot be read. Nothing was changed. Check that the user that runs the program may read it.`, { cause })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a path lies in a folder, also by way of links; the path itself need not exist yet. */
async function isInside(path: string, folder: string): Promise<boolean> {
  const real = async (place: string): Promise<string> =>
    realpath(place).catch(async () => (dirname(place) === place ? place : join(await real(dirname(place)), basename(place))))
  const [inner, outer] = [await real(resolve(path)), await real(resolve(folder))]
  return inner === outer || inner.startsWith(outer + sep)
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await syncFolder(dirname(path)).catch(() => undefined)
}

function requireKey(key: Uint8Array): void {
  if (key.length !== 32) throw new TypeError('A database key has 32 bytes.')
}
