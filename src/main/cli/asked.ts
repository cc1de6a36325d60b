import { resetPassword } from '../features/session/reset-password.js'
import { statusReport } from '../status.js'
import type { HolderRequest } from '../store/lock.js'
import type { Workstation } from '../workstation.js'
import { CommandFailed } from './command.js'

/** Answers commands of other processes about the folder that this process holds. */
export function answerHolderRequests(workstation: Workstation): (request: HolderRequest) => Promise<unknown> {
  return async ({ command, args }) => {
    const clinic = workstation.clinic()
    if (!clinic) throw new CommandFailed('There is no clinic in this folder yet: it is being set up in a browser.')
    if (command === 'status') return statusReport(clinic)
    if (command === 'sync') return clinic.sync.runOnce()
    if (command === 'invite') return clinic.services.membership.invite()
    if (command === 'verify') return clinic.backups.verify()
    if (command === 'backup') return clinic.backups.make('manual', backupTarget(args))
    if (command === 'resetPassword') return { userId: await resetPassword(clinic.services, args as Parameters<typeof resetPassword>[1]) }
    throw new CommandFailed(`The running program does not answer “${command}”. End it first.`)
  }
}

/** Where else a backup was asked to go; only another process of this user can ask. */
const backupTarget = (args: unknown): string | undefined => {
  const { to } = (args ?? {}) as { to?: unknown }
  return typeof to === 'string' ? to : undefined
}
