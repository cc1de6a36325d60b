import type { Log } from '../lib/log.js'
import type { CacheFile } from '../store/cache-file.js'
import type { Clears } from './clears.js'
import { decode, type Envelope, encode } from './envelope.js'
import { matches } from './paths.js'

/** Values in this workstation's cache file, for the next start. Whatever fails there is told in the log and counts as nothing found. */
export class DatabaseLayer {
  constructor(private readonly options: { file: CacheFile | undefined; clears: Clears; program: string; log: Log; now: () => number }) {}

  get(path: string): Envelope | undefined {
    return this.#try((file) => {
      const found = file.get(path)
      const envelope = found && decode(found.value.toString('utf8'), this.options.program)
      return envelope && !this.options.clears.isCleared(path, envelope.clears) ? envelope : undefined
    })
  }

  put(path: string, envelope: Envelope): void {
    const { program, now } = this.options
    this.#try((file) => file.put(path, { value: Buffer.from(encode(envelope, program)), deadAt: envelope.deadAt }, now()))
  }

  delete(path: string): void {
    this.#try((file) => file.delete(path))
  }

  clear(pattern: string): number {
    const found = this.#try((file) => file.paths().filter((path) => matches(pattern, path))) ?? []
    for (const path of found) this.delete(path)
    return found.length
  }

  /** Bytes of the values in the file. */
  bytes(): number {
    return this.#try((file) => file.bytes()) ?? 0
  }

  #try<T>(act: (file: CacheFile) => T): T | undefined {
    const { file, log } = this.options
    if (!file?.isOpen) return undefined
    try {
      return act(file)
    } catch (error) {
      log.warn('cache.file', { error })
      if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code))) renew(file, log)
      return undefined
    }
  }
}

/** Begins an empty file; one that cannot be made is tried again at the next damage or start. */
function renew(file: CacheFile, log: Log): void {
  try {
    file.renew()
  } catch (error) {
    log.warn('cache.file', { error })
  }
}
