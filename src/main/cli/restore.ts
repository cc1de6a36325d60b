import { resolve } from 'node:path'
import { restoreBackup } from '../maintenance/restore.js'
import { previewRestore } from '../maintenance/restore-preview.js'
import { placeOf } from '../place.js'
import { type Command, inputLines, parse, printJson, required, tell } from './command.js'
import { holding } from './held.js'

/** `medinsight restore`: puts a backup in the place of the clinic's data and brings back what was saved after it. */
export const restore: Command = {
  usage: '--data DIR --from FILE|FOLDER [--dry-run] [--recovery-code-stdin]',
  summary: 'restores a backup and replays the journal; --dry-run says what would come back and what would be lost',
  async run(args) {
    const { values } = parse(args, {
      data: { type: 'string' },
      from: { type: 'string' },
      'dry-run': { type: 'boolean' },
      'recovery-code-stdin': { type: 'boolean' },
    })
    const folder = resolve(required(values.data, 'data'))
    const from = resolve(required(values.from, 'from'))
    const code = values['recovery-code-stdin'] ? (await inputLines())[0] : undefined
    return holding(folder, async () => {
      const place = placeOf(folder, { isOneShot: true })
      if (values['dry-run']) {
        printJson({ dryRun: true, ...(await previewRestore(place, from, code)) })
        return undefined
      }
      const restored = await restoreBackup(place, from, code, tell)
      printJson(restored)
      for (const { message } of restored.verification.problems) tell(message)
      return restored.verification.isSound ? 0 : 1
    })
  },
}
