import type { ReadableDatabase } from './database.js'

/**
 * A read that can take longer than the main loop may be held: search, charts, dashboards. It runs on a worker's read-only connection,
 * so it must be a function of the database and its input alone.
 */
export interface Read<Input, Output> {
  /** Name under which a worker finds it, e.g. `patients.search`. */
  name: string
  run(db: ReadableDatabase, input: Input): Output
}

const reads = new Map<string, Read<never, unknown>>()

/** Declares a read. Module level only: the worker knows the reads of the modules that it loads. */
export function defineRead<Input, Output>(name: string, run: (db: ReadableDatabase, input: Input) => Output): Read<Input, Output> {
  const read = { name, run }
  if (reads.has(name)) throw new TypeError(`There are two reads named ${name}.`)
  reads.set(name, read)
  return read
}

/** Runs a declared read by its name; for the worker. @throws TypeError for an unknown name */
export function runRead(db: ReadableDatabase, name: string, input: unknown): unknown {
  const read = reads.get(name)
  if (!read) throw new TypeError(`No read is named ${name}.`)
  return read.run(db, input as never)
}
