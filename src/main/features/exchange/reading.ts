import type { KeyObject } from 'node:crypto'
import { on } from 'node:events'
import { startWorker } from '../../lib/worker-thread.js'
import type { ImportItem } from './fhir/draft.js'
import type { ImportRequest, Inspection } from './import-source.js'

/** Where the records lie, for a worker's read-only connection; `idKey` makes the ids of imported records. */
export interface HeldRecords {
  /** The database's file and key. */
  file: string
  key: Uint8Array
  idKey: KeyObject
}

/** What the import worker is started with: an import to read, or a path to look at. */
export type ImportWorkerData = (HeldRecords & { request: ImportRequest }) | { inspect: string; kind?: 'fhir' | 'csv' }

/** What the import worker tells; each batch is answered by any message when the next one may come. */
export type ImportWorkerMessage =
  | { type: 'batch'; items: ImportItem[] }
  | { type: 'inspected'; found: Inspection }
  | { type: 'end' }
  | { type: 'failed'; code: string; path?: string }

const sentences: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: () => 'There is no such file or folder to import, or no such mapping file. Nothing was changed.',
  nothingToRead: () =>
    'The folder holds no files of this kind: FHIR is read from .json, .ndjson and .jsonl files, tables from .csv, .tsv and .txt files. Nothing was changed.',
  mapNotJson: () => 'The mapping file is not JSON. Nothing was changed.',
  mapInvalid: (path) => `The mapping file is not right at “${path}”. Nothing was changed; see docs/import-csv.md for what may stand there.`,
  needsMapping: () => 'These columns are not a known layout, so a mapping is needed. Nothing was changed.',
}

/** The files to import could not be read, or not without being told more. */
export class ImportUnreadable extends Error {
  override readonly name = 'ImportUnreadable'
  readonly isPublic = true
  constructor(
    readonly code: string,
    path = '',
  ) {
    super(sentences[code]?.(path) ?? `The files to import could not be read (${code}). What was imported before stays; import again when they can be read.`)
  }
}

/** Reads and maps an import in a worker thread, one batch at a time, so that neither memory nor the main loop fills up. @throws ImportUnreadable */
export async function* readImport(held: HeldRecords, request: ImportRequest): AsyncGenerator<readonly ImportItem[]> {
  for await (const message of messagesOf({ ...held, request })) if (message.type === 'batch') yield message.items
}

/** Looks at files in a worker thread: of which kind they are, and the columns of tables. @throws ImportUnreadable */
export async function inspectImport(path: string, kind?: 'fhir' | 'csv'): Promise<Inspection> {
  for await (const message of messagesOf({ inspect: path, ...(kind && { kind }) })) if (message.type === 'inspected') return message.found
  throw new ImportUnreadable('READER_ENDED')
}

async function* messagesOf(data: ImportWorkerData): AsyncGenerator<ImportWorkerMessage> {
  const worker = startWorker('import-worker', { workerData: data, name: 'import' })
  const ended = new AbortController()
  worker.once('exit', () => ended.abort())
  try {
    // `on` keeps what arrives while a batch is being written.
    for await (const [message] of on(worker, 'message', { signal: ended.signal }) as AsyncIterable<[ImportWorkerMessage]>) {
      if (message.type === 'end') return
      if (message.type === 'failed') throw new ImportUnreadable(message.code, message.path)
      // Asked for before the batch is written: reading and writing overlap by one batch.
      if (message.type === 'batch') worker.postMessage('next')
      yield message
    }
  } catch (error) {
    throw ended.signal.aborted && !(error instanceof ImportUnreadable) ? new ImportUnreadable('READER_ENDED') : error
  } finally {
    await worker.terminate()
  }
}
