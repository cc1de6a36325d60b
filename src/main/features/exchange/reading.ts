import type { KeyObject } from 'node:crypto'
import { on } from 'node:events'
import { startWorker } from '../../lib/worker-thread.js'
import type { ImportItem } from './fhir/draft.js'

/** What the import worker is started with. */
export interface ImportWorkerData {
  kind: 'fhir' | 'csv'
  path: string
  /** A mapping file for CSV; the built-in mappings and the guesses when absent. */
  mapFile?: string
  /** Database file and key, for a read-only connection; `idKey` makes the ids of imported records. */
  file: string
  key: Uint8Array
  idKey: KeyObject
}

/** What the import worker tells; each batch is answered by any message when the next one may come. */
export type ImportWorkerMessage = { type: 'batch'; items: ImportItem[] } | { type: 'end' } | { type: 'failed'; code: string }

/** The files to import could not be read. */
export class ImportUnreadable extends Error {
  override readonly name = 'ImportUnreadable'
  readonly isPublic = true
  constructor(readonly code: string) {
    super(
      code === 'ENOENT'
        ? 'There is no such file or folder to import. Nothing was changed.'
        : `The files to import could not be read (${code}). What was imported before stays; import again when they can be read.`,
    )
  }
}

/** Reads and maps an import in a worker thread, one batch at a time, so that neither memory nor the main loop fills up. */
export async function* readImport(data: ImportWorkerData): AsyncGenerator<readonly ImportItem[]> {
  const worker = startWorker('import-worker', { workerData: data, name: 'import' })
  const ended = new AbortController()
  worker.once('exit', () => ended.abort())
  try {
    // `on` keeps what arrives while a batch is being written.
    for await (const [message] of on(worker, 'message', { signal: ended.signal }) as AsyncIterable<[ImportWorkerMessage]>) {
      if (message.type === 'end') return
      if (message.type === 'failed') throw new ImportUnreadable(message.code)
      // Asked for before the batch is written: reading and writing overlap by one batch.
      worker.postMessage('next')
      yield message.items
    }
  } catch (error) {
    throw ended.signal.aborted ? new ImportUnreadable('READER_ENDED') : error
  } finally {
    await worker.terminate()
  }
}
