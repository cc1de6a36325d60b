import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { syncFolder } from '../../lib/durable-file.js'

/** An export that was not begun or not ended; the message says why and what is there now. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused'
  readonly isPublic = true
  constructor(
    readonly code: 'relative' | 'inside' | 'notEmpty' | 'unusable' | 'failed',
    message: string,
  ) {
    super(message)
  }
}

/**
 * The folder that an export fills: hidden and beside its place until everything is written, then renamed, so that a folder of the asked
 * name is either whole or not there. Files are for this user alone.
 */
export class ExportFolder {
  bytes = 0
  fileCount = 0

  private constructor(
    readonly target: string,
    readonly temporary: string,
  ) {}

  /** Why an export cannot go to a folder; undefined when it can. */
  static async refusalOf(folder: string, clinicFolder: string): Promise<ExportRefused | undefined> {
    const target = resolve(folder)
    if (!isAbsolute(folder)) return new ExportRefused('relative', 'Give the whole path of the folder, from the root or the drive on. Nothing was written.')
    if (`${target}${sep}`.startsWith(`${resolve(clinicFolder)}${sep}`)) {
      return new ExportRefused(
        'inside',
        'The export would lie in the clinic’s own folder, where it could be taken for records. Choose another folder; nothing was written.',
      )
    }
    try {
      const names = await readdir(target)
      return names.length > 0 ? new ExportRefused('notEmpty', 'The folder is not empty, so nothing was written. Choose an empty or a new folder.') : undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      return new ExportRefused(
        'unusable',
        'There is a file, or a folder that cannot be read, where the export should go. Choose another name; nothing was written.',
      )
    }
  }

  /** @throws ExportRefused when the folder is in use or lies in the clinic's own */
  static async begin(folder: string, clinicFolder: string): Promise<ExportFolder> {
    const refusal = await ExportFolder.refusalOf(folder, clinicFolder)
    if (refusal) throw refusal
    const target = resolve(folder)
    const temporary = join(dirname(target), `.export-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(dirname(target), { recursive: true })
      await mkdir(temporary, { mode: 0o700 })
    } catch (error) {
      throw new ExportRefused(
        'unusable',
        `The folder cannot be made there (${(error as NodeJS.ErrnoException).code}). Choose another place; nothing was written.`,
      )
    }
    return new ExportFolder(target, temporary)
  }

  /** For a worker: the folder that another thread has begun. */
  static of(temporary: string): ExportFolder {
    return new ExportFolder('', temporary)
  }

  /** Opens a file below the folder; it is durable when it is closed. */
  file(name: string): ExportFile {
    mkdirSync(join(this.temporary, dirname(name)), { recursive: true, mode: 0o700 })
    this.fileCount++
    return new ExportFile(openSync(join(this.temporary, name), 'wx', 0o600), (bytes) => {
      this.bytes += bytes
    })
  }

  /** Moves the whole export to its place. @throws ExportRefused when something lies there by now */
  async finish(): Promise<void> {
    try {
      if (await stat(this.target).catch(() => undefined)) await rmdir(this.target)
      await rename(this.temporary, this.target)
      await syncFolder(dirname(this.target))
    } catch (error) {
      await this.discard()
      throw new ExportRefused(
        'failed',
        `The finished export could not be moved to its place (${(error as NodeJS.ErrnoException).code}). Nothing was left; try again with a new folder.`,
      )
    }
  }

  /** Removes everything that was written. */
  async discard(): Promise<void> {
    await rm(this.temporary, { recursive: true, force: true })
  }
}

const bufferLength = 256 * 1024

/** One file of an export, written in pieces. */
export class ExportFile {
  #waiting: string[] = []
  #length = 0

  constructor(
    private readonly handle: number,
    private readonly onWritten: (bytes: number) => void,
  ) {}

  write(text: string): void {
    this.#waiting.push(text)
    this.#length += text.length
    if (this.#length >= bufferLength) this.#flush()
  }

  writeBytes(bytes: Uint8Array): void {
    this.#flush()
    for (let at = 0; at < bytes.length; ) at += writeSync(this.handle, bytes, at)
    this.onWritten(bytes.length)
  }

  close(): void {
    this.#flush()
    fsyncSync(this.handle)
    closeSync(this.handle)
  }

  #flush(): void {
    if (this.#waiting.length === 0) return
    const text = Buffer.from(this.#waiting.join(''))
    this.#waiting = []
    this.#length = 0
    this.writeBytes(text)
  }
}
