import { on } from 'node:events'
import { startWorker } from '../../lib/worker-thread.js'
import type { Doer, Store } from '../../store/store.js'
import { ExportFolder, ExportRefused } from './export-folder.js'
import type { ExportResult } from './export-report.js'
import type { HeldRecords } from './reading.js'

/** What the export worker is started with. */
export interface ExportWorkerData extends HeldRecords {
  kind: 'fhir' | 'csv'
  /** The folder that is filled; it has been made. */
  temporary: string
  at: string
  filesFolder: string
  clinicKey: Uint8Array
}

/** What the export worker tells. */
export type ExportWorkerMessage = { type: 'progress'; written: number } | { type: 'done'; result: ExportResult } | { type: 'failed'; code: string }

export interface ExportOptions {
  kind: 'fhir' | 'csv'
  /** Folder to write, new or empty. */
  to: string
  actor: Doer
  held: HeldRecords
  /** The clinic's folder, and the key that seals its files. */
  folder: string
  filesFolder: string
  clinicKey: Uint8Array
  now: () => number
  signal?: AbortSignal
  onProgress?: (written: number) => void
}

/**
 * Writes all records to a folder, in a worker thread on one consistent state, and notes it in the access log. The folder appears when everything
 * is in it; nothing is left of an export that fails or is cancelled. @throws ExportRefused
 */
export async function exportAll(
  store: Store,
  { kind, to, actor, held, folder, filesFolder, clinicKey, now, signal, onProgress }: ExportOptions,
): Promise<ExportResult> {
  const target = await ExportFolder.begin(to, folder)
  try {
    const data: ExportWorkerData = { ...held, kind, temporary: target.temporary, at: new Date(now()).toISOString(), filesFolder, clinicKey }
    const result = await written(data, signal, onProgress)
    signal?.throwIfAborted()
    // Before the folder appears: no export without its line in the access log.
    store.noteRead({ ...actor, act: `export.${kind}`, detail: { records: result.records } })
    store.flushReads()
    await target.finish()
    return result
  } catch (error) {
    await target.discard()
    throw error
  }
}

async function written(data: ExportWorkerData, signal: AbortSignal | undefined, onProgress: ((written: number) => void) | undefined): Promise<ExportResult> {
  const worker = startWorker('export-worker', { workerData: data, name: 'export' })
  const ended = new AbortController()
  worker.once('exit', () => ended.abort())
  const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal
  try {
    for await (const [message] of on(worker, 'message', { signal: either }) as AsyncIterable<[ExportWorkerMessage]>) {
      if (message.type === 'done') return message.result
      if (message.type === 'failed') throw failure(message.code)
      onProgress?.(message.written)
    }
    throw failure('WRITER_ENDED')
  } catch (error) {
    if (ended.signal.aborted && !signal?.aborted && !(error instanceof ExportRefused)) throw failure('WRITER_ENDED')
    throw error
  } finally {
    await worker.terminate()
  }
}

const failure = (code: string): ExportRefused =>
  new ExportRefused(
    'failed',
    code === 'ENOSPC'
      ? 'The disk is full, so the export was not finished. Nothing of it was left; free some space or choose another disk.'
      : `The export was not finished (${code}). Nothing of it was left; the records are unchanged.`,
  )
