import { parentPort, workerData } from 'node:worker_threads'
import { findEntity } from '../shared/entities/index.js'
import type { ImportItem } from './features/exchange/fhir/draft.js'
import { lensOfType } from './features/exchange/fhir/lenses.js'
import { readFhir } from './features/exchange/fhir/read.js'
import type { ImportWorkerData, ImportWorkerMessage } from './features/exchange/reading.js'
import { derivedId } from './records/derived-id.js'
import { openDatabase, statement } from './store/database.js'

// Entry of the worker thread that reads an import: it parses and maps, and waits for each batch to be written before it reads on.
const { path, file, key, idKey, kind } = workerData as ImportWorkerData
const port = parentPort
if (!port) throw new Error('The import worker is a worker thread.')
const db = openDatabase(file, key, { readonly: true })
const batchSize = 200

const idFor = (name: string): string => derivedId(idKey, kind, name)
const exists = (name: string): boolean => {
  const entity = findEntity(lensOfType(name.slice(0, name.indexOf('/')))?.kind ?? 'otherResource')
  return entity !== undefined && statement(db, `SELECT 1 FROM ${entity.table} WHERE id = ? AND deleted = 0`).get(idFor(name)) !== undefined
}

const send = (message: ImportWorkerMessage): Promise<void> => {
  port.postMessage(message)
  return new Promise((resolve) => port.once('message', () => resolve()))
}

async function run(): Promise<void> {
  let batch: ImportItem[] = []
  for await (const item of readFhir(path, { idFor, exists })) {
    batch.push(item)
    if (batch.length >= batchSize) {
      await send({ type: 'batch', items: batch })
      batch = []
    }
  }
  if (batch.length > 0) await send({ type: 'batch', items: batch })
}

run().then(
  () => port.postMessage({ type: 'end' } satisfies ImportWorkerMessage),
  (error: NodeJS.ErrnoException) => port.postMessage({ type: 'failed', code: error.code ?? error.name } satisfies ImportWorkerMessage),
)
