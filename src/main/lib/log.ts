import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, instantOf, systemClock } from './clock.js'
import { redact } from './redaction.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/**
 * Writes what the program does as JSON lines. The event is a fixed name such as `sync.connected`; fields get through only when
 * `redaction.ts` allows them, so that nothing of a record can reach a log.
 */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void
  info(event: string, fields?: Readonly<Record<string, unknown>>): void
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void
  error(event: string, fields?: Readonly<Record<string, unknown>>): void
}

export interface LogOptions {
  /** The folder `logs` of a clinic; without it only the stream is written. */
  folder?: string
  /** Where lines also go; standard error by default, false for nowhere. */
  stream?: { write(line: string): unknown } | false
  /** The least level that is written; `info` by default. */
  level?: LogLevel
  clock?: Clock
  /** Size at which a new file is begun, and how many are kept. */
  rotateBytes?: number
  fileCount?: number
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const FILE = 'medinsight.log'

/** Makes the program's log. A log that cannot be written never stops the program. */
export function createLog(options: LogOptions = {}): Log & { close(): void } {
  const { stream = process.stderr, level = 'info', clock = systemClock } = options
  const file = options.folder === undefined ? undefined : new RotatingFile(options.folder, options.rotateBytes ?? 5_000_000, options.fileCount ?? 5)
  const least = levels.indexOf(level)
  const writer =
    (of: LogLevel) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (levels.indexOf(of) < least) return
      const name = /^[a-z][A-Za-z0-9.]{0,79}$/.test(event) ? event : 'unnamed'
      const line = `${JSON.stringify({ time: instantOf(clock), level: of, event: name, ...redact(fields) })}\n`
      if (stream) stream.write(line)
      file?.write(line)
    }
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error'), close: () => file?.close() }
}

/** A log that goes nowhere. */
export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Lines are written at once rather than gathered: the last ones before a crash are those that matter. */
class RotatingFile {
  #handle: number | undefined
  #size = 0

  constructor(
    private readonly folder: string,
    private readonly rotateBytes: number,
    private readonly fileCount: number,
  ) {}

  write(line: string): void {
    try {
      if (this.#handle !== undefined && this.#size >= this.rotateBytes) this.#rotate()
      this.#handle ??= this.#open()
      this.#size += writeSync(this.#handle, line)
    } catch {
      this.close()
    }
  }

  close(): void {
    const handle = this.#handle
    this.#handle = undefined
    try {
      if (handle !== undefined) closeSync(handle)
    } catch {
      // Nothing can be done about a log file that does not close.
    }
  }

  #open(): number {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    const handle = openSync(join(this.folder, FILE), 'a', 0o600)
    this.#size = fstatSync(handle).size
    return handle
  }

  #rotate(): void {
    this.close()
    for (let n = this.fileCount - 2; n >= 0; n--) {
      const from = n === 0 ? FILE : `${FILE}.${n}`
      if (readdirSync(this.folder).includes(from)) renameSync(join(this.folder, from), join(this.folder, `${FILE}.${n + 1}`))
    }
    for (const name of readdirSync(this.folder)) {
      const number = /^medinsight\.log\.(\d+)$/.exec(name)?.[1]
      if (number && Number(number) >= this.fileCount) rmSync(join(this.folder, name))
    }
  }
}
