import type { Worker } from 'node:worker_threads'
import { startWorker } from '../lib/worker-thread.js'
import { logFrames, type WritableDatabase } from './database.js'

/** What the thread that writes the log back is started with. */
export interface CheckpointData {
  file: string
  key: Uint8Array
}

/** So long after the start, so that the first screen does not wait for it. */
const startAfterMs = 10_000
/** With so many a commit does it itself all the same: the thread cannot keep up, and the log must not grow without end (64 MB). */
const mostLogFrames = 16_000

/**
 * Writes the database's log back in a thread of its own: every page is opened and sealed again for it, which a commit that does it by itself lets a save wait
 * for (100 ms for 1,300 pages were measured). Durability is the same: a commit is on disk in the log. Where the thread ends, commits do it again.
 */
export function startCheckpoints(db: WritableDatabase, data: CheckpointData, afterMs = startAfterMs): { stop(): Promise<void> } {
  let worker: Worker | undefined
  const start = () => {
    db.pragma(`wal_autocheckpoint=${mostLogFrames}`)
    worker = startWorker('checkpoint-worker', { workerData: data, name: 'checkpoint' })
    // It ends with its reason in the next line; nothing is lost by it.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (db.open) db.pragma(`wal_autocheckpoint=${logFrames}`)
    })
    worker.unref()
  }
  const timer = setTimeout(start, afterMs)
  timer.unref()
  return {
    stop: async () => {
      clearTimeout(timer)
      await worker?.terminate()
    },
  }
}
