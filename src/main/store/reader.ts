import type { Worker } from 'node:worker_threads'
import { startWorker } from '../lib/worker-thread.js'
import { type DatabaseProblem, explain, openDatabase, problem } from './database.js'
import type { Read } from './read.js'

/** What a reader worker is started with. */
export interface ReaderWorkerData {
  file: string
  key: Uint8Array
}

/** A request to a reader worker, and its answer. Errors travel as code only: SQLite's texts may hold values. */
export interface ReaderRequest {
  id: number
  name: string
  input: unknown
}
export type ReaderAnswer = { id: number; output: unknown } | { id: number; code: string }

interface Waiting {
  resolve(output: unknown): void
  reject(error: Error): void
}

/** A read failed in a worker; `code` is SQLite's or the error's name. */
export class ReadFailed extends Error {
  override readonly name = 'ReadFailed'
  constructor(readonly code: string) {
    super('The records could not be read just now; nothing was changed.')
  }
}

/** Runs reads away from the main loop. */
export interface Reader {
  read<Input, Output>(read: Read<Input, Output>, input: Input): Promise<Output>
  stop(): Promise<void>
}

class ReaderWorker {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  constructor(data: ReaderWorkerData, onExit: () => void) {
    this.#worker = startWorker('reader-worker', { workerData: data, name: 'reader' })
    this.#worker.on('message', (answer: ReaderAnswer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if ('code' in answer) waiting?.reject(failure(answer.code))
      else waiting?.resolve(answer.output)
    })
    // A worker that cannot open the database ends with the reason; its reads are told that in place of having lost their worker.
    let reason = 'workerGone'
    this.#worker.on('error', (error: { code?: unknown } | undefined) => {
      if (typeof error?.code === 'string') reason = error.code
    })
    this.#worker.on('exit', () => {
      for (const waiting of this.#waiting.values()) waiting.reject(failure(reason))
      this.#waiting.clear()
      onExit()
    })
    this.#worker.unref()
  }

  get load(): number {
    return this.#waiting.size
  }

  run(name: string, input: unknown): Promise<unknown> {
    const id = ++this.#next
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, name, input } satisfies ReaderRequest)
    })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

const failure = (code: string): Error => (code === 'damaged' || code === 'wrongKeyOrDamaged' ? problem(code as DatabaseProblem['code']) : new ReadFailed(code))

/**
 * Reader on worker threads, each with its own read-only connection. They start at once, because the first chart or dashboard of the day would
 * wait for them otherwise; one that ends is replaced at the next read.
 */
export function startReader(data: ReaderWorkerData, workerCount = 2): Reader {
  const workers: (ReaderWorker | undefined)[] = []
  const start = (at: number): ReaderWorker => (workers[at] = new ReaderWorker(data, () => (workers[at] = undefined)))
  for (let at = 0; at < workerCount; at++) start(at)
  let isStopped = false
  const worker = (): ReaderWorker => {
    let best = 0
    for (let at = 0; at < workerCount; at++) if ((workers[at]?.load ?? -1) < (workers[best]?.load ?? -1)) best = at
    return workers[best] ?? start(best)
  }
  return {
    read: (read, input) => (isStopped ? Promise.reject(new ReadFailed('stopped')) : (worker().run(read.name, input) as Promise<never>)),
    stop: async () => {
      isStopped = true
      await Promise.all(workers.map((running) => running?.stop()))
    },
  }
}

/** Reader in this thread, for one-shot commands and tests that start no workers. */
export function inlineReader(data: ReaderWorkerData): Reader {
  const db = openDatabase(data.file, data.key, { readonly: true })
  return {
    read: async (read, input) => {
      try {
        return read.run(db, input)
      } catch (error) {
        throw explain(error)
      }
    },
    stop: async () => void db.close(),
  }
}
