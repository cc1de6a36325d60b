import { resolve } from 'node:path'
import { resetPassword as reset } from '../features/session/reset-password.js'
import { type Command, inputLines, parse, printJson, required, WrongUse } from './command.js'
import { askOrOpen } from './held.js'

/** `medinsight reset-password`: a new password for an account, for whoever holds the recovery code. */
export const resetPassword: Command = {
  usage: '--data DIR --user NAME --recovery-code-stdin --password-stdin',
  summary: 'sets a new password; standard input has the recovery code in its first line and the new password in its second',
  async run(args) {
    const { values } = parse(args, {
      data: { type: 'string' },
      user: { type: 'string' },
      'recovery-code-stdin': { type: 'boolean' },
      'password-stdin': { type: 'boolean' },
    })
    const folder = resolve(required(values.data, 'data'))
    const username = required(values.user, 'user')
    if (!values['recovery-code-stdin'] || !values['password-stdin'])
      throw new WrongUse('Give the recovery code and the new password on standard input, with --recovery-code-stdin and --password-stdin.')
    const [recoveryCode = '', password = ''] = await inputLines()
    const request = { username, recoveryCode, password }
    printJson(await askOrOpen(folder, { command: 'resetPassword', args: request }, async (clinic) => ({ userId: await reset(clinic.services, request) })))
    return undefined
  },
}
