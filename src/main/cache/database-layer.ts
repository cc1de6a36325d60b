import type { Log } from '../lib/log.js'
import type { CacheFile } from '../store/cache-file.js'
import type { Clears } from './clears.js'
import { decode, type Envelope, encode } from './envelope.js'

/** Deleting so many holds the program up for less than two milliseconds. */
const DELETED_AT_ONCE = 200

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

  /** Gives up what matches; counts it. Much of it goes bit by bit, so that nobody waits: orders to forget make it invalid at once. */
  clear(pattern: string): number {
    const upTo = this.options.file?.lastPut ?? 0
    const count = this.#try((file) => file.count(pattern)) ?? 0
    this.#deleteOn(pattern, upTo)
    return count
  }

  paths(pattern: string): string[] {
    return this.#try((file) => file.paths(pattern)) ?? []
  }

  /** A piece of what matches, by path, after one. */
  list(pattern: string, after: string, limit: number): { path: string; bytes: number; deadAt: number }[] {
    return this.#try((file) => file.list(pattern, after, limit)) ?? []
  }

  #deleteOn(pattern: string, upTo: number): void {
    const deleted = this.#try((file) => file.deleteSome(pattern, upTo, DELETED_AT_ONCE)) ?? 0
    if (deleted === DELETED_AT_ONCE) setImmediate(() => this.#deleteOn(pattern, upTo))
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
