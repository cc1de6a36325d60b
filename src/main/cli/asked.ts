import { statusReport } from '../status.js'
import type { HolderRequest } from '../store/lock.js'
import type { Workstation } from '../workstation.js'
import { CommandFailed } from './command.js'

/** Answers commands of other processes about the folder that this process holds. */
export function answerHolderRequests(workstation: Workstation): (request: HolderRequest) => Promise<unknown> {
  return async ({ command }) => {
    const clinic = workstation.clinic()
    if (!clinic) throw new CommandFailed('There is no clinic in this folder yet: it is being set up in a browser.')
    if (command === 'status') return statusReport(clinic)
    throw new CommandFailed(`The running program does not answer “${command}”. End it first.`)
  }
}
