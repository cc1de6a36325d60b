import { parentPort, workerData } from 'node:worker_threads'
import { type VerifyTask, verifyHere } from './maintenance/verify-work.js'

// Entry of the verification thread: one task, one report. Errors travel as their code, since texts may hold values.
verifyHere(workerData as VerifyTask).then(
  (report) => parentPort?.postMessage({ report }),
  (error: { code?: unknown; name?: unknown }) => parentPort?.postMessage({ code: typeof error.code === 'string' ? error.code : String(error.name) }),
)
