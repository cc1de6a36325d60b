import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { type FileHandle, open as openFile, readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivateFolder, syncFolder } from '../lib/durable-file.js'
import { derive, newKey, open, SEAL_OVERHEAD_BYTES, seal } from '../security/sealing.js'

/** Bytes of content that are sealed together: a part of a file is read by opening only the parts that it lies in. */
export const partBytes = 256 * 1024

const magic = Buffer.from('MIF1')
const TAG_BYTES = 16
const KEY_BYTES = 32
const HEADER_BYTES = magic.length + SEAL_OVERHEAD_BYTES + KEY_BYTES + 8

/** A file that a record names is not on this workstation, or does not open any more. The message says what to do. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem'
  readonly isPublic = true
  constructor(readonly code: 'missing' | 'damaged') {
    super(
      code === 'missing'
        ? 'The file is not on this workstation. Restore it from a backup, or open it on the workstation where it was added.'
        : 'The file on this workstation is damaged. Restore it from a backup.',
    )
  }
}

/** A stored file: SHA-256 of its content in hex, and its length in bytes. */
export interface StoredFile {
  hash: string
  bytes: number
}

/**
 * Files of a clinic, named by their content and sealed: the same content is stored once. Each file has a key of its own, which lies with the
 * length in a header that opens only under the clinic's key and the content's hash; parts carry their number. So no part can be exchanged,
 * moved or left out unnoticed, although the hash is known only when the last byte has come. Names on the disk tell nothing of the content.
 */
export class SealedFiles {
  readonly #nameKey: Buffer
  readonly #headerKey: Buffer

  constructor(
    readonly folder: string,
    clinicKey: Uint8Array,
  ) {
    this.#nameKey = derive(clinicKey, 'file names')
    this.#headerKey = derive(clinicKey, 'file keys')
  }

  /**
   * Stores content as it arrives and returns once it is durable: temporary file, fsync, rename, fsync of the folder. Nothing stays of content
   * that breaks off. Call it before the record that names the file is written.
   */
  async put(content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    await makePrivateFolder(this.folder)
    const temporary = join(this.folder, `.${randomBytes(8).toString('hex')}.tmp`)
    const handle = await openFile(temporary, 'wx', 0o600)
    let stored: StoredFile
    try {
      stored = await this.#write(handle, content)
      await handle.sync()
      await handle.close()
      await this.#moveIn(temporary, stored.hash)
    } catch (error) {
      await handle.close().catch(() => undefined)
      await unlink(temporary).catch(() => undefined)
      throw error
    }
    return stored
  }

  /** Length of a file's content, undefined when it is not here. @throws FileProblem when it does not open */
  async find(hash: string): Promise<StoredFile | undefined> {
    try {
      return await this.#opened(hash, async (_handle, { bytes }) => ({ hash, bytes }))
    } catch (error) {
      if (error instanceof FileProblem && error.code === 'missing') return undefined
      throw error
    }
  }

  /** The bytes from `start` to `end`, both inclusive. @throws FileProblem, also in the middle, where the damage begins */
  async *read(hash: string, { start, end }: { start: number; end: number }): AsyncGenerator<Uint8Array, void> {
    const handle = await this.#open(hash)
    try {
      const { key, bytes } = await this.#header(handle, hash)
      const last = Math.min(end, bytes - 1)
      for (let index = Math.floor(start / partBytes); index * partBytes <= last; index++) {
        const begin = index * partBytes
        const part = await readPart(handle, key, index, Math.min(partBytes, bytes - begin))
        yield part.subarray(Math.max(0, start - begin), Math.min(part.length, last - begin + 1))
      }
    } finally {
      await handle.close()
    }
  }

  /** Opens all of a file and compares it with its hash, for verification. */
  async check(hash: string): Promise<'whole' | FileProblem['code']> {
    const sum = createHash('sha256')
    try {
      for await (const chunk of this.read(hash, { start: 0, end: Number.MAX_SAFE_INTEGER })) sum.update(chunk)
    } catch (error) {
      if (error instanceof FileProblem) return error.code
      throw error
    }
    return sum.digest('hex') === hash ? 'whole' : 'damaged'
  }

  /** Removes what uploads left when the program ended in the middle of them; their keys are lost. Only while nothing is being stored. */
  async removeUnfinished(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [] as string[]))
      if (/^\.[0-9a-f]{16}\.tmp$/.test(name)) await unlink(join(this.folder, name)).catch(() => undefined)
  }

  /** Removes a file for good; nothing when it is not here. */
  async remove(hash: string): Promise<void> {
    const path = this.pathOf(hash)
    const isGone = await unlink(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
        return false
      },
    )
    if (isGone) await syncFolder(dirname(path))
  }

  /** Where a file lies. */
  pathOf(hash: string): string {
    const name = createHmac('sha256', this.#nameKey).update(hash).digest('hex')
    return join(this.folder, name.slice(0, 2), name.slice(2))
  }

  async #write(handle: FileHandle, content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const key = newKey()
    const sum = createHash('sha256')
    const part = Buffer.allocUnsafe(partBytes)
    let filled = 0
    let index = 0
    let bytes = 0
    const flush = async (): Promise<void> => {
      await writeAll(handle, sealPart(key, index, part.subarray(0, filled)), HEADER_BYTES + index * (partBytes + TAG_BYTES))
      index++
      filled = 0
    }
    for await (const chunk of content) {
      sum.update(chunk)
      bytes += chunk.length
      for (let from = 0; from < chunk.length; ) {
        const taken = Math.min(partBytes - filled, chunk.length - from)
        part.set(chunk.subarray(from, from + taken), filled)
        filled += taken
        from += taken
        if (filled === partBytes) await flush()
      }
    }
    if (filled > 0) await flush()
    const hash = sum.digest('hex')
    const facts = Buffer.alloc(KEY_BYTES + 8)
    facts.set(key)
    facts.writeBigUInt64BE(BigInt(bytes), KEY_BYTES)
    await writeAll(handle, Buffer.concat([magic, seal(this.#headerKey, facts, headerName(hash))]), 0)
    return { hash, bytes }
  }

  async #moveIn(temporary: string, hash: string): Promise<void> {
    const path = this.pathOf(hash)
    // A damaged file of this content is replaced: the content has just come again.
    if ((await this.check(hash)) === 'whole') return unlink(temporary)
    await makePrivateFolder(dirname(path))
    await rename(temporary, path)
    await syncFolder(dirname(path))
  }

  async #open(hash: string): Promise<FileHandle> {
    return openFile(this.pathOf(hash), 'r').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new FileProblem('missing') : error
    })
  }

  async #opened<T>(hash: string, use: (handle: FileHandle, header: { key: Buffer; bytes: number }) => Promise<T>): Promise<T> {
    const handle = await this.#open(hash)
    try {
      return await use(handle, await this.#header(handle, hash))
    } finally {
      await handle.close()
    }
  }

  async #header(handle: FileHandle, hash: string): Promise<{ key: Buffer; bytes: number }> {
    const header = await readAll(handle, 0, HEADER_BYTES)
    if (!header.subarray(0, magic.length).equals(magic)) throw new FileProblem('damaged')
    let facts: Buffer
    try {
      facts = open(this.#headerKey, header.subarray(magic.length), headerName(hash))
    } catch {
      throw new FileProblem('damaged')
    }
    const bytes = Number(facts.readBigUInt64BE(KEY_BYTES))
    if ((await handle.stat()).size !== HEADER_BYTES + bytes + Math.ceil(bytes / partBytes) * TAG_BYTES) throw new FileProblem('damaged')
    return { key: facts.subarray(0, KEY_BYTES), bytes }
  }
}

const headerName = (hash: string): string => `file ${hash}`

/** The part's number: a nonce may count, because the key seals one file only. */
function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}

function sealPart(key: Buffer, index: number, part: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index), { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(`part ${index}`))
  return Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()])
}

async function readPart(handle: FileHandle, key: Buffer, index: number, length: number): Promise<Buffer> {
  const sealed = await readAll(handle, HEADER_BYTES + index * (partBytes + TAG_BYTES), length + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(`part ${index}`))
  decipher.setAuthTag(sealed.subarray(length))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()])
  } catch {
    throw new FileProblem('damaged')
  }
}

async function readAll(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
    if (bytesRead === 0) throw new FileProblem('damaged')
    at += bytesRead
  }
  return bytes
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten
}
