import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { sourceArguments } from '../../src/main/lib/worker-thread.js'

// Counts the statements that read a clinic's records: loaded once in each thread, before any database is opened there.

const shared = 'bench reads'
if (isMainThread) setEnvironmentData(shared, new Int32Array(new SharedArrayBuffer(4)))
const count = getEnvironmentData(shared) as unknown as Int32Array

interface Read {
  reader: boolean
  database: { name: string }
}

// Every statement shares one prototype, which the module does not export.
const memory = new Database(':memory:')
const prototype = Object.getPrototypeOf(memory.prepare('SELECT 1')) as Record<string, (this: Read, ...values: unknown[]) => unknown>
memory.close()
for (const name of ['get', 'all', 'iterate']) {
  const run = prototype[name] as (this: Read, ...values: unknown[]) => unknown
  prototype[name] = function (...values) {
    if (this.reader && this.database.name.endsWith('medinsight.db')) Atomics.add(count, 0, 1)
    return run.apply(this, values)
  }
}

/** Statements so far that read from databases of clinics, in all threads. */
export const readsSoFar = (): number => Atomics.load(count, 0)

/** Lets worker threads that start from now on count too. */
export const countInWorkers = (): void => void sourceArguments.push('--import', import.meta.url)
