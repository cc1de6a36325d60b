import { parentPort, workerData } from 'node:worker_threads'
import { type BackupTask, check, copy, make, unpack } from './store/backup-work.js'

// Entry of the backup worker thread: one task, one answer. Errors travel as their code, since SQLite's texts may hold values.
const task = workerData as BackupTask
try {
  const result = task.task === 'make' ? make(task) : task.task === 'copy' ? copy(task) : task.task === 'unpack' ? unpack(task) : check(task)
  parentPort?.postMessage({ result })
} catch (error) {
  const { code, name } = error as { code?: unknown; name?: unknown }
  parentPort?.postMessage({ code: typeof code === 'string' ? code : String(name) })
}
