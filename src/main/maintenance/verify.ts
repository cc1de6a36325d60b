import type { Verification } from '../../shared/contract/storage.js'
import { startWorker } from '../lib/worker-thread.js'
import type { VerifyTask } from './verify-work.js'

/** Verifying could not be finished; nothing was changed. */
export class VerificationFailed extends Error {
  override readonly name = 'VerificationFailed'
  readonly isPublic = true
  constructor(readonly code: string) {
    super(
      `The clinic’s data could not be checked to the end (${/^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown'}). Nothing was changed. Check the disk and try again.`,
    )
  }
}

/**
 * Verifies a clinic's folder in a thread of its own, also while the clinic is in use: database, digests, derived tables, operations, access
 * log, journal, files and the latest backup. Throws `VerificationFailed` only when it cannot go on.
 */
export function verifyFolder(request: Omit<VerifyTask, 'checkedAt'> & { now: number }): Promise<Verification> {
  const { now, ...rest } = request
  const task: VerifyTask = { ...rest, checkedAt: new Date(now).toISOString() }
  return new Promise((resolve, reject) => {
    const worker = startWorker('verify-worker', { workerData: task, name: 'verify' })
    worker.once('message', (answer: { report: Verification } | { code: string }) => {
      if ('report' in answer) resolve(answer.report)
      else reject(new VerificationFailed(answer.code))
    })
    worker.once('error', () => reject(new VerificationFailed('WORKER')))
    worker.once('exit', () => reject(new VerificationFailed('WORKER')))
  })
}
