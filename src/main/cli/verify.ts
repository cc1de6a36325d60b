import { resolve } from 'node:path'
import type { Verification } from '../../shared/contract/storage.js'
import { holdsClinic } from '../clinic.js'
import { verifyFolder } from '../maintenance/verify.js'
import { placeOf } from '../place.js'
import { openKeys, readKeysFile } from '../security/keys.js'
import { askHolder } from '../store/lock.js'
import { type Command, CommandFailed, parse, printJson, required, tell } from './command.js'
import { holding } from './held.js'

/** `medinsight verify`: checks everything and exits with 1 when something is wrong. */
export const verify: Command = {
  usage: '--data DIR',
  summary: 'checks database, digests, journal, files, access log and the latest backup',
  async run(args) {
    const { values } = parse(args, { data: { type: 'string' } })
    const folder = resolve(required(values.data, 'data'))
    const asked = await askHolder(folder, { command: 'verify' })
    const report = asked ? (asked.answer as Verification) : await holding(folder, () => verifyHere(folder))
    printJson(report)
    for (const { message } of report.problems) tell(message)
    if (report.problems.some(({ repair }) => repair !== 'none')) tell('Run `medinsight recover` to repair it; nothing was changed by this check.')
    return report.isSound ? 0 : 1
  },
}

/** Without opening the clinic for writing: a damaged one must stay as it is. */
async function verifyHere(folder: string): Promise<Verification> {
  if (!(await holdsClinic(folder))) throw new CommandFailed('There is no clinic in this folder. Check the path.')
  const { keyStore } = placeOf(folder, { isOneShot: true })
  const file = await readKeysFile(folder)
  return verifyFolder({ folder, ...openKeys(file, await keyStore.read(file.dataset)), now: Date.now() })
}
