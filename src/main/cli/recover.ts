import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { recoverClinic } from '../maintenance/recover.js'
import { placeOf } from '../place.js'
import { type Command, CommandFailed, inputLines, parse, printJson, required, tell } from './command.js'
import { holding } from './held.js'

/** `medinsight recover`: makes a damaged or missing database again from the newest good backup and the journal. */
export const recover: Command = {
  usage: '--data DIR [--recovery-code-stdin]',
  summary: 'repairs a damaged database from the newest good backup and the journal; the damaged files are kept',
  async run(args) {
    const { values } = parse(args, { data: { type: 'string' }, 'recovery-code-stdin': { type: 'boolean' } })
    const folder = resolve(required(values.data, 'data'))
    const names = await readdir(folder).catch(() => [] as string[])
    if (!names.some((name) => ['keys.json', 'medinsight.db', 'backups', 'journal'].includes(name)))
      throw new CommandFailed('There is nothing of a clinic in this folder. Check the path, or restore a backup with `medinsight restore --from`.')
    const code = values['recovery-code-stdin'] ? (await inputLines())[0] : undefined
    return holding(folder, async () => {
      const recovered = await recoverClinic(placeOf(folder, { isOneShot: true }), code, tell)
      printJson(recovered)
      if (recovered.from === 'nothing') tell('The database is whole; nothing was changed.')
      for (const { message } of recovered.verification.problems) tell(message)
      return recovered.verification.isSound ? 0 : 1
    })
  },
}
