import { parentPort, workerData } from 'node:worker_threads'
import './features/reads.js'
import { DatabaseProblem, explain, openDatabase } from './store/database.js'
import { runRead } from './store/read.js'
import type { ReaderAnswer, ReaderRequest, ReaderWorkerData } from './store/reader.js'

// Entry of a reader worker thread: one read-only connection, one request after another.
const { file, key } = workerData as ReaderWorkerData
const db = openDatabase(file, key, { readonly: true })

function answer({ id, name, input }: ReaderRequest): ReaderAnswer {
  try {
    return { id, output: runRead(db, name, input) }
  } catch (thrown) {
    const error = explain(thrown)
    const code = error instanceof DatabaseProblem ? error.code : ((error as { code?: string }).code ?? (error as Error).name)
    return { id, code }
  }
}

parentPort?.on('message', (request: ReaderRequest) => parentPort?.postMessage(answer(request)))
