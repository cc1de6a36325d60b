import { parentPort, workerData } from 'node:worker_threads'
import { findEntity } from '../shared/entities/index.js'
import type { Draft, ImportItem } from './features/exchange/fhir/draft.js'
import { ImportFault, inspectSource, readSource } from './features/exchange/import-source.js'
import type { ImportWorkerData, ImportWorkerMessage } from './features/exchange/reading.js'
import { derivedId } from './records/derived-id.js'
import { openDatabase } from './store/database.js'
import { packSource } from './store/source-codec.js'

// Entry of the worker thread that reads an import: it parses and maps, and waits for each batch to be written before it reads on.
const data = workerData as ImportWorkerData
const port = parentPort
if (!port) throw new Error('The import worker is a worker thread.')
const batchSize = 100

/** Checks and packs a record here already, so that the main loop need not: it is the narrow place of an import. What fails is left to the store's own check. */
function checked(draft: Draft): Draft {
  const { fields, defaults } = draft
  const result = findEntity(draft.kind)?.schema.safeParse({ ...defaults, ...fields })
  if (!result?.success) return draft
  const names = Object.keys(result.data).filter((name) => name in fields)
  const given = Object.fromEntries(names.map((name) => [name, result.data[name]])) as Draft['fields']
  // Tables of this clinic's own export bring records that have no other source.
  return { ...draft, fields: given, isChecked: true, ...(given.source && { packed: packSource(given.source) }) }
}

const send = (message: ImportWorkerMessage): Promise<void> => {
  port.postMessage(message)
  return new Promise((resolve) => port.once('message', () => resolve()))
}

async function run(): Promise<void> {
  if ('inspect' in data) return void port?.postMessage({ type: 'inspected', found: await inspectSource(data.inspect, data.kind) } satisfies ImportWorkerMessage)
  const db = openDatabase(data.file, data.key, { readonly: true })
  let batch: ImportItem[] = []
  for await (const item of readSource(db, (system, name) => derivedId(data.idKey, system, name), data.request)) {
    batch.push(item.type === 'record' ? checked(item) : item)
    if (batch.length >= batchSize) {
      await send({ type: 'batch', items: batch })
      batch = []
    }
  }
  if (batch.length > 0) await send({ type: 'batch', items: batch })
}

run().then(
  () => port.postMessage({ type: 'end' } satisfies ImportWorkerMessage),
  (error: NodeJS.ErrnoException) =>
    port.postMessage({
      type: 'failed',
      code: error.code ?? error.name,
      ...(error instanceof ImportFault && error.path !== undefined && { path: error.path }),
    } satisfies ImportWorkerMessage),
)
