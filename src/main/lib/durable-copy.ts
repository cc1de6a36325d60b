import { createHash } from 'node:crypto'
import { chmodSync, closeSync, constants, copyFileSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

// Blocking file work, for worker threads only.

/** Makes a folder for this user alone, with its parents. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** Leaves a file to this user alone. */
export const restrict = (path: string): void => chmodSync(path, 0o600)

/** Copies a file so that its name appears only with its whole content; the folder's own entry is left to `syncPath`. */
export function copyFileDurably(from: string, to: string): void {
  const temporary = join(dirname(to), `.${basename(to)}.tmp`)
  copyFileSync(from, temporary, constants.COPYFILE_FICLONE)
  restrict(temporary)
  syncPath(temporary)
  renameSync(temporary, to)
}

/** Writes a new file and its content to disk, for this user alone. */
export function writeFileDurably(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flush: true })
}

/** Makes a file's content or a folder's entries durable. */
export function syncPath(path: string): void {
  const isWindows = process.platform === 'win32'
  if (isWindows && statSync(path).isDirectory()) return
  const handle = openSync(path, isWindows ? 'r+' : 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** SHA-256 of a text, in hex. */
export const sha256OfText = (text: string): string => createHash('sha256').update(text).digest('hex')

/** SHA-256 of a file of any size, in hex. */
export function sha256Of(path: string): string {
  const hash = createHash('sha256')
  const part = Buffer.allocUnsafe(1024 * 1024)
  const handle = openSync(path, 'r')
  try {
    for (let read = readSync(handle, part); read > 0; read = readSync(handle, part)) hash.update(part.subarray(0, read))
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}
